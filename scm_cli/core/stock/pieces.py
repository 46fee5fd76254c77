"""Goods that are counted piece by piece: half a pen is a slip of the finger, half a kilo is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.errors import Problem, Say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


def broken(lines: Iterable[Mapping[str, Any]], counted_units: Collection[str]) -> list[Problem]:
    """A warning per line whose quantity is not whole in a unit that is counted.

    Args:
        lines: `sku, qty` [item's unit], `item` with its `unit`.
        counted_units: those of which there are no parts, in any case of letters.

    >>> from decimal import Decimal
    >>> pen = {"sku": "P", "qty": Decimal("1.5"), "item": {"unit": "支"}}
    >>> [w.what.english for w in broken([pen, {**pen, "qty": Decimal(2)}], ["支"])]
    ['1.5 支: this unit is counted in whole pieces']
    """
    units = {unit.casefold() for unit in counted_units}
    told = "{qty} {unit}: this unit is counted in whole pieces"
    return [
        Problem(
            line["sku"],
            Say(told, qty=f"{line['qty'].normalize():f}", unit=line["item"]["unit"]),
            Say("If it is a mistake, undo it with `scm undo`."),
        )
        for line in lines
        if line["qty"] != int(line["qty"]) and line["item"]["unit"].casefold() in units
    ]
