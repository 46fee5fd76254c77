"""The emergency pack as a workbook: who runs out when, transfers, suppliers, dates, messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.excel.plan_lists import Listing, Shown, page_of
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, heights, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.core.advise.surge import Pack
    from scm_cli.excel.rows import Body

TEXT_CHARS, LINE_HEIGHT = 95, 15
_SKU = Shown("sku", "SKU", "code", 16)
_PLACE = Shown("warehouse", "Warehouse", "code", 12)
ITEMS = Listing(
    "Surge",
    "Demand beyond its band: who runs out when; the margin at stake first.",
    (
        _SKU,
        _PLACE,
        Shown("cause", "Cause", "text", 24),
        Shown("expected_qty", "Bound of the band", "qty", 13),
        Shown("actual_qty", "Asked for", "qty", 13),
        Shown("usable_qty", "On hand", "qty", 12),
        Shown("daily_qty", "Sells a day", "qty", 12),
        Shown("runs_out_on", "Runs out on", "day", 13),
        Shown("short_qty", "Short", "qty", 12),
        Shown("until_on", "Looked until", "day", 13),
        Shown("margin_at_risk_amount", "Margin at risk", "amount", 16),
    ),
)
TRANSFERS = Listing(
    "Transfers",
    "What other warehouses can spare and still serve their own need.",
    (
        _SKU,
        Shown("from_warehouse", "From warehouse", "code", 16),
        Shown("warehouse", "To warehouse", "code", 16),
        Shown("qty", "Quantity", "qty", 12),
        Shown("arrives_on", "Arrives", "day", 13),
    ),
)
SUPPLIERS = Listing(
    "Fast suppliers",
    "Approved suppliers that come before the usual one: what they cost more, and what they save.",
    (
        _SKU,
        _PLACE,
        Shown("supplier", "Supplier", "code", 14),
        Shown("order_qty", "Quantity", "qty", 12),
        Shown("unit_price", "Unit price", "price", 13),
        Shown("arrives_on", "Arrives (90 %)", "day", 14),
        Shown("premium_amount", "Premium", "amount", 14),
        Shown("saved_qty", "Units saved", "qty", 12),
        Shown("saved_margin_amount", "Margin saved", "amount", 15),
        Shown("worth", "Worth it", "flag", 11),
    ),
)
RESCHEDULE = Listing(
    "Reschedule",
    "Open supply and production that comes after the item has run out: to when it must be brought forward.",
    (
        Shown("kind", "Kind", "text", 14),
        _SKU,
        _PLACE,
        Shown("document", "Document", "code", 16),
        Shown("line", "Line", "number", 8),
        Shown("qty", "Quantity", "qty", 12),
        Shown("from_on", "Comes on", "day", 13),
        Shown("to_on", "Needed on", "day", 13),
    ),
)
MESSAGES = Listing(
    "Ready messages",
    "To copy and send: suppliers, warehouses, customers who wait.",
    (
        Shown("to", "Who", "code", 14),
        Shown("name", "Partner name", "text", 28),
        Shown("reach", "Phone or mail", "text", 22),
        Shown("text", "Text", "text", TEXT_CHARS),
    ),
)


def write_surge(path: Path, pack: Pack, lang: str) -> Path:
    """Write the workbook; its path.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    kinds = [{**row, "kind": put(row["kind"], lang)} for row in pack.reschedule]
    flags = [{**row, "worth": _flag(row["worth"], lang)} for row in pack.suppliers]
    pages = (
        (ITEMS, pack.items),
        (TRANSFERS, pack.transfers),
        (SUPPLIERS, flags),
        (RESCHEDULE, kinds),
        (MESSAGES, pack.messages),
    )

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        bodies = []
        for listing, found in pages:
            page = book.add_worksheet(sheet_name(put(listing.title, lang)))
            frame = pl.DataFrame(found, infer_schema_length=None) if found else pl.DataFrame()
            body = page_of(page, styles, listing, frame, lang)
            if body is not None and "text" in frame.columns:
                tall = heights((frame["text"], TEXT_CHARS), points=LINE_HEIGHT)
                body = replace(body, heights=tall)
            bodies.append(body)
        return [body for body in bodies if body is not None]

    return saved(path, lambda target: workbook(target, lang, fill))


def _flag(value: bool | None, lang: str) -> str | None:
    return None if value is None else put("yes" if value else "no", lang)
