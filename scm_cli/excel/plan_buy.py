"""The page on which the owner decides: one row per suggestion, yellow cells are his.

Everything to the right of the reason is the arithmetic behind the row, as live formulas:
change a number in a grey cell and see what follows; such trials are not read back.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.errors import Say
from scm_cli.excel.cells import cells_of
from scm_cli.excel.plan_columns import (
    ACCEPT,
    COLUMNS,
    EDIT,
    FORMULAS,
    HIDDEN,
    INDEX,
    LETTERS,
    NOTES,
    TRIAL,
    BuyColumn,
)
from scm_cli.excel.rows import Body
from scm_cli.excel.style import heights, printed, side
from scm_cli.locale import put

if TYPE_CHECKING:
    from scm_cli.excel.plan_book import PlanBook
    from scm_cli.excel.style import Styles

BUY_TITLE = "Buy list"
HEADER_ROW = 3
FIRST_ROW = 4
_NUMBERS = ("qty", "price", "amount", "number")
_PRINTED = INDEX["reason"]
_KINDS = {"buy": 0, "transfer": 1, "make": 2}


def bought(plan: PlanBook) -> pl.DataFrame:
    """The rows of the page with every column, grouped by supplier, the most money first."""
    names = pl.col("supplier").replace_strict(
        dict(plan.suppliers), default=None, return_dtype=pl.String
    )
    reserved, daily = pl.col("reserved_qty").fill_null(0), pl.col("daily_qty")
    rows = _complete(plan.buy).with_columns(
        was_qty="order_qty",
        amount=pl.when(kind="buy").then((pl.col("order_qty") * pl.col("unit_price")).round(2)),
        supplier_name=pl.coalesce(names, "supplier_name"),
        position_qty=pl.sum_horizontal("on_hand_qty", "inbound_qty") - reserved,
        lead_demand_qty=(daily * pl.col("lead_time_days")).fill_null(0),
        days_left=pl.when(daily > 0).then((pl.col("on_hand_qty") / daily).floor()),
    )
    explained = pl.col("lead_demand_qty") + pl.col("safety_qty").fill_null(0)
    due = pl.when(pl.col("order_by_on") <= plan.plan_on).then("amount").fill_null(0)
    return rows.with_columns(
        other_qty=(pl.col("reorder_point_qty") - explained).round(4),
        short_qty=(pl.col("target_qty") - pl.col("position_qty")).clip(0),
        _kind=pl.col("kind").replace_strict(_KINDS, default=len(_KINDS)),
        _money=due.sum().over("supplier"),
    ).sort("_kind", -pl.col("_money"), "supplier", "order_by_on", "sku", nulls_last=True)


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column of the page, in its type."""
    return frame.select(
        (pl.col(c.name) if c.name in frame.columns else pl.lit(None)).cast(_type(c)).alias(c.name)
        for c in COLUMNS
    )


def _type(column: BuyColumn) -> type[pl.DataType]:
    if column.kind in _NUMBERS:
        return pl.Float64
    return pl.Date if column.kind == "day" else pl.String


def buy_page(
    page: Any,  # noqa: ANN401 -- xlsxwriter ships no types
    styles: Styles,
    plan: PlanBook,
    rows: pl.DataFrame,
    lang: str,
) -> Body | None:
    """Write the page: titles and totals, drop-downs, colours, protection; its rows come back."""
    last = FIRST_ROW + max(1, rows.height) - 1
    _top(page, styles, plan, lang)
    _totals(page, styles, rows, lang)
    _choices(page, plan, last, lang)
    _colours(page, styles, plan, last, lang)
    page.autofilter(HEADER_ROW, 0, last, INDEX["own_max_qty"])
    page.freeze_panes(FIRST_ROW, INDEX["warehouse"])
    page.set_zoom(90)
    page.print_area(0, 0, last, _PRINTED)
    printed(page, header_row=HEADER_ROW)
    page.protect("", dict.fromkeys(("autofilter", "sort", "format_columns", "format_rows"), True))
    return _rows(page, styles, plan, rows, lang) if rows.height else None


def _rows(
    page: Any,  # noqa: ANN401
    styles: Styles,
    plan: PlanBook,
    rows: pl.DataFrame,
    lang: str,
) -> Body:
    """The rows, to be put in afterwards: as text they take a tenth of the time."""
    told = rows.with_columns(_worded(rows, name, lang) for name in ("kind", "accept"))
    found = [cells_of(told[column.name], column.kind) for column in COLUMNS]
    suppliers = f"'_lists'!$A$2:$B${len(plan.suppliers) + 1}"
    for name, template in FORMULAS.items():
        if name == "supplier_name" and not plan.suppliers:  # nowhere to look a name up
            continue
        formulas = _formulas(template.format_map(_Kept(suppliers=suppliers)), rows.height)
        if name == "amount":
            formulas = pl.select(pl.when(rows["kind"] == "buy").then(formulas)).to_series()
        found[INDEX[name]] = replace(found[INDEX[name]], formulas=formulas)
    samples = [[styles.of(*_look(column, part)) for column in COLUMNS] for part in (False, True)]
    chars = COLUMNS[INDEX["reason"]].chars
    tall = heights((rows["reason"], chars))
    return Body(page, FIRST_ROW, found, samples, tall, blanks=True)


def _worded(rows: pl.DataFrame, name: str, lang: str) -> pl.Series:
    words = {word: put(word, lang) for word in rows[name].unique().drop_nulls()}
    return rows[name].replace(words)


