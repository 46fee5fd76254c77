"""The morning report: one file, nothing beside it, small, in both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from scm_cli.paper.chart import Line, line_chart
from scm_cli.paper.report import ReportData, report_html

TODAY = date(2026, 7, 1)
BUY: dict[str, Any] = {
    "supplier": "S001", "supplier_name": "晨光 & Co", "sku": "00123", "name": "<b>Pen</b>",
    "warehouse": "WH1", "order_qty": 60.0, "unit": "支", "amount": 75.0, "order_by_on": TODAY,
    "need_by_on": TODAY, "reason": "sells 4.2 a day, 12 days to arrive, 31 left",
}  # fmt: skip
DAYS = [TODAY - timedelta(days=30 - n) for n in range(45)]


def full() -> ReportData:
    return ReportData(
        TODAY,
        buy=[
            BUY,
            {**BUY, "supplier": "S002", "supplier_name": "Big", "amount": 900.0},
            {**BUY, "supplier": None, "supplier_name": None, "amount": None, "sku": "T1"},
            {**BUY, "order_by_on": date(2026, 7, 9), "sku": "LATER"},
        ],
        running_out=[{"sku": "A", "name": "n", "days_left": 3, "margin_at_risk_amount": 812.5}],
        late=[{"document": "PO-1", "who": "Big", "by_on": TODAY, "text": "hurry"}],
        overdue=[{"name": "School", "direction": "in", "amount": 100, "due_on": TODAY, "days": 9}],
        stock_value=[{"on": day, "amount": 1000.0} for day in DAYS],
        sales=[
            {"on": d, "actual_amount": 5.0 if d < TODAY else None, "forecast_amount": 4.0}
            for d in DAYS
        ],
        backup="Backup verified.",
    )


class Tags(HTMLParser):
    """Collects tags and checks that they close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, _: object) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "br", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _: object) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_file_without_scripts_or_anything_from_elsewhere(lang: str) -> None:
    page = report_html(full(), lang)
    tags = Tags(page)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe"} & set(tags.seen)
    assert "://" not in page
    assert 'name="viewport"' in page
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page
    assert "max-width:600px" in page


def test_money_first_suppliers_with_the_most_due_first() -> None:
    page = report_html(full(), "en")
    figures = re.findall(r'<span class="soft">([^<]+)</span><b>([^<]*)</b>', page)
    assert figures[:3] == [
        ("To order today", "975"),
        ("All suggested", "1,050"),
        ("Margin at risk", "813"),
    ]
    heads = re.findall(r"<h3>([^<]*)</h3><b>([^<]*)</b>", page)
    assert heads == [
        ("Big", "CNY 900"),
        ("晨光 &amp; Co", "CNY 150"),
        ("Transfers and own production", ""),
    ]
    assert page.index(">00123<", page.index("晨光")) < page.index(">LATER<")
    assert page.count('class="urgent"') == 3


def test_names_are_text_not_markup() -> None:
    page = report_html(full(), "en")
    assert "<b>Pen" not in page
    assert "&lt;b&gt;Pen&lt;/b&gt;" in page


def test_under_300_kb_whatever_the_plan() -> None:
    rows = [
        {**BUY, "supplier": f"S{n % 400}", "sku": f"SKU-{n}", "reason": "x" * 200}
        for n in range(8000)
    ]
    page = report_html(ReportData(TODAY, buy=rows, dead=[{"sku": "D"}] * 5000), "en")
    assert len(page.encode()) < 300_000
    assert "4985 more in the workbook" in page


def test_a_quiet_day_says_so() -> None:
    page = report_html(ReportData(TODAY), "en")
    assert page.count("Nothing today.") == 5
    assert "<svg" not in page


def test_a_chart_joins_the_days_that_have_values() -> None:
    svg = line_chart("t<", DAYS[:4], [Line("a", "sold", [1.0, 2.0, None, 4.0])])
    assert svg.count("<polyline") == 2
    assert "<title>t&lt;</title>" in svg
    assert line_chart("t", DAYS[:1], [Line("a", "sold", [1.0])]) == ""


def test_the_buy_list_names_the_warehouse_where_there_is_more_than_one():
    one = report_html(ReportData(TODAY, buy=[BUY]), "en")
    two = report_html(ReportData(TODAY, buy=[BUY, {**BUY, "warehouse": "WH2"}]), "en")
    assert ("WH1" in one, "WH1" in two, "WH2" in two) == (False, True, True)
