"""The pages of the morning workbook that are only read: a title, one sentence, a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.excel.cells import cells_of
from scm_cli.excel.rows import Body
from scm_cli.excel.style import printed, side
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.excel.style import Styles

HEADER_ROW = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as it is shown: field, header in English, kind, width in characters."""

    name: str
    label: str
    kind: str
    chars: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page: its name, what it says in one sentence, its columns."""

    title: str
    sentence: str
    columns: tuple[Shown, ...]


_ITEM = (
    Shown("sku", "SKU", "code", 14),
    Shown("name", "Name", "text", 28),
    Shown("warehouse", "Warehouse", "code", 12),
)
MESSAGES = Listing(
    "Messages",
    "Orders to hurry, postpone or call off, and dates that will not be met.",
    (
        Shown("kind", "Kind", "text", 14),
        Shown("document", "Document", "code", 18),
        Shown("what", "What", "text", 28),
        Shown("who", "Who", "text", 22),
        Shown("by_on", "By date", "day", 13),
        Shown("text", "What to do", "text", 70),
    ),
)
RUNNING_OUT = Listing(
    "Running out",
    "Items that run out before new goods can arrive; the margin at stake first.",
    (
        *_ITEM,
        Shown("on_hand_qty", "On hand", "qty", 12),
        Shown("daily_qty", "Sells a day", "qty", 12),
        Shown("days_left", "Days left", "number", 11),
        Shown("next_arrival_on", "Next arrival", "day", 14),
        Shown("margin_at_risk_amount", "Margin at risk", "amount", 16),
    ),
)
NOT_BOUGHT = Listing(
    "Not bought",
    "Items that one would expect on the list, and why they are not on it.",
    (*_ITEM, Shown("reason", "Why not", "text", 80)),
)
DEAD = Listing(
    "Dead stock",
    "What lies and does not sell; the most money first.",
    (
        *_ITEM,
        Shown("on_hand_qty", "On hand", "qty", 12),
        Shown("last_sold_on", "Last sold", "day", 13),
        Shown("idle_days", "Days without a sale", "number", 14),
        Shown("cost_amount", "Money tied up", "amount", 16),
    ),
)
WHY = Listing(
    "Workings",
    "How the most urgent lines came about; `scm stock why SKU` explains any.",
    (
        *(_ITEM[0], _ITEM[2]),
        Shown("step", "Step", "text", 22),
        Shown("formula", "Formula", "text", 50),
        Shown("inputs", "Numbers", "text", 50),
        Shown("result", "Result", "text", 18),
    ),
)


def page_of(
    page: Any,  # noqa: ANN401 -- xlsxwriter ships no types
    styles: Styles,
    listing: Listing,
    frame: pl.DataFrame,
    lang: str,
) -> Body | None:
    """Everything of a page but its rows; the rows, to be put in afterwards. None without rows."""
    columns = [shown for shown in listing.columns if shown.name in frame.columns]
    columns = columns or list(listing.columns)
    page.hide_gridlines(2)
    page.set_default_row(18)
    page.set_row(0, 30)
    page.write_string(0, 0, put(listing.title, lang), styles.of("title"))
    page.write_string(1, 0, put(listing.sentence, lang), styles.of("muted"))
    headers(page, styles, HEADER_ROW, columns, lang)
    for index, shown in enumerate(columns):
        page.set_column(index, index, shown.chars)
    page.freeze_panes(HEADER_ROW + 1, 1)
    printed(page, header_row=HEADER_ROW)
    if frame.is_empty():
        page.write_string(HEADER_ROW + 1, 0, put("Nothing today.", lang), styles.of("muted"))
        return None
    page.autofilter(HEADER_ROW, 0, HEADER_ROW + frame.height, len(columns) - 1)
    looks = [styles.of("cell", shown.kind, *_long(shown)) for shown in columns]
    parts = [
        styles.of("cell", "qty_part" if shown.kind == "qty" else shown.kind, *_long(shown))
        for shown in columns
    ]
    found = [cells_of(frame[shown.name], shown.kind) for shown in columns]
    return Body(page, HEADER_ROW + 1, found, [looks, parts])


def _long(shown: Shown) -> tuple[str, ...]:
    return ("wrap", "middle", "left") if shown.kind == "text" and shown.chars >= 40 else ()


def worded(messages: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Messages with their kind in words."""
    if "kind" not in messages.columns:
        return messages
    words = {kind: put(kind, lang) for kind in messages["kind"].unique().drop_nulls()}
    return messages.with_columns(pl.col("kind").replace(words))


def headers(
    page: Any,  # noqa: ANN401
    styles: Styles,
    row: int,
    columns: Sequence[Shown],
    lang: str,
) -> None:
    """One row of headers, each over the side on which its cells stand."""
    page.set_row(row, 24)
    for index, shown in enumerate(columns):
        look = styles.of("header", side(shown.kind))
        page.write_string(row, index, put(shown.label, lang), look)


def shown_value(
    page: Any,  # noqa: ANN401
    place: tuple[int, int],
    value: Any,  # noqa: ANN401 -- a cell of any kind
    look: Any,  # noqa: ANN401
) -> None:
    """One value into one cell, blank for None; text never becomes a formula or a number."""
    if value is None:
        page.write_blank(*place, None, look)
    elif isinstance(value, str):
        page.write_string(*place, value, look)
    elif isinstance(value, bool | int | float):
        page.write_number(*place, float(value), look)
    elif hasattr(value, "isoformat"):
        page.write_datetime(*place, value, look)
    else:
        page.write_number(*place, value, look)
