"""The first page of the morning workbook: the day on one sheet, money first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from scm_cli.errors import Say
from scm_cli.excel import plan_lists
from scm_cli.excel.plan_buy import FIRST_ROW
from scm_cli.excel.plan_columns import LETTERS
from scm_cli.excel.plan_lists import Shown, headers, shown_value, worded
from scm_cli.excel.style import printed
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.excel.plan_book import PlanBook
    from scm_cli.excel.style import Styles

TODAY_TITLE = "Today"
SUPPLIERS, LINES = 12, 6
HEADER_ROW = 7
CHART_ROWS = 13
LATE_KINDS = ("late order", "late purchase", "expedite")
_WIDTHS = (15, 26, 13, 15, 15, 15)
_SUPPLIER = (
    Shown("supplier", "Supplier", "code", 0),
    Shown("supplier_name", "Supplier name", "text", 0),
    Shown("lines", "Lines", "number", 0),
    Shown("due_amount", "Order today", "amount", 0),
    Shown("amount", "All suggested", "amount", 0),
    Shown("accepted_amount", "Accepted so far", "amount", 0),
)


def today_page(
    made: tuple[Any, Any, Styles],
    plan: PlanBook,
    rows: pl.DataFrame,
    buy_name: str,
    lang: str,
) -> None:
    """Write the page: four figures, money by supplier with a chart, three short lists.

    `made` are the workbook, this page and the formats.
    """
    book, page, styles = made
    page.hide_gridlines(2)
    page.set_default_row(19)
    for index, chars in enumerate(_WIDTHS):
        page.set_column(index, index, chars)
    page.set_row(0, 36)
    title = Say("Replenishment, {day}", day=plan.plan_on.isoformat())
    page.write_string(0, 0, put(title, lang), styles.of("title"))
    amounts = put(Say("amounts in {currency} before tax", currency=plan.currency), lang)
    firm = f"{plan.firm} · " if plan.firm else ""
    page.write_string(1, 0, firm + amounts, styles.of("muted"))
    money = by_supplier(rows, plan)
    _tiles(page, styles, plan, money, lang)
    row = _suppliers(page, styles, money, (buy_name, rows.height, plan), lang)
    if money.height:
        _chart(book, page, money, row - 2, lang)
        row += CHART_ROWS
    late = plan.messages
    if "kind" in late.columns:
        late = worded(late.filter(pl.col("kind").is_in(LATE_KINDS)), lang)
    out, told, dead = plan_lists.RUNNING_OUT, plan_lists.MESSAGES, plan_lists.DEAD
    row = _short(page, styles, row, _Extract(out.title, out, plan.running_out, _OUT), lang)
    row = _short(page, styles, row, _Extract(LATE_TITLE, told, late, _LATE), lang)
    row = _short(page, styles, row, _Extract(dead.title, dead, plan.dead, _DEAD), lang)
    page.print_area(0, 0, row, len(_WIDTHS) - 1)
    printed(page, portrait=True)
    page.fit_to_pages(1, 1)


LATE_TITLE = "Late"
_OUT = ("sku", "name", "warehouse", "days_left", "next_arrival_on", "margin_at_risk_amount")
_LATE = ("document", "what", "kind", "by_on", "who")
_DEAD = ("sku", "name", "warehouse", "on_hand_qty", "idle_days", "cost_amount")


def by_supplier(rows: pl.DataFrame, plan: PlanBook) -> pl.DataFrame:
    """Lines and money per supplier: due today, all, accepted; the most due first."""
    due = pl.when(pl.col("order_by_on") <= plan.plan_on).then("amount").fill_null(0)
    accepted = pl.when(pl.col("accept") == "yes").then("amount").fill_null(0)
    return (
        rows.filter((pl.col("kind") == "buy") & pl.col("supplier").is_not_null())
        .group_by("supplier")
        .agg(
            pl.col("supplier_name").first(),
            lines=pl.len(),
            due_amount=due.sum(),
            amount=pl.col("amount").sum(),
            accepted_amount=accepted.sum(),
        )
        .sort(-pl.col("due_amount"), -pl.col("amount"), "supplier")
    )


def _tiles(page: Any, styles: Styles, plan: PlanBook, money: pl.DataFrame, lang: str) -> None:  # noqa: ANN401
    """Four figures: to order today, all suggested, margin at stake, money that lies dead."""
    unknown = put(Say("unknown"), lang)
    risk = _total(plan.running_out, "margin_at_risk_amount", unknown)
    dead = _total(plan.dead, "cost_amount", unknown)
    out, idle = (_items(frame) for frame in (plan.running_out, plan.dead))
    tiles = (
        (
            "To order today",
            money["due_amount"].sum(),
            Say("{n} {n:supplier|suppliers}", n=money.filter(pl.col("due_amount") > 0).height),
        ),
        (
            "All suggested",
            money["amount"].sum(),
            Say("{n} {n:line|lines}", n=int(money["lines"].sum())),
        ),
        ("Margin at risk", risk, Say("{n} {n:item|items} {n:runs|run} out", n=out)),
        ("Money in dead stock", dead, Say("{n} {n:item|items}", n=idle)),
    )
    places = ((0, 0), (1, 1), (2, 3), (4, 5))
    page.set_row(4, 26)
    for (label, value, told), (first, last) in zip(tiles, places, strict=True):
        for row, content, look in (
            (3, put(label, lang), styles.of("tile", "small")),
            (
                4,
                value if isinstance(value, str) else float(value or 0),
                styles.of("tile", "large", "money", "left"),
            ),
            (5, put(told, lang), styles.of("tile", "small")),
        ):
            if first == last:
                shown_value(page, (row, first), content, look)
            else:
                page.merge_range(row, first, row, last, content, look)


def _items(frame: pl.DataFrame) -> int:
    """Items, not item-warehouse pairs."""
    return frame["sku"].n_unique() if "sku" in frame.columns else 0


def _total(frame: pl.DataFrame, name: str, unknown: str) -> float | str:
    """The sum of what is known; `unknown` where there are rows and nothing is known of any."""
    if name not in frame.columns:
        return 0.0
    if frame.height and frame[name].null_count() == frame.height:
        return unknown
    return float(frame[name].cast(pl.Float64).sum())


def _suppliers(
    page: Any,  # noqa: ANN401
    styles: Styles,
    money: pl.DataFrame,
    source: tuple[str, int, PlanBook],
    lang: str,
) -> int:
    """The table by supplier as formulas over the buy list; the row after it."""
    headers(page, styles, HEADER_ROW, _SUPPLIER, lang)
    lines = money.head(SUPPLIERS).iter_rows(named=True)
    for row, line in enumerate(lines, HEADER_ROW + 1):
        page.write_string(row, 0, line["supplier"], styles.of("cell", "code"))
        page.write_string(row, 1, line["supplier_name"] or "", styles.of("cell", "text"))
        formulas = _sums(source, f"$A{row + 1}", lang)
        for index, (shown, formula) in enumerate(zip(_SUPPLIER[2:], formulas, strict=True), 2):
            look = styles.of("cell", shown.kind)
            page.write_formula(row, index, formula, look, line[shown.name])
    row = HEADER_ROW + 1 + min(money.height, SUPPLIERS)
    rest = money.height - SUPPLIERS
    label = Say("Total, with {n} more {n:supplier|suppliers}", n=rest) if rest > 0 else Say("Total")
    page.write_string(row, 0, put(label, lang), styles.of("total"))
    page.write_blank(row, 1, None, styles.of("total"))
    anyone = _sums(source, '"?*"', lang)
    for index, (shown, formula) in enumerate(zip(_SUPPLIER[2:], anyone, strict=True), 2):
        look = styles.of("total", shown.kind)
        page.write_formula(row, index, formula, look, money[shown.name].sum())
    return row + 2


def _sums(source: tuple[str, int, PlanBook], who: str, lang: str) -> tuple[str, ...]:
    """Lines, money due today, all money, accepted money of a supplier (a cell or a pattern)."""
    name, height, plan = source
    quoted = name.replace("'", "''")
    last = FIRST_ROW + max(1, height)
    over = {n: f"'{quoted}'!${at}${FIRST_ROW + 1}:${at}${last}" for n, at in LETTERS.items()}
    this = f"{over['supplier']},{who}"
    day = f'"<="&DATE({plan.plan_on.year},{plan.plan_on.month},{plan.plan_on.day})'
    return (
        f"=COUNTIFS({this})",
        f"=SUMIFS({over['amount']},{this},{over['order_by_on']},{day})",
        f"=SUMIFS({over['amount']},{this})",
        f'=SUMIFS({over["amount"]},{this},{over["accept"]},"{put("yes", lang)}")',
    )


def _chart(book: Any, page: Any, money: pl.DataFrame, total: int, lang: str) -> None:  # noqa: ANN401
    """Bars per supplier under the table: due today, and all that is suggested."""
    last = HEADER_ROW + min(money.height, SUPPLIERS)
    chart = book.add_chart({"type": "bar"})
    name = page.get_name()
    for column, colour in ((4, "#B7CDD6"), (3, "#1F4E5F")):
        chart.add_series(
            {
                "name": [name, HEADER_ROW, column],
                "categories": [name, HEADER_ROW + 1, 1, last, 1],
                "values": [name, HEADER_ROW + 1, column, last, column],
                "fill": {"color": colour},
                "gap": 60,
                "overlap": 100,
            }
        )
    chart.set_title({"name": put("Money to order, by supplier", lang), "name_font": {"size": 11}})
    chart.set_y_axis({"reverse": True, "line": {"none": True}, "num_font": {"size": 9}})
    grid = {"visible": True, "line": {"color": "#E3E8EC"}}
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": grid, "num_font": {"size": 9}})
    chart.set_legend({"position": "bottom", "font": {"size": 9}})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": 720, "height": 25 * (CHART_ROWS - 1)})
    page.insert_chart(total + 1, 0, chart, {"x_offset": 2, "y_offset": 6})


class _Extract(NamedTuple):
    """The first lines of a list: its heading here, the list, its rows, the columns to show."""

    heading: str
    listing: plan_lists.Listing
    frame: pl.DataFrame
    names: Sequence[str]


def _short(
    page: Any,  # noqa: ANN401
    styles: Styles,
    row: int,
    extract: _Extract,
    lang: str,
) -> int:
    """The first lines of one of the lists; the row after them."""
    frame = extract.frame
    for index in range(len(_WIDTHS)):
        page.write_blank(row, index, None, styles.of("section"))
    page.write_string(row, 0, put(extract.heading, lang), styles.of("section"))
    if frame.is_empty():
        page.write_string(row + 1, 0, put("Nothing today.", lang), styles.of("muted"))
        return row + 3
    known = {shown.name: shown for shown in extract.listing.columns}
    columns = [known[name] for name in extract.names if name in frame.columns]
    headers(page, styles, row + 1, columns, lang)
    for index in range(len(columns), len(_WIDTHS)):
        page.write_blank(row + 1, index, None, styles.of("header"))
    for at, line in enumerate(frame.head(LINES).iter_rows(named=True), row + 2):
        for index, shown in enumerate(columns):
            shown_value(page, (at, index), line[shown.name], styles.of("cell", shown.kind))
    shown_rows = min(LINES, frame.height)
    if frame.height > LINES:
        whole = Say(extract.listing.title)
        more = Say("... {n} more on the page {page}", n=frame.height - LINES, page=whole)
        page.write_string(row + 2 + shown_rows, 0, put(more, lang), styles.of("muted"))
    return row + 4 + shown_rows
