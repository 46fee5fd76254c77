"""The funnel as one HTML file: the drawing, its sentences, the figures stage by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from scm_cli.errors import Say
from scm_cli.locale import put
from scm_cli.paper.chart import Bar, funnel_chart
from scm_cli.paper.page import template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Rows = Sequence[Mapping[str, Any]]
    Funnel = tuple[Rows, Sequence[Say], tuple[str, str]]

TITLE = "Sales funnel"
COLUMNS = (
    ("stage", "Stage", None),
    ("entered", "Entered", 0),
    ("advanced", "Went on", 0),
    ("lost", "Lost", 0),
    ("open", "Still open", 0),
    ("conversion_pct", "Went on %", 1),
    ("low_pct", "From %", 1),
    ("high_pct", "To %", 1),
    ("median_days", "Days, median", 1),
    ("p90_days", "Days, 90th percentile", 1),
)
PARTS = {
    "cohort": "Opened in", "owner": "Owner", "source": "Deal source", "product": "SKU",
    "group": "Category", "class": "Customer class", "region": "Region",
}  # fmt: skip


def funnel_html(funnel: Funnel, split: tuple[str | None, Rows], firm: str, lang: str) -> str:
    """The funnel as one file of HTML, its parts below it where it is split."""
    (stages, told, _), (by, parts) = funnel, split
    columns = ((by, PARTS[by], None), *COLUMNS) if by else ()
    html: str = template("funnel.html").render(
        lang={"zh": "zh-CN"}.get(lang, "en"),
        title=put(TITLE, lang),
        firm=firm,
        svg=funnel_svg(funnel, lang),
        nothing=put("Nothing to show.", lang),
        told=[put(said, lang) for said in told],
        tables=[_table(COLUMNS, stages, lang), *([_table(columns, parts, lang)] if by else [])],
    )
    return html


def funnel_svg(funnel: Funnel, lang: str) -> Markup:
    """The drawing alone, for a page that has other things to show; empty without deals."""
    stages, _, (won, lost) = funnel
    css = {won: "won", lost: "lost"}
    bars = [
        Bar(
            put(row["stage"], lang),
            css.get(row["stage"], "stage"),
            row["entered"],
            _went(row, lang),
        )
        for row in stages
    ]
    return Markup(funnel_chart(put(TITLE, lang), bars))  # noqa: S704 -- made by `chart`


def _went(row: Mapping[str, Any], lang: str) -> str:
    share = row["conversion_pct"]
    return "" if share is None else put(Say("{pct} % went on", pct=f"{share:.0f}"), lang)


def _table(columns: Sequence[tuple[str, str, int | None]], rows: Rows, lang: str) -> Any:  # noqa: ANN401
    heads = [(put(label, lang), places is None) for _, label, places in columns]
    named = [{**row, "stage": put(row["stage"], lang)} for row in rows]
    return heads, [[shown(row[name], places) for name, _, places in columns] for row in named]


def shown(value: Any, places: int | None) -> str:  # noqa: ANN401 -- a cell
    """A cell as it is shown, a dash where there is none.

    >>> shown(1234.56, 1), shown(None, 0), shown("Won", None)
    ('1,234.6', '–', 'Won')
    """
    if value is None:
        return "–"
    return str(value) if places is None else f"{value:,.{places}f}"
