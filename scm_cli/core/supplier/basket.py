"""Buying several items: all from one supplier, or each where it is cheapest, orders included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

EXACT_SUPPLIERS = 12  # up to here every combination is tried
NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Basket:
    """The best split (item → supplier) and what it costs; the best single supplier, if one has all."""

    split: dict[str, str]
    split_amount: float
    single: str | None
    single_amount: float | None

    @property
    def is_split(self) -> bool:
        """Whether two or more suppliers are truly cheaper than one."""
        return self.single_amount is None or self.split_amount < self.single_amount - NOISE


def basket(costs: Mapping[tuple[str, str], float], fixed: Mapping[str, float]) -> Basket:
    """The cheapest way to buy every item once.

    Args:
        costs: (item, supplier) → money for the asked quantity, without what an order costs.
        fixed: supplier → money per order: its freight, and ours of placing it.

    Which suppliers to open an order with is the uncapacitated facility location problem
    (Cornuejols, Nemhauser & Wolsey, 1990). With up to 12 suppliers all combinations are tried;
    above, one supplier is added, dropped or exchanged until nothing gets cheaper, from several
    starts, which is near the best but not proven to be it.

    >>> found = basket({("A", "S1"): 10, ("A", "S2"): 12, ("B", "S1"): 9, ("B", "S2"): 6},
    ...     {"S1": 5, "S2": 2})
    >>> found.single, found.single_amount, found.split_amount, found.is_split
    ('S2', 20.0, 20.0, False)
    """
    items = sorted({item for item, _ in costs})
    sellers = sorted({seller for _, seller in costs})
    table = np.full((len(items), len(sellers)), np.inf)
    for (item, seller), amount in costs.items():
        table[items.index(item), sellers.index(seller)] = amount
    orders = np.array([fixed.get(seller, 0.0) for seller in sellers])
    alone = table.sum(axis=0) + orders
    first = int(np.argmin(alone))
    single = sellers[first] if np.isfinite(alone[first]) else None
    chosen = _exact(table, orders) if len(sellers) <= EXACT_SUPPLIERS else _searched(table, orders)
    where = np.argmin(table[:, chosen], axis=1)
    names = [sellers[chosen[at]] for at in where]
    return Basket(
        dict(zip(items, names, strict=True)),
        float(_amount(table, orders, chosen)),
        single,
        float(alone[first]) if single else None,
    )


def _amount(table: Numbers, orders: Numbers, chosen: list[int]) -> float:
    """What the items cost at the chosen suppliers; only those that get an item are paid."""
    if not chosen:
        return float("inf")
    part = table[:, chosen]
    used = np.unique(np.argmin(part, axis=1))
    return float(part.min(axis=1).sum() + orders[chosen][used].sum())


def _exact(table: Numbers, orders: Numbers) -> list[int]:
    sellers = range(len(orders))
    every = ([s for s in sellers if mask >> s & 1] for mask in range(1, 1 << len(orders)))
    return min(every, key=lambda chosen: (round(_amount(table, orders, chosen), 9), len(chosen)))


def _searched(table: Numbers, orders: Numbers) -> list[int]:
    winners = sorted({int(s) for s in np.argmin(table, axis=1)})
    alone = int(np.argmin(table.sum(axis=0) + orders))
    starts = [winners, list(range(len(orders))), [alone], [winners[0]]]
    found = [_improved(table, orders, start) for start in starts]
    return min(found, key=lambda chosen: (round(_amount(table, orders, chosen), 9), chosen))


def _improved(table: Numbers, orders: Numbers, chosen: list[int]) -> list[int]:
    """The nearest choice that no single addition, removal or exchange makes cheaper."""
    best = float(table[:, chosen].min(axis=1).sum() + orders[chosen].sum())
    while True:
        amount, choice = min(_changed(table, orders, chosen, out) for out in (None, *chosen))
        if not amount < best - NOISE:
            return chosen
        best, chosen = amount, choice


def _changed(
    table: Numbers, orders: Numbers, chosen: list[int], out: int | None
) -> tuple[float, list[int]]:
    """The best choice without `out` and with at most one more."""
    kept = [s for s in chosen if s != out]
    rest = table[:, kept].min(axis=1, initial=np.inf)
    paid = float(orders[kept].sum())
    more = np.minimum(rest[:, None], table).sum(axis=0) + orders + paid
    more[chosen] = np.inf
    into = int(np.argmin(more))
    alone = float(rest.sum()) + paid if kept else float("inf")
    if alone <= more[into]:
        return alone, kept
    return float(more[into]), sorted([*kept, into])
