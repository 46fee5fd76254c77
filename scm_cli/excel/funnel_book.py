"""The funnel as a workbook: a row per stage, drawn as centred bars, its sentences, its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.excel.plan_lists import Listing, Shown, headers, page_of, shown_value
from scm_cli.excel.saving import saved
from scm_cli.excel.style import DEEP, GREEN, RED, Styles, printed, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scm_cli.errors import Say
    from scm_cli.excel.rows import Body

    Rows = Sequence[Mapping[str, Any]]
    Funnel = tuple[Rows, Sequence[Say], tuple[str, str]]

TITLE = "Sales funnel"
HEADER_ROW, PAD_COLUMN, BAR_HEIGHT = 5, 11, 42
_COLUMNS = (
    Shown("stage", "Stage", "text", 20),
    Shown("entered", "Entered", "number", 11),
    Shown("advanced", "Went on", "number", 11),
    Shown("lost", "Lost", "number", 11),
    Shown("open", "Still open", "number", 11),
    Shown("conversion_pct", "Went on %", "pct", 12),
    Shown("low_pct", "From %", "pct", 11),
    Shown("high_pct", "To %", "pct", 11),
    Shown("median_days", "Days, median", "amount", 13),
    Shown("p90_days", "Days, 90th percentile", "amount", 15),
)
_PARTS = {
    "cohort": Shown("cohort", "Opened in", "code", 14),
    "owner": Shown("owner", "Owner", "text", 18),
    "source": Shown("source", "Deal source", "text", 18),
    "product": Shown("product", "SKU", "code", 18),
    "group": Shown("group", "Category", "text", 18),
    "class": Shown("class", "Customer class", "text", 18),
    "region": Shown("region", "Region", "text", 18),
}


def write_funnel(path: Path, funnel: Funnel, split: tuple[str | None, Rows], lang: str) -> Path:
    """Write the workbook; the path that it got.

    Args:
        path: where to.
        funnel: the stages, the sentences, and what the won and the lost stage are called.
        split: by what the parts are, and their rows.
        lang: language of headers and sentences.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    by, parts = split

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        funnel_page((book, styles), funnel, lang)
        if by is None:
            return []
        listing = Listing(
            "Parts of the funnel", "Each stage of each part.", (_PARTS[by], *_COLUMNS)
        )
        page = book.add_worksheet(sheet_name(put(listing.title, lang)))
        frame = pl.DataFrame(parts, infer_schema_length=None) if parts else pl.DataFrame()
        body = page_of(page, styles, listing, frame, lang)
        return [body] if body is not None else []

    return saved(path, lambda target: workbook(target, lang, fill))


def funnel_page(tools: tuple[Any, Styles], funnel: Funnel, lang: str) -> None:
    """A page of a workbook with the funnel: sentences, figures, the drawing below them."""
    (book, styles), (stages, told, ends) = tools, funnel
    page = book.add_worksheet(sheet_name(put(TITLE, lang)))
    page.hide_gridlines(2)
    page.set_default_row(18)
    page.set_row(0, 30)
    page.write_string(0, 0, put(TITLE, lang), styles.of("title"))
    for row, said in enumerate(told[: HEADER_ROW - 2], 1):
        page.write_string(row, 0, put(said, lang), styles.of("muted"))
    headers(page, styles, HEADER_ROW, _COLUMNS, lang)
    page.set_row(HEADER_ROW, 34)
    most = max((row["entered"] for row in stages), default=0)
    for index, shown in enumerate(_COLUMNS):
        page.set_column(index, index, shown.chars)
        for row, stage in enumerate(stages, HEADER_ROW + 1):
            value = put(stage["stage"], lang) if shown.name == "stage" else stage[shown.name]
            shown_value(page, (row, index), value, styles.of("cell", shown.kind))
    for row, stage in enumerate(stages, HEADER_ROW + 1):  # half of what the bar lacks, to its left
        page.write_number(row, PAD_COLUMN, (most - stage["entered"]) / 2)
    page.set_column(PAD_COLUMN, PAD_COLUMN, 9, None, {"hidden": True})
    if most:
        _drawing((book, page), stages, ends, lang)
    printed(page)


def _drawing(tools: tuple[Any, Any], stages: Rows, ends: tuple[str, str], lang: str) -> None:
    """Stacked bars, the first of them invisible, so that each stage stands in the middle."""
    book, page = tools
    first, last = HEADER_ROW + 1, HEADER_ROW + len(stages)
    name = page.get_name()
    colours = {ends[0]: GREEN, ends[1]: RED}
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    shared = {"categories": [name, first, 0, last, 0], "gap": 25}
    nothing = {"fill": {"none": True}, "border": {"none": True}}
    chart.add_series({**shared, **nothing, "values": [name, first, PAD_COLUMN, last, PAD_COLUMN]})
    fills = [{"fill": {"color": colours.get(row["stage"], DEEP)}} for row in stages]
    label = {"value": True, "font": {"color": "#FFFFFF", "bold": True}}
    chart.add_series({
        **shared, "name": put("Entered", lang), "values": [name, first, 1, last, 1], "points": fills,
        "fill": {"color": DEEP}, "data_labels": label,
    })  # fmt: skip
    chart.set_y_axis({"reverse": True, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_legend({"none": True})
    chart.set_title({"name": put(TITLE, lang), "name_font": {"size": 11}})
    chart.set_chartarea({"border": {"none": True}})
    chart.show_hidden_data()
    chart.set_size({"width": 760, "height": 70 + BAR_HEIGHT * len(stages)})
    page.insert_chart(last + 2, 0, chart, {"x_offset": 2, "y_offset": 4})
