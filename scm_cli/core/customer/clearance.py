"""Goods that are too many or will spoil: the price below which not to go, and who would buy."""

from __future__ import annotations

from dataclasses import dataclass

YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies of an item: prices per unit as sale prices are given, and how long it would lie.

    `wait_days` is when it would sell by itself; None: never, it spoils or nobody buys it.
    """

    sale_price: float | None
    unit_cost: float | None
    wait_days: float | None


def floor_price(lying: Lying, holding_pct: float, salvage_pct: float) -> float | None:
    """The price below which it is better to keep a unit; None where nothing is known of it.

    A unit that is kept sells later at its price, less what holding it costs until then:
    price − cost × holding % a year × wait ÷ 365. One that never sells brings its salvage, a share
    of its cost. The floor is the higher of both: what was paid is spent either way.

    >>> floor_price(Lying(10.0, 6.0, 365.0), 20, 30)
    8.8
    >>> floor_price(Lying(10.0, 6.0, None), 20, 30)
    1.8
    """
    if lying.unit_cost is None:
        return None
    salvage = lying.unit_cost * salvage_pct / 100
    if lying.wait_days is None or lying.sale_price is None:
        return round(salvage, 2)
    kept = lying.sale_price - lying.unit_cost * holding_pct / 100 * lying.wait_days / YEAR
    return round(max(salvage, kept), 2)


def wait_days(cover_days: float | None, usable_qty: float, excess_qty: float) -> float | None:
    """Days until the middle one of the surplus units sells, the others going first.

    >>> wait_days(250, 500, 250)
    187.5
    """
    if cover_days is None or usable_qty <= 0:
        return None
    return cover_days * (1 - min(excess_qty / usable_qty, 1.0) / 2)


def buyers_rule(sku: str, category: str | None, words: dict[str, str]) -> str:
    """The rule of who would buy: who bought the item, or is due to buy of its category again.

    `words` are those for the fields item, due_category and opted_out, and for and, or, no.

    >>> said = {w: w for w in ("item", "due_category", "opted_out", "and", "or", "no")}
    >>> buyers_rule("P 1", "pens", said)
    '(item = "P 1" or due_category = pens) and opted_out = no'
    """
    bought = f"{words['item']} = {_quoted(sku)}"
    if category:
        due = f"{words['due_category']} = {_quoted(category)}"
        bought = f"({bought} {words['or']} {due})"
    return f"{bought} {words['and']} {words['opted_out']} = {words['no']}"


def _quoted(value: str) -> str:
    return value if all(c.isalnum() or c in "-_." for c in value) else f'"{value}"'
