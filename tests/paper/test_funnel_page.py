"""The funnel drawn: as SVG in a page and in the morning report, as a chart in a workbook."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from scm_cli.errors import Say
from scm_cli.excel.funnel_book import write_funnel
from scm_cli.paper.chart import Bar, funnel_chart
from scm_cli.paper.funnel import funnel_html
from scm_cli.paper.report import ReportData, report_html

if TYPE_CHECKING:
    from pathlib import Path

REST: dict[str, Any] = {"advanced": 0, "lost": 0, "open": 0, "conversion_pct": None, "low_pct": None,
                        "high_pct": None, "median_days": None, "p90_days": None}  # fmt: skip
STAGES = [
    {**REST, "stage": "Talk <1>", "entered": 40, "advanced": 20, "conversion_pct": 50.0},
    {**REST, "stage": "Won", "entered": 10},
    {**REST, "stage": "Lost", "entered": 0},
]
FUNNEL = (STAGES, [Say("Nothing changed.")], ("Won", "Lost"))


def test_bars_are_centred_and_as_wide_as_their_share() -> None:
    drawn = funnel_chart("F", [Bar("A", "stage", 40), Bar("B", "won", 10), Bar("C", "lost", 0)])
    bars = [(float(x), float(w)) for x, w in re.findall(r'x="([\d.]+)" y="\d+" width="([\d.]+)"', drawn)]  # fmt: skip
    middles = {x + w / 2 for x, w in bars}
    assert max(middles) - min(middles) <= 0.1
    assert bars[1][1] == pytest.approx(bars[0][1] / 4, abs=0.1)
    assert bars[2][1] == 0


@pytest.mark.parametrize(("lang", "words"), [("en", "50 % went on"), ("zh", "销售漏斗")])
def test_the_page_holds_drawing_sentences_and_figures(lang: str, words: str) -> None:
    page = funnel_html(FUNNEL, ("owner", [{"owner": "Li", **STAGES[0]}]), "Firm & Co", lang)
    assert words in page
    assert "Talk &lt;1&gt;" in page
    assert "Firm &amp; Co" in page
    assert page.count("<rect") == 3
    assert page.count("<table>") == 2
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", page)


def test_the_morning_report_shows_it_only_where_there_are_deals() -> None:
    day = date(2026, 3, 31)
    assert '<rect class="won"' in report_html(ReportData(day, funnel=FUNNEL), "en")
    assert "<rect" not in report_html(ReportData(day), "en")


def test_a_shop_without_deals_gets_a_page_that_says_so() -> None:
    assert "Nothing to show." in funnel_html(([], [], ("Won", "Lost")), (None, ()), "", "en")


def test_the_workbook_holds_figures_and_a_chart(tmp_path: Path) -> None:
    path = write_funnel(
        tmp_path / "f.xlsx", FUNNEL, ("owner", [{"owner": "Li", **STAGES[0]}]), "en"
    )
    book = openpyxl.load_workbook(path)
    page = book["Sales funnel"]
    rows = [[cell.value for cell in row[:6]] for row in page.iter_rows(6, 9)]
    assert rows[0] == ["Stage", "Entered", "Went on", "Lost", "Still open", "Went on %"]
    assert rows[1] == ["Talk <1>", 40, 20, 0, 0, 50]
    pads = [page.cell(row, 12).value for row in range(7, 10)]
    assert [2 * pad + row["entered"] for pad, row in zip(pads, STAGES, strict=True)] == [40] * 3
    assert page.column_dimensions["L"].hidden
    assert len(page._charts) == 1
    assert book["Parts of the funnel"].cell(5, 1).value == "Li"
