"""Documents entered by command: codes and units resolved, numbered, posted, committed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.stock import negative, pieces
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs import allocate
from scm_cli.store import facts, lookup, numbers, orders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from scm_cli.core.stock.entry import Typed
    from scm_cli.jobs.allocate import Used
    from scm_cli.run import Run
    from scm_cli.store.commit import Committed


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered: the document's number, what was written, what is only warned about."""

    number: str
    committed: Committed
    warnings: tuple[Problem, ...] = ()

    def also(self, more: Iterable[Problem]) -> Entered:
        """The same with more that is only warned about."""
        return Entered(self.number, self.committed, (*self.warnings, *more))

    def as_json(self, name: str) -> dict[str, Any]:
        """The number stands under the document's name, beside the entry."""
        told = [f"{w.where}: {w.what.english}" for w in self.warnings]
        return {name: self.number, **self.committed.as_json(), "warnings": told}


def number(con: Any, run: Run, changes: Changes, series: str) -> str:  # noqa: ANN401
    """The next number of a series with the shop's prefix."""
    prefix: str = run.setting(f"numbers.{series}")
    return numbers.next_numbers(con, changes, series, prefix)[0]


def warehouse(con: Any, run: Run, asked: str | None) -> str:  # noqa: ANN401
    """The warehouse that was asked for, else the shop's default.

    Raises:
        ScmError: there is no such warehouse.
    """
    if asked is not None:
        lookup.known_warehouse(con, asked)
        return asked
    place = facts.default_warehouse(con, run.setting("default_warehouse"))
    if place is None:
        raise ScmError("the shop has no warehouse", hint="Import one: scm template warehouses.")
    return place


def resolved(con: Any, lines: Sequence[Typed]) -> list[dict[str, Any]]:  # noqa: ANN401
    """Lines in stock units: sku, qty, unit, factor, unit_price, with the item beside them.

    Raises:
        ScmError: an item is not there or lacks the unit.
    """
    known = lookup.items(con, [line.sku for line in lines])
    found = []
    for n, line in enumerate(lines, 1):
        item = known.get(line.sku) or lookup.item(con, line.sku)
        factor = factor_of(con, item, line.unit)
        found.append(
            {
                "line_no": n,
                "sku": item["sku"],
                "qty": line.qty * factor,
                "unit": line.unit or item["unit"],
                "factor": factor,
                "unit_price": line.price,
                "item": item,
            }
        )
    return found


def broken(run: Run, lines: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Warnings of resolved lines with a part of what is counted in pieces."""
    return tuple(pieces.broken(lines, run.setting("stock.counted_units")))


def factor_of(con: Any, item: dict[str, Any], unit: str | None) -> Decimal:  # noqa: ANN401
    """Stock units per entered unit.

    Raises:
        ScmError: the item has no such unit.
    """
    if unit is None or unit == item["unit"]:
        return Decimal(1)
    packs = dict(lookup.packs(con, item["sku"]))
    if unit not in packs:
        raise ScmError(
            "item {sku} has no unit {unit}",
            hint="Its units: {units}.",
            sku=item["sku"],
            unit=unit,
            units=", ".join([item["unit"], *packs]),
        )
    return Decimal(packs[unit])


def post(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    skus: list[str],
    name: str,
    used: Used | None = None,
    told: Callable[[], object] | None = None,
) -> Entered:
    """Commit a posted document; stock that would fall below zero is refused or told.

    Goods that came are offered to waiting orders in the same entry; `used` is what was shipped
    of holds; `told` looks at what was written before it is committed.
    """
    before = lookup.negative_of(con, skus)
    held = orders.reservations(con, skus)
    warned: list[Problem] = []

    def verify() -> None:
        counted = facts.counted_warehouses(con)
        after = lookup.negative_of(con, skus)
        policy = run.setting("stock.negative")
        warned.extend(negative.require_stock(before, after, counted, policy))
        warned.extend(losses(con, held, skus, used or {}))
        if told is not None:
            told()

    committed = allocate.committed(con, run, changes, skus, verify=verify, used=used)
    return Entered(name, committed, tuple(warned))


def losses(
    con: Any,  # noqa: ANN401
    before: Sequence[dict[str, Any]],
    skus: Sequence[str],
    used: Used,
) -> list[Problem]:
    """Orders that held goods which are not there any more, each named with what it loses."""
    if not before:
        return []
    from scm_cli.core.order.surplus import lost

    return [
        Problem(
            f"{row['order']}/{row['line']}",
            Say("{qty} of {sku} that it held {qty:is|are} not there any more", sku=row["sku"],
                qty=f"{row['qty'].normalize():f}"),
            Say("See who waits: scm order late"),
        )
        for row in lost(before, orders.reservations(con, skus), used)
    ]  # fmt: skip
