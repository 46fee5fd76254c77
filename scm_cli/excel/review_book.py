"""The quarter's review of suppliers as a workbook: advice, evidence, the quarters before, every line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.excel.plan_lists import Listing, Shown, page_of
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from scm_cli.excel.rows import Body

_SUPPLIER = Shown("supplier", "Supplier", "code", 14)
_ON_TIME = (
    Shown("lines", "Lines due", "number", 11),
    Shown("on_time_pct", "On time %", "amount", 11),
    Shown("delivered_pct", "Delivered %", "amount", 12),
    Shown("on_time_in_full_pct", "On time in full %", "amount", 14),
)
REVIEW = Listing(
    "Supplier review",
    "What to do about each supplier, and what it rests on; the most money first.",
    (
        _SUPPLIER,
        Shown("name", "Supplier name", "text", 34),
        Shown("advice", "Advice", "text", 24),
        Shown("tier", "Tier", "text", 10),
        Shown("role", "Role", "text", 12),
        Shown("score_pct", "Score", "amount", 10),
        *_ON_TIME,
        Shown("quality_pct", "Pass rate %", "amount", 12),
        Shown("price_index", "Price index", "amount", 12),
        Shown("spend_amount", "Spend", "amount", 16),
        Shown("spend_pct", "Share of spend %", "amount", 13),
        Shown("alternative", "Best alternative", "code", 16),
        Shown("covered_pct", "Covers %", "amount", 11),
        Shown("switching_amount", "Switching cost a year", "amount", 16),
    ),
)
EVIDENCE = Listing(
    "Evidence",
    "What each advice rests on, in sentences.",
    (
        _SUPPLIER,
        Shown("name", "Supplier name", "text", 34),
        Shown("advice", "Advice", "text", 24),
        Shown("what", "What the figures say", "text", 100),
    ),
)
QUARTERS = Listing(
    "Quarters",
    "How each tier came about: up after two better quarters, down after one.",
    (
        _SUPPLIER,
        Shown("period", "Period", "code", 12),
        *_ON_TIME,
        Shown("quality_pct", "Pass rate %", "amount", 12),
        Shown("score_pct", "Score", "amount", 10),
        Shown("grade", "Grade of the period", "text", 14),
        Shown("tier", "Tier", "text", 10),
        Shown("cause", "Cause of the tier", "text", 16),
    ),
)
LINES = Listing(
    "Lines",
    "Every purchase line that was due in the quarter, and what became of it.",
    (
        _SUPPLIER,
        Shown("purchase_no", "Purchase order no.", "code", 16),
        Shown("line_no", "Line", "number", 8),
        Shown("sku", "SKU", "code", 16),
        Shown("ordered_qty", "Ordered", "qty", 12),
        Shown("due_on", "Due", "day", 13),
        Shown("basis", "Due by", "text", 12),
        Shown("accepted_by_due_qty", "Accepted in time", "qty", 14),
        Shown("accepted_qty", "Accepted", "qty", 12),
        Shown("rejected_qty", "Rejected", "qty", 12),
        Shown("last_received_on", "Last received", "day", 13),
        Shown("late_days", "Days late", "number", 11),
        Shown("verdict", "Verdict", "text", 18),
    ),
)


def write_review(path: Path, pages: Sequence[pl.DataFrame], lang: str) -> Path:
    """Write the workbook: suppliers, sentences, quarters, lines; the path that it got.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        bodies = []
        for listing, frame in zip((REVIEW, EVIDENCE, QUARTERS, LINES), pages, strict=True):
            page = book.add_worksheet(sheet_name(put(listing.title, lang)))
            bodies.append(page_of(page, styles, listing, frame, lang))
        return [body for body in bodies if body is not None]

    return saved(path, lambda target: workbook(target, lang, fill))
