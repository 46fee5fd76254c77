"""The page on which the owner decides: one row per suggestion, yellow cells are his.

Everything to the right of the reason is the arithmetic behind the row, as live formulas:
change a number in a grey cell and see what follows; such trials are not read back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.errors import Say
from scm_cli.excel.cellname import column_letters
from scm_cli.excel.plan_lists import Shown, shown_value
from scm_cli.excel.style import printed, side
from scm_cli.locale import put

if TYPE_CHECKING:
    from scm_cli.excel.plan_book import PlanBook
    from scm_cli.excel.style import Styles

BUY_TITLE = "Buy list"
ACCEPT = ("yes", "no", "later")
HEADER_ROW = 3
FIRST_ROW = 4


@dataclass(frozen=True, slots=True)
class BuyColumn(Shown):
    """A column of the page. `role`: edit (read back), trial (a number to play with), show.

    `formula` speaks of other columns in braces: {order_qty}.
    """

    role: str = "show"
    formula: str = ""
    note: str = ""


COLUMNS: tuple[BuyColumn, ...] = (
    BuyColumn("accept", "Accept", "choice", 10, "edit", "", "yes: becomes a purchase order; no: not today; later: not before the date beside it"),
    BuyColumn("later_until_on", "Later until", "day", 13, "edit", "", "only with later: no suggestion before this day"),
    BuyColumn("sku", "SKU", "code", 13),
    BuyColumn("name", "Name", "text", 26),
    BuyColumn("warehouse", "Warehouse", "code", 11),
    BuyColumn("kind", "Kind", "text", 9),
    BuyColumn("supplier", "Supplier", "code", 12, "edit", "", "another supplier may be chosen from the list"),
    BuyColumn("supplier_name", "Supplier name", "text", 20, "show", "=IFERROR(VLOOKUP({supplier},{suppliers},2,FALSE),\"\")"),
    BuyColumn("order_qty", "Quantity", "qty", 11, "edit", "", "in the unit beside it"),
    BuyColumn("unit", "Unit", "text", 8),
    BuyColumn("unit_price", "Unit price", "price", 12),
    BuyColumn("amount", "Amount", "amount", 14, "show", "=ROUND({order_qty}*{unit_price},2)"),
    BuyColumn("order_by_on", "Order by", "day", 13),
    BuyColumn("need_by_on", "Need by", "day", 13, "edit"),
    BuyColumn("reason", "Why", "text", 60),
    BuyColumn("on_hand_qty", "On hand", "qty", 11, "trial"),
    BuyColumn("inbound_qty", "Inbound", "qty", 11, "trial"),
    BuyColumn("reserved_qty", "Reserved", "qty", 11, "trial"),
    BuyColumn("position_qty", "Position", "qty", 11, "show", "={on_hand_qty}+{inbound_qty}-{reserved_qty}", "on hand + inbound - reserved"),
    BuyColumn("daily_qty", "Sells a day", "price", 11, "trial"),
    BuyColumn("lead_time_days", "Lead time (days)", "number", 11, "trial"),
    BuyColumn("lead_demand_qty", "Sold in lead time", "amount", 12, "show", "={daily_qty}*{lead_time_days}", "sells a day x lead time"),
    BuyColumn("other_qty", "Review and season", "amount", 12, "show", "", "what the forecast adds for the days until the next order and for the season"),
    BuyColumn("safety_qty", "Safety stock", "amount", 11, "trial"),
    BuyColumn("reorder_point_qty", "Reorder point", "amount", 12, "show", "={lead_demand_qty}+{other_qty}+{safety_qty}", "sold in lead time + review and season + safety stock"),
    BuyColumn("target_qty", "Order up to", "amount", 12, "trial"),
    BuyColumn("short_qty", "Short of it", "amount", 12, "show", "=MAX(0,{target_qty}-{position_qty})", "order up to - position; packs and minimum orders round it up"),
    BuyColumn("days_left", "Days of stock", "number", 11, "show", "=IF({daily_qty}>0,INT({on_hand_qty}/{daily_qty}),\"\")"),
    BuyColumn("own_min_qty", "Own min", "qty", 10),
    BuyColumn("own_max_qty", "Own max", "qty", 10),
    BuyColumn("key", "key", "code", 10),
    BuyColumn("was_qty", "was", "qty", 10),
)  # fmt: skip
INDEX = {column.name: index for index, column in enumerate(COLUMNS)}
LETTERS = {column.name: column_letters(index) for index, column in enumerate(COLUMNS)}
_NUMBERS = ("qty", "price", "amount", "number")
_PRINTED = INDEX["reason"]


def bought(plan: PlanBook) -> pl.DataFrame:
    """The rows of the page with every column, grouped by supplier, the most money first."""
    frame = plan.buy
    missing = [c for c in COLUMNS if c.name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, _type(c)).alias(c.name) for c in missing)
    number = [pl.col(c.name).cast(pl.Float64) for c in COLUMNS if c.kind in _NUMBERS]
    text = [pl.col(c.name).cast(pl.String) for c in COLUMNS if _type(c) == pl.String]
    frame = frame.with_columns(*number, *text).with_columns(
        was_qty="order_qty",
        amount=(pl.col("order_qty") * pl.col("unit_price")).round(2),
        supplier_name=pl.coalesce(
            pl.col("supplier").replace_strict(dict(plan.suppliers), default=None, return_dtype=pl.String),
            "supplier_name",
        ),
        position_qty=_sum("on_hand_qty", "inbound_qty") - pl.col("reserved_qty").fill_null(0),
        lead_demand_qty=(pl.col("daily_qty") * pl.col("lead_time_days")).fill_null(0),
    )
    days = (pl.col("on_hand_qty") / pl.col("daily_qty")).floor()
    frame = frame.with_columns(
        other_qty=(pl.col("reorder_point_qty") - pl.col("safety_qty").fill_null(0) - pl.col("lead_demand_qty")).round(4),
        short_qty=(pl.col("target_qty") - pl.col("position_qty")).clip(0),
        days_left=pl.when(pl.col("daily_qty") > 0).then(days),
    )  # fmt: skip
    due = pl.when(pl.col("order_by_on") <= plan.plan_on).then("amount").fill_null(0)
    return frame.with_columns(
        _kind=pl.col("kind").replace_strict({"buy": 0, "transfer": 1, "make": 2}, default=3),
        _money=due.sum().over("supplier"),
    ).sort("_kind", -pl.col("_money"), "supplier", "order_by_on", "sku", nulls_last=True)


def _type(column: BuyColumn) -> type[pl.DataType]:
    if column.kind in _NUMBERS:
        return pl.Float64
    return pl.Date if column.kind == "day" else pl.String


def _sum(*names: str) -> pl.Expr:
    return pl.sum_horizontal(pl.col(name).fill_null(0) for name in names)


def buy_page(
    page: Any,  # noqa: ANN401 -- xlsxwriter ships no types
    styles: Styles,
    plan: PlanBook,
    rows: pl.DataFrame,
    lang: str,
) -> None:
    """Write the page: titles and totals, the rows, drop-downs, colours, protection."""
    _top(page, styles, plan, rows, lang)
    last = FIRST_ROW + max(1, rows.height) - 1
    suppliers = f"'_lists'!$A$2:$B${len(plan.suppliers) + 1}"
    for row, values in enumerate(rows.iter_rows(named=True), FIRST_ROW):
        for index, column in enumerate(COLUMNS):
            value = values[column.name]
            look = styles.of(*_look(column, value))
            if column.name in ("kind", "accept") and value:
                value = put(value, lang)
            if column.formula and not _foreign(column, plan):
                formula = column.formula.format(suppliers=suppliers, **{n: f"{at}{row + 1}" for n, at in LETTERS.items()})
                page.write_formula(row, index, formula, look, "" if value is None else value)
            else:
                shown_value(page, (row, index), value, look)
    _choices(page, plan, last, lang)
    _colours(page, styles, plan, last, lang)
    page.set_column(INDEX["key"], INDEX["was_qty"], 10, None, {"hidden": True})
    page.set_column(_PRINTED + 1, INDEX["own_max_qty"], 11, None, {"level": 1})
    page.autofilter(HEADER_ROW, 0, last, INDEX["own_max_qty"])
    page.freeze_panes(FIRST_ROW, INDEX["warehouse"])
    page.set_zoom(90)
    page.print_area(0, 0, last, _PRINTED)
    printed(page, header_row=HEADER_ROW)
    page.protect("", dict.fromkeys(("autofilter", "sort", "format_columns", "format_rows"), True))


def _foreign(column: BuyColumn, plan: PlanBook) -> bool:
    """Names cannot be looked up where no list of suppliers came along."""
    return column.name == "supplier_name" and not plan.suppliers


def _look(column: BuyColumn, value: object) -> list[str]:
    kind = column.kind
    if kind == "qty" and isinstance(value, float) and value % 1:
        kind = "qty_part"
    role = {"edit": ["edit"], "trial": ["open"]}.get(column.role, [])
    return ["cell", kind, *role, *(["wrap", "left"] if column.name == "reason" else [])]


def _top(
    page: Any,  # noqa: ANN401
    styles: Styles,
    plan: PlanBook,
    rows: pl.DataFrame,
    lang: str,
) -> None:
    page.hide_gridlines(2)
    page.set_default_row(20)
    page.set_row(0, 30)
    title = Say("Buy list of {day}", day=plan.plan_on.isoformat())
    page.write_string(0, 0, put(title, lang), styles.of("title"))
    hint = "Yellow cells are yours: say yes, no or later, change quantity, supplier or date, save, and put the file into the inbox."
    page.write_string(1, 0, put(hint, lang), styles.of("muted"))
    page.set_row(HEADER_ROW, 32)
    for index, column in enumerate(COLUMNS):
        look = ["header", side(column.kind), *(["edit_header"] if column.role == "edit" else [])]
        page.write_string(HEADER_ROW, index, put(column.label, lang), styles.of(*look))
        page.set_column(index, index, column.chars)
        if column.note:
            page.write_comment(HEADER_ROW, index, put(column.note, lang), {"x_scale": 1.6, "font_size": 9})
    _totals(page, styles, rows, lang)


def _totals(page: Any, styles: Styles, rows: pl.DataFrame, lang: str) -> None:  # noqa: ANN401
    """Accepted so far, and all that is shown (a filter narrows it)."""
    last = FIRST_ROW + max(1, rows.height)
    accept, amount = (f"${LETTERS[n]}${FIRST_ROW + 1}:${LETTERS[n]}${last}" for n in ("accept", "amount"))
    said_yes = rows.filter(pl.col("accept") == "yes")["amount"].sum()
    money = styles.of("bold", "amount")
    label = styles.of("bold", "right")
    page.write_string(2, INDEX["sku"], put("Accepted", lang), label)
    page.write_formula(2, INDEX["name"], f'=SUMIFS({amount},{accept},"{put("yes", lang)}")', styles.of("bold", "amount", "left"), said_yes)
    page.write_string(2, INDEX["unit_price"], put("Total shown", lang), label)
    page.write_formula(2, INDEX["amount"], f"=SUBTOTAL(109,{amount})", money, rows["amount"].sum())


def _choices(page: Any, plan: PlanBook, last: int, lang: str) -> None:  # noqa: ANN401
    def over(name: str, check: dict[str, Any]) -> None:
        page.data_validation(FIRST_ROW, INDEX[name], last, INDEX[name], check)

    over("accept", {"validate": "list", "source": "='_lists'!$C$2:$C$4"})
    if plan.suppliers:
        over("supplier", {"validate": "list", "source": f"='_lists'!$A$2:$A${len(plan.suppliers) + 1}"})
    message = {"error_message": put("a number, 0 or more", lang)}
    over("order_qty", {"validate": "decimal", "criteria": ">=", "value": 0, **message})
    for name in ("need_by_on", "later_until_on"):
        message = {"error_message": put("a date, not before the day of this list", lang)}
        over(name, {"validate": "date", "criteria": ">=", "value": plan.plan_on, **message})


def _colours(page: Any, styles: Styles, plan: PlanBook, last: int, lang: str) -> None:  # noqa: ANN401
    """Red: order today. Green, grey, amber: what the owner said. A line between suppliers."""
    first = FIRST_ROW + 1
    at = {name: f"${letters}{first}" for name, letters in LETTERS.items()}
    day = f"DATE({plan.plan_on.year},{plan.plan_on.month},{plan.plan_on.day})"

    def over(names: tuple[str, str], formula: str, look: Any) -> None:  # noqa: ANN401
        rule = {"type": "formula", "criteria": formula, "format": look}
        page.conditional_format(FIRST_ROW, INDEX[names[0]], last, INDEX[names[1]], rule)

    over(("order_by_on",) * 2, f"=AND(ISNUMBER({at['order_by_on']}),{at['order_by_on']}<={day})", styles.of("bad"))
    over(("order_by_on",) * 2, f"=AND(ISNUMBER({at['order_by_on']}),{at['order_by_on']}<={day}+3)", styles.of("warn"))
    over(("order_qty",) * 2, f"={at['order_qty']}<>{at['was_qty']}", styles.of("changed"))
    for word, look in zip(ACCEPT, ("good", "grey", "warn"), strict=True):
        over(("accept", "name"), f'={at["accept"]}="{put(word, lang)}"', styles.of(look))
    over(("days_left",) * 2, f"=AND(ISNUMBER({at['days_left']}),{at['days_left']}<{at['lead_time_days']})", styles.of("bad"))
    before = at["supplier"].replace(str(first), str(first - 1))
    over(("accept", "own_max_qty"), f"=AND(ROW()>{first},{at['supplier']}<>{before})", styles.of("parted"))
