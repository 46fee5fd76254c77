"""What lies where, comes and is asked for: the reading side of stock, light enough to start at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli import settings
from scm_cli.core.stock.position import in_packs, item_levels, level
from scm_cli.store import facts, lookup
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from scm_cli.run import Run


def listed(run: Run, warehouse: str | None = None) -> list[dict[str, Any]]:
    """The quantities of every item and warehouse that hold, expect or owe anything.

    Raises:
        ScmError: there is no such warehouse (exit 4).
    """
    with reading(run) as con:
        lookup.known_warehouse(con, warehouse)
        found = [level(row) for row in lookup.levels(con, run.today, _default(con, run))]
    return [row for row in found if warehouse in (None, row["warehouse"])]


def _default(con: Any, run: Run) -> str | None:  # noqa: ANN401
    """The default warehouse without loading the settings model (reading must start fast)."""
    preferred = str(settings.raw(run.shop).get("default_warehouse", "MAIN"))
    return facts.default_warehouse(con, preferred)


def card(run: Run, sku: str) -> dict[str, Any]:
    """All about one item: levels, lots, what comes, who waits."""
    with reading(run, small=True) as con:
        item = lookup.item(con, sku)
        held = rows(con, HELD, [sku])
        coming, waiting = rows(con, COMING, [sku]), rows(con, WAITING, [sku])
        kept = rows(con, KEPT, [sku])
        packs = lookup.packs(con, sku)
        nowhere = any(row["warehouse"] is None for row in (*coming, *waiting))
        place = _default(con, run) if nowhere else None
    found = item_levels(held, coming, waiting, kept, (sku, run.today, place))
    return {
        "item": item,
        "levels": [
            {**row, "shown": in_packs(row["on_hand_qty"], item["unit"], packs)} for row in found
        ],
        "lots": [row for row in held if row["lot"] is not None and row["qty"]],
        "coming": coming,
        "waiting": waiting,
    }


HELD = (
    "SELECT warehouse, lot, expiry_on, qty FROM on_hand_lot WHERE sku = ? ORDER BY expiry_on, lot"
)
COMING = (
    "SELECT warehouse, purchase_no, line_no, supplier, qty AS open_qty, expected_on "
    "FROM inbound WHERE sku = ? ORDER BY expected_on"
)
WAITING = (
    "SELECT warehouse, order_no, line_no, customer, open_qty, promised_on "
    "FROM order_line WHERE sku = ? AND open_qty > 0 ORDER BY ordered_on"
)
KEPT = (
    "SELECT warehouse, sum(qty) AS qty FROM reservation WHERE sku = ? AND source = 'stock' "
    "GROUP BY ALL"
)
