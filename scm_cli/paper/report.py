"""The morning report as one HTML file: opens on any phone, prints, needs nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from scm_cli.core.advise.stock_days import items
from scm_cli.errors import Say
from scm_cli.locale import put
from scm_cli.paper.chart import Line, line_chart
from scm_cli.paper.funnel import TITLE, funnel_svg
from scm_cli.paper.page import template

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

Row = dict[str, Any]

SUPPLIER_LINES = 25  # of one supplier; the workbook has all
BUY_LINES = 150  # of all suppliers
LIST_LINES = 15


@dataclass(frozen=True, slots=True)
class ReportData:
    """What the report shows; texts stand in the reader's language already.

    - `buy`: supplier, supplier_name, sku, name, warehouse, order_qty, unit, amount,
      order_by_on, need_by_on, reason
    - `running_out`: sku, name, warehouse, days_left, next_arrival_on, margin_at_risk_amount
    - `late`: document, who, what, by_on, text
    - `dead`: sku, name, warehouse, on_hand_qty, idle_days, cost_amount
    - `overdue`: partner, name, direction (in: owed to us, out: owed by us), amount, due_on, days
    - `stock_value`: on, amount
    - `funnel`: a row per stage (see `paper.funnel`), its sentences, names of the won and lost stage
    - `sales`: on, actual_amount (None from today on), forecast_amount (None where unknown)

    `backup` is one sentence about last night's backup, `notes` what could not be planned.
    """

    plan_on: date
    buy: Sequence[Row] = ()
    running_out: Sequence[Row] = ()
    late: Sequence[Row] = ()
    dead: Sequence[Row] = ()
    overdue: Sequence[Row] = ()
    stock_value: Sequence[Row] = ()
    sales: Sequence[Row] = ()
    funnel: tuple[Sequence[Row], Sequence[Say], tuple[str, str]] = ((), (), ("", ""))
    firm: str = ""
    currency: str = "CNY"
    backup: str = ""
    notes: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Table:
    """A list of the report: columns as (field, header, kind), its rows, how many are left out."""

    title: str
    columns: tuple[tuple[str, str, str], ...]
    rows: Sequence[Row]
    more: str = ""
    total: str = ""


def report_html(data: ReportData, lang: str) -> str:
    """The report of a day as one file of HTML, under 300 KB whatever the plan's size."""
    html: str = template("report.html").render(
        lang={"zh": "zh-CN"}.get(lang, "en"),
        title=put(Say("Replenishment, {day}", day=data.plan_on.isoformat()), lang),
        firm=data.firm,
        about=put(Say("amounts in {currency} before tax", currency=data.currency), lang),
        tiles=_tiles(data, lang),
        buying=put("To order, by supplier", lang),
        suppliers=_suppliers(data, lang),
        lists=_lists(data, lang),
        charts=_charts(data, lang),
        funnel=funnel_svg(data.funnel, lang),
        funnel_title=put(TITLE, lang),
        funnel_told=[put(said, lang) for said in data.funnel[1]],
        nothing=put("Nothing today.", lang),
        backup=data.backup,
        notes=data.notes,
        shown=shown,
    )
    return html


def shown(value: object, kind: str) -> str:
    """A value as the report shows it; nothing for None.

    >>> shown(Decimal("1234.5"), "money"), shown(12.0, "qty"), shown(None, "day")
    ('1,235', '12', '')
    """
    if value is None:
        return ""
    if kind == "money" and isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP):,}"
    if kind == "qty" and isinstance(value, int | float | Decimal):
        text = f"{value:,.2f}"
        return text.rstrip("0").rstrip(".")
    return str(value)


def _sum(rows: Sequence[Row], name: str) -> Decimal:
    return sum((Decimal(str(row[name])) for row in rows if row.get(name) is not None), Decimal(0))


def _known(rows: Sequence[Row], name: str) -> Decimal | None:
    """The sum of what is known; None where there are rows and nothing is known of any."""
    if rows and all(row.get(name) is None for row in rows):
        return None
    return _sum(rows, name)


def _due(data: ReportData) -> list[Row]:
    """What is bought and must be ordered by today."""
    return [
        row
        for row in data.buy
        if row["supplier"] and row["order_by_on"] and row["order_by_on"] <= data.plan_on
    ]


def _tiles(data: ReportData, lang: str) -> list[tuple[str, str, str, str]]:
    """Label, figure, sentence, CSS class; money first."""
    due = _due(data)
    owed = [row for row in data.overdue if row["direction"] == "in"]
    sellers = len({row["supplier"] for row in due})
    bought = [row for row in data.buy if row["supplier"]]
    tiles = (
        ("To order today", _sum(due, "amount"), Say("{n} {n:supplier|suppliers}", n=sellers), "main"),
        ("All suggested", _sum(bought, "amount"), Say("{n} {n:line|lines}", n=len(bought)), ""),
        ("Margin at risk", _known(data.running_out, "margin_at_risk_amount"),
         Say("{n} {n:item|items} {n:runs|run} out", n=items(data.running_out)), "bad"),
        ("To look at", len(data.late), Say("told below"), "bad"),
        ("Money in dead stock", _known(data.dead, "cost_amount"), Say("{n} {n:item|items}", n=items(data.dead)), ""),
        ("Overdue to us", _sum(owed, "amount"), Say("{n} {n:customer|customers}", n=len(owed)), ""),
    )  # fmt: skip
    return [
        (put(label, lang), shown(value, "money") or put(Say("unknown"), lang), put(told, lang), css)
        for label, value, told, css in tiles
    ]


