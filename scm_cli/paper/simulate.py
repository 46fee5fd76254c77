"""The replay of the last months as one HTML file: figures, two charts, what was assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from scm_cli.errors import Say
from scm_cli.locale import put
from scm_cli.paper.chart import Line, line_chart
from scm_cli.paper.page import template

if TYPE_CHECKING:
    from scm_cli.core.replenish.simulate_shop import Simulation

POLICIES = ("ours", "settings", "foresight")
ITEMS = 30
_ROWS = (
    ("stockout_rate_pct", "Lines short %", 2),
    ("fill_rate_pct", "Units served %", 2),
    ("stockout_days", "Days out of stock", 0),
    ("stock_qty", "Average stock", 0),
    ("stock_amount", "Average stock value", 0),
    ("turnover", "Turnover a year", 2),
    ("orders", "Order lines", 0),
    ("holding_amount", "Holding", 0),
    ("ordering_amount", "Ordering", 0),
    ("lost_margin_amount", "Margin lost", 0),
    ("cost_amount", "Cost in all", 0),
)


def simulation_html(made: Simulation, firm: str, currency: str, lang: str) -> str:
    """The replay as one file of HTML; of items those where ours saves or loses most."""
    totals = {row["policy"]: row for row in made.totals.iter_rows(named=True)}
    html: str = template("simulate.html").render(
        lang={"zh": "zh-CN"}.get(lang, "en"),
        title=put("What the last months would have been", lang),
        firm=firm,
        about=put(Say("amounts in {currency} before tax", currency=currency), lang),
        heads=[put(policy, lang) for policy in POLICIES],
        figures=[
            (put(label, lang), [figure(totals[policy][name], places) for policy in POLICIES])
            for name, label, places in _ROWS
        ],
        charts=_charts(made, lang),
        items_title=put("Items that differ most in cost, ours beside the settings", lang),
        item_heads=[
            put(label, lang)
            for label in ("SKU", "Warehouse", "Lines short %", "Average stock value", "Cost in all")
        ],
        items=_items(made),
        assumed=put("What this takes for granted", lang),
        notes=[put(said, lang) for said in made.assumptions],
    )
    return html


def figure(value: float | None, places: int) -> str:
    """A figure as it is shown, a dash where there is none.

    >>> figure(1234.567, 2), figure(None, 0)
    ('1,234.57', '–')
    """
    return "–" if value is None else f"{value:,.{places}f}"


def _charts(made: Simulation, lang: str) -> list[tuple[str, list[tuple[str, str]], Markup]]:
    """Stock value and lines short over the days: title, legend, SVG."""
    days = made.days["on"].to_list()
    drawn = []
    for title, column, policies in (
        ("Stock value at cost", "amount", POLICIES),
        ("Lines short, seven days together", "short_lines", POLICIES[:2]),
    ):
        lines = []
        for policy in policies:
            values = made.days[f"{policy}_{column}"].cast(float)
            if column == "short_lines":
                values = values.rolling_sum(7)
            lines.append(Line(put(policy, lang), policy, values.to_list()))
        svg = line_chart(put(title, lang), days, lines)
        if svg:
            legend = [(line.css, line.name) for line in lines]
            drawn.append((put(title, lang), legend, Markup(svg)))  # noqa: S704 -- made by `chart`
    return drawn


def _items(made: Simulation) -> list[list[str]]:
    """Cells of the items where the cost of ours is furthest from that of the settings."""
    by_policy = made.items.partition_by("policy", as_dict=True)
    pairs = by_policy["ours",].join(by_policy["settings",], on=["sku", "warehouse"], suffix="_set")
    apart = (pairs["cost_amount"] - pairs["cost_amount_set"]).abs()
    found = pairs.with_columns(apart=apart).sort("apart", "sku", "warehouse",
                                                 descending=[True, False, False]).head(ITEMS)  # fmt: skip
    return [
        [row["sku"], row["warehouse"]]
        + [
            f"{figure(row[name], places)} / {figure(row[name + '_set'], places)}"
            for name, places in (("stockout_rate_pct", 1), ("stock_amount", 0), ("cost_amount", 0))
        ]
        for row in found.iter_rows(named=True)
    ]
