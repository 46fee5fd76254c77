"""When money is short: what to buy first, and where the money ends."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

GROUP = ["sku", "supplier"]  # a minimum is bought whole or not at all
CENT = 0.01  # plans are shown in whole cents: a budget of what was shown is enough


def within_budget(
    suggestions: pl.DataFrame, budget_amount: float, minimums: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Rank purchases by margin protected per unit of money and say which the money reaches.

    A line that does not fit is left and the next one tried (the greedy rule for the knapsack
    problem; Martello & Toth, Knapsack Problems, 1990, ch. 2.4). Of a supplier with a smallest order
    the best lines that reach it are bought together or not at all.

    Args:
        suggestions: `schemas.SUGGESTIONS`; only rows of kind `buy` cost money.
        budget_amount: to spend, 0 or more; infinite is allowed.
        minimums: the smallest order of suppliers that have one [money]; one that the whole plan
            does not reach asks for nothing here.

    Returns:
        The purchases, best first, with `margin_per_amount`, `budget_rank` (1 is best) and
        `within_budget`. Lines of one item and supplier stand together, for their minimum is shared;
        what costs nothing comes first.

    Raises:
        ScmError: the budget is negative or not a number.

    >>> rows = pl.DataFrame({"kind": ["buy", "buy"], "sku": ["A", "B"], "warehouse": ["W", "W"],
    ...     "supplier": ["S", "S"], "amount": [100.0, 50.0], "margin_amount": [20.0, 30.0]})
    >>> within_budget(rows, 120.0).select("sku", "within_budget").rows()
    [('B', True), ('A', False)]
    >>> within_budget(rows, 120.0, {"S": 60.0})["within_budget"].to_list()
    [False, False]
    """
    if not budget_amount >= 0:
        raise ScmError(
            "the budget {amount} is not a possible amount",
            hint="give the money to spend, 0 or more",
            amount=budget_amount,
        )
    rows = suggestions.filter(pl.col("kind") == "buy")
    groups = rows.group_by(GROUP).agg(
        _amount=pl.col("amount").fill_null(0.0).sum(),
        _margin=pl.col("margin_amount").fill_null(0.0).sum(),
    )
    free = pl.col("_amount") <= 0
    worth = pl.when(free).then(float("inf")).otherwise(pl.col("_margin") / pl.col("_amount"))
    groups = groups.with_columns(margin_per_amount=worth).sort(
        "margin_per_amount", *GROUP, descending=[True, False, False], nulls_last=True
    )
    told = zip(*(groups[n] for n in ("supplier", "_amount", "_margin")), strict=True)
    lines = [_Line(at, *line) for at, line in enumerate(told)]
    bought = _bought(lines, budget_amount + CENT / 2, minimums or {})
    groups = groups.with_columns(
        budget_rank=pl.int_range(1, pl.len() + 1),
        within_budget=pl.Series([line.at in bought for line in lines], dtype=pl.Boolean),
    ).drop("_amount", "_margin")
    found = rows.join(groups, on=GROUP, how="left", nulls_equal=True)
    return found.sort("budget_rank", "warehouse")


class _Line(NamedTuple):
    """One item of one supplier, `at` its rank."""

    at: int
    supplier: str | None
    amount: float
    margin: float


class _Parcel(NamedTuple):
    """Lines that are bought together; `opens`: no smallest order stands before them."""

    ranks: tuple[int, ...]
    supplier: str | None
    amount: float
    margin: float
    opens: bool

    @property
    def worth(self) -> tuple[float, int]:
        return (self.margin / self.amount if self.amount > 0 else float("inf"), -self.ranks[0])


def _bought(lines: Sequence[_Line], left: float, minimums: Mapping[str, float]) -> set[int]:
    """Ranks of the lines that the money reaches; the lines stand best first."""
    opened: set[str | None] = set()
    found: set[int] = set()
    for parcel in sorted(_parcels(lines, minimums), key=lambda each: each.worth, reverse=True):
        if parcel.amount <= left and (parcel.opens or parcel.supplier in opened):
            left -= parcel.amount
            opened.add(parcel.supplier)
            found.update(parcel.ranks)
    return found


def _parcels(lines: Sequence[_Line], minimums: Mapping[str, float]) -> Iterator[_Parcel]:
    """The best lines of each supplier that reach its smallest order together; the others one by one."""
    by_supplier = sorted(lines, key=lambda line: (line.supplier or "", line.at))
    for supplier, each in groupby(by_supplier, key=lambda line: line.supplier):
        mine, least = list(each), minimums.get(supplier or "", 0.0)
        upto = list(accumulate(line.amount for line in mine))
        together = bisect_left(upto, least) + 1 if 0 < least <= upto[-1] else 0
        parts = [mine[:together]] if together else []
        parts += [[line] for line in mine[together:]]
        for n, part in enumerate(parts):
            amount, margin = (sum(getattr(x, name) for x in part) for name in ("amount", "margin"))
            ranks = tuple(line.at for line in part)
            yield _Parcel(ranks, supplier, amount, margin, opens=not together or n == 0)
