"""The owner's morning workbook: what to buy today, from whom, how much, by when and why.

The page of the day says it on one sheet, money first; on the next the owner accepts, changes
or postpones each suggestion and saves the file into the inbox, from which `read_plan` reads
it back. Amounts and the arithmetic of each suggestion are live formulas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.excel import plan_lists
from scm_cli.excel.cells import cells_of
from scm_cli.excel.funnel_book import funnel_page
from scm_cli.excel.plan_buy import BUY_TITLE, bought, buy_page
from scm_cli.excel.plan_columns import ACCEPT
from scm_cli.excel.plan_read import PlanEdit, PlanEdits, read_plan
from scm_cli.excel.plan_sign import META, is_plan
from scm_cli.excel.plan_today import TODAY_TITLE, today_page
from scm_cli.excel.rows import Body
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from scm_cli.excel.funnel_book import Funnel

__all__ = ["PlanBook", "PlanEdit", "PlanEdits", "is_plan", "read_plan", "write_plan"]


@dataclass(frozen=True, slots=True)
class PlanBook:
    """What the workbook of one day shows. Texts stand in the reader's language already.

    Frames, of which columns may be missing and others are left out:

    - `buy`: sku, name, warehouse, kind (buy, transfer, make), supplier, supplier_name,
      order_qty, unit, unit_price, amount, order_by_on, need_by_on, on_hand_qty, inbound_qty,
      reserved_qty, daily_qty, lead_time_days, safety_qty, reorder_point_qty, target_qty,
      own_min_qty, own_max_qty, reason, key (what names the suggestion; unique), and, when the
      owner has said so before, accept (yes, no, later) and later_until_on.
    - `messages` (its kind is a code: late, expedite, defer, cancel, ...), `running_out`,
      `not_bought`, `dead`, `why`: see `plan_lists`.

    `suppliers` (code → name) are the choices of the drop-down.
    """

    plan_on: date
    buy: pl.DataFrame
    messages: pl.DataFrame = field(default_factory=pl.DataFrame)
    running_out: pl.DataFrame = field(default_factory=pl.DataFrame)
    not_bought: pl.DataFrame = field(default_factory=pl.DataFrame)
    dead: pl.DataFrame = field(default_factory=pl.DataFrame)
    why: pl.DataFrame = field(default_factory=pl.DataFrame)
    suppliers: Mapping[str, str] = field(default_factory=dict)
    firm: str = ""
    currency: str = "CNY"
    funnel: Funnel | None = None  # as `excel.funnel_book` draws it; none without deals


def write_plan(path: Path, plan: PlanBook, lang: str) -> Path:
    """Write the morning workbook; the path that it got (another when Excel holds it open).

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        return _fill(book, styles, plan, lang)

    return saved(path, lambda target: workbook(target, lang, fill))


def _fill(book: Any, styles: Styles, plan: PlanBook, lang: str) -> list[Body]:  # noqa: ANN401
    rows = bought(plan)
    names = [sheet_name(put(title, lang)) for title in (TODAY_TITLE, BUY_TITLE)]
    today, buy = (book.add_worksheet(name) for name in names)
    lists = (
        (plan_lists.RUNNING_OUT, plan.running_out),
        (plan_lists.MESSAGES, plan_lists.worded(plan.messages, lang)),
        (plan_lists.NOT_BOUGHT, plan.not_bought),
        (plan_lists.DEAD, plan.dead),
        (plan_lists.WHY, plan.why),
    )
    bodies = []
    for listing, frame in lists:
        page = book.add_worksheet(sheet_name(put(listing.title, lang), names))
        bodies.append(plan_lists.page_of(page, styles, listing, frame, lang))
    if plan.funnel is not None:
        funnel_page((book, styles), plan.funnel, lang)
    bodies.append(_hidden_pages(book, styles, plan, rows, names[1], lang))
    bodies.append(buy_page(buy, styles, plan, rows, lang))
    today_page((book, today, styles), plan, rows, names[1], lang)
    today.activate()
    return [body for body in bodies if body is not None]


def _hidden_pages(
    book: Any,  # noqa: ANN401
    styles: Styles,
    plan: PlanBook,
    rows: pl.DataFrame,
    buy_name: str,
    lang: str,
) -> Body | None:
    """What drop-downs and the way back need: suppliers, and which plan this was."""
    page = book.add_worksheet("_lists")
    page.write_row(0, 0, ["supplier", "name", "accept"])
    for row, (code, name) in enumerate(sorted(plan.suppliers.items()), 1):
        page.write_string(row, 0, code)
        page.write_string(row, 1, name or code)
    page.write_column(1, 2, [put(word, lang) for word in ACCEPT])
    page.hide()
    meta = book.add_worksheet(META)
    meta.write_row(0, 0, ["kind", "plan"])
    meta.write_row(1, 0, ["plan_on", plan.plan_on.isoformat()])
    meta.write_row(2, 0, ["sheet", buy_name])
    meta.write_row(3, 0, ["version", "1"])
    meta.write_row(4, 0, ["keys", str(rows.height)])
    meta.hide()
    if rows.is_empty():
        return None
    keys = [
        cells_of(column, "text")
        for column in (pl.repeat("key", rows.height, eager=True), rows["key"])
    ]
    return Body(meta, 5, keys, [[styles.of("text")] * 2])