class _Kept(dict[str, str]):
    """Fields of a template that are filled later stay as they are."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _formulas(template: str, count: int) -> pl.Series:
    """One formula a row: `{name}` becomes the cell of that column in the row."""
    row = pl.int_range(FIRST_ROW + 1, FIRST_ROW + 1 + count, eager=True).cast(pl.String)
    parts = re.split(r"\{(\w+)\}", template.removeprefix("="))
    told = [
        pl.lit(LETTERS[part]) + pl.lit(row) if index % 2 else pl.lit(part)
        for index, part in enumerate(parts)
    ]
    return pl.select(pl.concat_str(told)).to_series()


def _look(column: BuyColumn, part: bool) -> list[str]:
    kind = "qty_part" if part and column.kind == "qty" else column.kind
    role = {EDIT: ["edit"], TRIAL: ["open"]}.get(column.role, [])
    return ["cell", kind, *role, *(["wrap", "middle", "left"] if column.name == "reason" else [])]


_HINT = (
    "Yellow cells are yours: say yes, no or later, change quantity, supplier or date, "
    "save, and put the file into the inbox."
)
_NOTE_BOX = {"x_scale": 1.6, "font_size": 9}


def _top(page: Any, styles: Styles, plan: PlanBook, lang: str) -> None:  # noqa: ANN401
    page.hide_gridlines(2)
    page.set_default_row(20)
    page.set_row(0, 30)
    title = Say("Buy list of {day}", day=plan.plan_on.isoformat())
    page.write_string(0, 0, put(title, lang), styles.of("title"))
    page.write_string(1, 0, put(_HINT, lang), styles.of("muted"))
    page.set_row(HEADER_ROW, 32)
    for index, column in enumerate(COLUMNS):
        mine = ["edit_header"] if column.role == EDIT else []
        look = styles.of("header", side(column.kind), *mine)
        page.write_string(HEADER_ROW, index, put(column.label, lang), look)
        options: dict[str, Any] = {"level": 1} if _PRINTED < index <= INDEX["own_max_qty"] else {}
        if column.role == HIDDEN:
            options = {"hidden": True}
        page.set_column(index, index, column.chars, None, options)
        if column.name in NOTES:
            page.write_comment(HEADER_ROW, index, put(NOTES[column.name], lang), _NOTE_BOX)


def _totals(page: Any, styles: Styles, rows: pl.DataFrame, lang: str) -> None:  # noqa: ANN401
    """Accepted so far, and all that is shown (a filter narrows it)."""
    last = FIRST_ROW + max(1, rows.height)
    accept, amount = (
        f"${LETTERS[name]}${FIRST_ROW + 1}:${LETTERS[name]}${last}" for name in ("accept", "amount")
    )
    said_yes = rows.filter(pl.col("accept") == "yes")["amount"].sum()
    label, money = styles.of("bold", "right"), styles.of("bold", "amount")
    accepted = f'=SUMIFS({amount},{accept},"{put("yes", lang)}")'
    page.write_string(2, INDEX["sku"], put("Accepted so far", lang), label)
    page.write_formula(2, INDEX["name"], accepted, styles.of("bold", "amount", "left"), said_yes)
    page.write_string(2, INDEX["unit_price"], put("Total shown", lang), label)
    shown = f"=SUBTOTAL(109,{amount})"
    page.write_formula(2, INDEX["amount"], shown, money, rows["amount"].sum())


def _choices(page: Any, plan: PlanBook, last: int, lang: str) -> None:  # noqa: ANN401
    checks: dict[str, dict[str, Any]] = {
        "accept": {"validate": "list", "source": "='_lists'!$C$2:$C$4"},
        "order_qty": {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            "error_message": put("a number, 0 or more", lang),
        },
    }
    if plan.suppliers:
        codes = f"='_lists'!$A$2:$A${len(plan.suppliers) + 1}"
        checks["supplier"] = {"validate": "list", "source": codes}
    for name in ("need_by_on", "later_until_on"):
        told = put("a date, not before the day of this list", lang)
        day = {"validate": "date", "criteria": ">=", "value": plan.plan_on}
        checks[name] = {**day, "error_message": told}
    for name, check in checks.items():
        page.data_validation(FIRST_ROW, INDEX[name], last, INDEX[name], check)


def _colours(page: Any, styles: Styles, plan: PlanBook, last: int, lang: str) -> None:  # noqa: ANN401
    """Red: order today. Green, grey, amber: what the owner said. A line between suppliers."""
    first = FIRST_ROW + 1
    at = {name: f"${letters}{first}" for name, letters in LETTERS.items()}
    day = f"DATE({plan.plan_on.year},{plan.plan_on.month},{plan.plan_on.day})"
    by, left = at["order_by_on"], at["days_left"]
    above = f"${LETTERS['supplier']}{first - 1}"
    rules = [
        ("order_by_on", "order_by_on", f"=AND(ISNUMBER({by}),{by}<={day})", "bad"),
        ("order_by_on", "order_by_on", f"=AND(ISNUMBER({by}),{by}<={day}+3)", "warn"),
        ("order_qty", "order_qty", f"={at['order_qty']}<>{at['was_qty']}", "changed"),
        ("days_left", "days_left", f"=AND(ISNUMBER({left}),{left}<{at['lead_time_days']})", "bad"),
        ("accept", "own_max_qty", f"=AND(ROW()>{first},{at['supplier']}<>{above})", "parted"),
    ]
    for word, look in zip(ACCEPT, ("good", "grey", "warn"), strict=True):
        rules.append(("accept", "name", f'={at["accept"]}="{put(word, lang)}"', look))
    for start, end, formula, look in rules:
        rule = {"type": "formula", "criteria": formula, "format": styles.of(look)}
        page.conditional_format(FIRST_ROW, INDEX[start], last, INDEX[end], rule)