def _suppliers(data: ReportData, lang: str) -> list[Table]:
    """The buy list as one table per supplier, the most money due first."""
    due: dict[str | None, Decimal] = {}
    for row in _due(data):
        due[row["supplier"]] = due.get(row["supplier"], Decimal(0)) + Decimal(
            str(row["amount"] or 0)
        )

    def rank(row: Row) -> tuple[Any, ...]:
        return (
            row["supplier"] is None,
            -due.get(row["supplier"], Decimal(0)),
            row["supplier"] or "",
        )

    def urgency(row: Row) -> tuple[Any, ...]:
        return (*rank(row), row["order_by_on"] or data.plan_on, row["sku"])

    places = {row["warehouse"] for row in data.buy}
    columns = _BUY if len(places) > 1 else tuple(each for each in _BUY if each[0] != "warehouse")
    tables = []
    left = BUY_LINES
    for _, group in groupby(sorted(data.buy, key=urgency), key=rank):
        rows = list(group)
        first = rows[0]
        kept = rows[: max(0, min(SUPPLIER_LINES, left))]
        left -= len(kept)
        name = first["supplier_name"] or first["supplier"]
        total = f"{data.currency} {shown(_sum(rows, 'amount'), 'money')}"
        if first["supplier"] is None:
            name, total = put("Transfers and own production", lang), ""
        more = _more(len(rows) - len(kept), lang)
        tables.append(Table(name, _headed(columns, lang), _marked(kept, data.plan_on), more, total))
    return tables


def _marked(rows: Sequence[Row], today: date) -> list[Row]:
    """Rows with their unit behind the quantity, and `urgent` where the order is due."""
    return [
        {
            **row,
            "order_qty": f"{shown(row['order_qty'], 'qty')} {row['unit'] or ''}".rstrip(),
            "urgent": bool(row["order_by_on"] and row["order_by_on"] <= today),
        }
        for row in rows
    ]


def _more(count: int, lang: str) -> str:
    return put(Say("{n} more in the workbook", n=count), lang) if count > 0 else ""


_BUY = (
    ("sku", "SKU", "code"),
    ("name", "Name", "text"),
    ("warehouse", "Warehouse", "code"),
    ("order_qty", "Quantity", "qty"),
    ("amount", "Amount", "money"),
    ("order_by_on", "Order by", "day"),
    ("reason", "Why", "long"),
)
_LISTS = (
    ("running_out", "Running out", (
        ("sku", "SKU", "code"), ("name", "Name", "text"), ("warehouse", "Warehouse", "code"),
        ("days_left", "Days left", "qty"), ("next_arrival_on", "Next arrival", "day"),
        ("margin_at_risk_amount", "Margin at risk", "money"))),
    ("late", "To look at", (
        ("document", "Document", "code"), ("who", "Who", "text"), ("what", "What", "text"),
        ("by_on", "By date", "day"), ("text", "What to do", "long"))),
    ("overdue", "Overdue money", (
        ("name", "Who", "text"), ("direction", "Direction", "text"), ("due_on", "Due", "day"),
        ("days", "Days overdue", "qty"), ("amount", "Amount", "money"))),
    ("dead", "Dead stock", (
        ("sku", "SKU", "code"), ("name", "Name", "text"), ("warehouse", "Warehouse", "code"),
        ("on_hand_qty", "On hand", "qty"), ("idle_days", "Days without a sale", "qty"),
        ("cost_amount", "Money tied up", "money"))),
)  # fmt: skip
_DIRECTIONS = {"in": "owed to us", "out": "we owe"}


def _headed(columns: Sequence[tuple[str, str, str]], lang: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, put(label, lang), kind) for name, label, kind in columns)


def _lists(data: ReportData, lang: str) -> list[Table]:
    tables = []
    for name, title, columns in _LISTS:
        rows: Sequence[Row] = getattr(data, name)
        kept = [{**row, "urgent": False} for row in rows[:LIST_LINES]]
        if name == "overdue":
            for row in kept:
                row["direction"] = put(_DIRECTIONS[row["direction"]], lang)
        more = _more(len(rows) - len(kept), lang)
        tables.append(Table(put(title, lang), _headed(columns, lang), kept, more))
    return tables


def _charts(data: ReportData, lang: str) -> list[tuple[str, list[tuple[str, str]], Markup]]:
    """Title, legend (CSS class, name) and SVG of each chart that has data."""
    value = Line(put("Stock value", lang), "value", [_float(r["amount"]) for r in data.stock_value])
    sold = Line(put("Sold", lang), "sold", [_float(r["actual_amount"]) for r in data.sales])
    meant = Line(put("Forecast", lang), "meant", [_float(r["forecast_amount"]) for r in data.sales])
    charts = (
        (put("Sales and forecast, per day", lang), data.sales, [sold, meant]),
        (put("Stock value at cost", lang), data.stock_value, [value]),
    )
    drawn = []
    for title, rows, lines in charts:
        svg = line_chart(title, [row["on"] for row in rows], lines)
        if svg:
            drawn.append((title, [(line.css, line.name) for line in lines], Markup(svg)))  # noqa: S704
    return drawn


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))
