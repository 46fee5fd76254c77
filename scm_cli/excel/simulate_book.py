"""The replay of the last months as a workbook: policies side by side, charts, items, days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.errors import Say
from scm_cli.excel.plan_lists import Listing, Shown, headers, page_of, shown_value
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, printed, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.core.replenish.simulate_shop import Simulation
    from scm_cli.excel.rows import Body

HEADER_ROW, CHART_ROWS = 3, 15
COLOURS = {"ours": "#1F4E5F", "settings": "#C98A1B", "foresight": "#9AA5B1"}
_TITLE = "What the last months would have been"
_FIGURES = (
    Shown("fill_rate_pct", "Units served %", "amount", 14),
    Shown("stockout_rate_pct", "Lines short %", "amount", 14),
    Shown("stockout_days", "Days out of stock", "number", 14),
    Shown("stock_qty", "Average stock", "qty", 14),
    Shown("stock_amount", "Average stock value", "amount", 16),
    Shown("turnover", "Turnover a year", "amount", 14),
    Shown("orders", "Order lines", "number", 12),
    Shown("holding_amount", "Holding", "amount", 14),
    Shown("ordering_amount", "Ordering", "amount", 14),
    Shown("lost_margin_amount", "Margin lost", "amount", 14),
    Shown("cost_amount", "Cost in all", "amount", 14),
)
_POLICY = Shown("policy", "Policy", "text", 14)
_ITEMS = Listing(
    "Items replayed",
    "Each item under each policy; filter by policy to see where the difference lies.",
    (
        Shown("sku", "SKU", "code", 14),
        Shown("warehouse", "Warehouse", "code", 12),
        _POLICY,
        Shown("demand_qty", "Demand", "qty", 12),
        *_FIGURES,
    ),
)
_DAYS = Listing(
    "Days replayed",
    "Stock at cost at the end of each day, and lines that were not filled in full on it.",
    (
        Shown("on", "Day", "day", 13),
        Shown("ours_amount", "Stock value, ours", "amount", 18),
        Shown("settings_amount", "Stock value, settings", "amount", 18),
        Shown("foresight_amount", "Stock value, foresight", "amount", 18),
        Shown("ours_short_lines", "Lines short, ours", "number", 16),
        Shown("settings_short_lines", "Lines short, settings", "number", 16),
        Shown("foresight_short_lines", "Lines short, foresight", "number", 16),
    ),
)


def write_simulation(path: Path, made: Simulation, currency: str, lang: str) -> Path:
    """Write the workbook of a replay; the path that it got (another when Excel holds it open).

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        return _fill((book, styles), made, currency, lang)

    return saved(path, lambda target: workbook(target, lang, fill))


def _fill(tools: tuple[Any, Styles], made: Simulation, currency: str, lang: str) -> list[Body]:
    book, styles = tools
    names = [sheet_name(put(title, lang)) for title in ("Replay", _ITEMS.title, _DAYS.title)]
    front, each, days = (book.add_worksheet(name) for name in names)
    words = {policy: put(policy, lang) for policy in COLOURS}
    named = made.items.with_columns(pl.col("policy").replace(words), pl.col(pl.Float64).round(4))
    told = made.days.with_columns(pl.col(pl.Float64).round(2))
    bodies = [
        page_of(each, styles, _ITEMS, named, lang),
        page_of(days, styles, _DAYS, told, lang),
    ]
    _front(tools, front, (made, currency), (names[2], lang))
    front.activate()
    return [body for body in bodies if body is not None]


def _front(
    tools: tuple[Any, Styles],
    page: Any,  # noqa: ANN401
    told: tuple[Simulation, str],
    where: tuple[str, str],
) -> None:
    """The first page: policies side by side, two charts, what was assumed."""
    (book, styles), (made, currency), (days_name, lang) = tools, told, where
    page.hide_gridlines(2)
    page.set_default_row(18)
    page.set_row(0, 32)
    page.write_string(0, 0, put(_TITLE, lang), styles.of("title"))
    amounts = put(Say("amounts in {currency} before tax", currency=currency), lang)
    page.write_string(1, 0, amounts, styles.of("muted"))
    columns = (_POLICY, *_FIGURES)
    headers(page, styles, HEADER_ROW, columns, lang)
    for index, shown in enumerate(columns):
        page.set_column(index, index, shown.chars)
    lines = made.totals.with_columns(pl.col(pl.Float64).round(4)).iter_rows(named=True)
    for row, line in enumerate(lines, HEADER_ROW + 1):
        line["policy"] = put(line["policy"], lang)
        for index, shown in enumerate(columns):
            shown_value(page, (row, index), line[shown.name], styles.of("cell", shown.kind))
    row = HEADER_ROW + made.totals.height + 2
    _stock_chart((book, page), made, (row, days_name), lang)
    _short_chart((book, page), made.totals.height, row, lang)
    row += CHART_ROWS + 1
    page.write_string(row, 0, put("What this takes for granted", lang), styles.of("section"))
    for at, said in enumerate(made.assumptions, row + 1):
        page.write_string(at, 0, put(said, lang), styles.of("muted"))
    printed(page)


def _stock_chart(
    tools: tuple[Any, Any], made: Simulation, place: tuple[int, str], lang: str
) -> None:
    """Lines of stock value over the days, one per policy, from the page of days."""
    (book, page), (row, name) = tools, place
    first, last = 4, 3 + made.days.height
    chart = book.add_chart({"type": "line"})
    for column, (policy, colour) in enumerate(COLOURS.items(), 1):
        chart.add_series(
            {
                "name": put(policy, lang),
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "line": {"color": colour, "width": 2},
            }
        )
    chart.set_title({"name": put("Stock value at cost", lang), "name_font": {"size": 11}})
    chart.set_x_axis({"date_axis": True, "num_format": "mm-dd", "num_font": {"size": 9}})
    _placed(page, chart, (row, 0), 700)


def _short_chart(tools: tuple[Any, Any], policies: int, row: int, lang: str) -> None:
    """Columns of the share of lines that fell short, one per policy."""
    book, page = tools
    name, column = page.get_name(), 2
    first, last = HEADER_ROW + 1, HEADER_ROW + policies
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": [name, HEADER_ROW, column],
            "categories": [name, first, 0, last, 0],
            "values": [name, first, column, last, column],
            "points": [{"fill": {"color": colour}} for colour in COLOURS.values()],
            "data_labels": {"value": True, "num_format": "0.0"},
            "gap": 80,
        }
    )
    chart.set_title({"name": put("Lines short %", lang), "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    _placed(page, chart, (row, 7), 520)


def _placed(page: Any, chart: Any, place: tuple[int, int], width: int) -> None:  # noqa: ANN401
    grid = {"visible": True, "line": {"color": "#E3E8EC"}}
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": grid, "num_font": {"size": 9}})
    chart.set_chartarea({"border": {"none": True}})
    if width > 600:
        chart.set_legend({"position": "bottom", "font": {"size": 9}})
    chart.set_size({"width": width, "height": 24 * (CHART_ROWS - 1)})
    page.insert_chart(*place, chart, {"x_offset": 2, "y_offset": 4})
