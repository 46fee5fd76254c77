"""Every case is run twice: as one cell and as a row of a column."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.cell import REASONS, Cell, CellKind, CellRule, parse_cell, reason_say
from scm_cli.core.cells import column_type, parse_column

D = Decimal
TEXT, CODE = CellRule(CellKind.TEXT), CellRule(CellKind.CODE)
QTY, WHOLE = CellRule(CellKind.QTY, places=4), CellRule(CellKind.QTY)
PRICE, AMOUNT = CellRule(CellKind.PRICE, places=6), CellRule(CellKind.AMOUNT, places=2)
PCT, DAY, YES = CellRule(CellKind.PCT, places=4), CellRule(CellKind.DATE), CellRule(CellKind.BOOL)
POSITIVE = CellRule(CellKind.QTY, places=4, low=D(0), high=D(1000))
UNIT = CellRule(CellKind.TEXT, choices=("箱", "瓶", "PCS"))
US_DAY = CellRule(CellKind.DATE, date_format="%m/%d/%Y")
RECENT = CellRule(CellKind.DATE, low=date(2020, 1, 1), high=date(2030, 1, 1))

VALUES = [
    # text: what cannot be seen goes, what can be seen stays
    (TEXT, "red tea", "red tea"),
    (TEXT, "  red   tea\t", "red tea"),
    (TEXT, "红茶\u3000500克", "红茶 500克"),
    (TEXT, "红茶（大）", "红茶（大）"),
    (TEXT, "５００㎡ ①号", "５００㎡ ①号"),
    (TEXT, "a\u200bb\ufeff", "ab"),
    (TEXT, "a\u00a0b", "a b"),
    (TEXT, "line\r\nbreak", "line break"),
    (TEXT, "café", "café"),
    (TEXT, "#1 tea", "#1 tea"),
    (TEXT, "#茶", "#茶"),
    (TEXT, "=1+1", "=1+1"),
    (TEXT, "-", "-"),
    (TEXT, "'quoted", "'quoted"),
    (TEXT, "a\x07b", "a b"),
    (TEXT, "🍵", "🍵"),
    (TEXT, "", None),
    (TEXT, " \u3000\u200b", None),
    (TEXT, None, None),
    # codes: all digits stay, width does not matter
    (CODE, "00123", "00123"),
    (CODE, "'00123", "00123"),
    (CODE, "Ａ－００１", "A-001"),
    (CODE, " 6901234567892 ", "6901234567892"),
    (CODE, "690123456789012345", "690123456789012345"),
    (CODE, "22423.0", "22423"),
    (CODE, "1.0", "1.0"),
    (CODE, "79323.P", "79323.P"),
    (CODE, "1E5", "1E5"),
    (CODE, "12E3456", "12E3456"),
    (CODE, "A+1", "A+1"),
    (CODE, "红茶-01", "红茶-01"),
    (CODE, "SKU #7", "SKU #7"),
    (CODE, "#7", "#7"),
    (CODE, "0", "0"),
    (CODE, "6901\u200b234", "6901234"),
    (CODE, "'", None),
    # choices: width and case do not matter, the field's own spelling is kept
    (UNIT, "箱", "箱"),
    (UNIT, "pcs", "PCS"),
    (UNIT, "ＰＣＳ ", "PCS"),
    (UNIT, "", None),
    # quantities
    (QTY, "12", D("12.0000")),
    (QTY, "-12", D("-12.0000")),
    (QTY, "+12", D("12.0000")),
    (QTY, "1,234.50", D("1234.5000")),
    (QTY, "1,234,567", D("1234567.0000")),
    (QTY, "１２３", D("123.0000")),
    (QTY, "１，２３４．５", D("1234.5000")),
    (QTY, "(45.00)", D("-45.0000")),
    (QTY, "（45）", D("-45.0000")),
    (QTY, "45-", D("-45.0000")),
    (QTY, ".5", D("0.5000")),
    (QTY, "5.", D("5.0000")),
    (QTY, "007", D("7.0000")),
    (QTY, "1.50000000", D("1.5000")),
    (QTY, "0.30000000000000004", D("0.3000")),
    (QTY, "1234.5600000000002", D("1234.5600")),
    (QTY, "1.2E+3", D("1200.0000")),
    (QTY, "'12", D("12.0000")),
    (QTY, "\u00a012\u00a0", D("12.0000")),
    (QTY, "-0", D("0.0000")),
    (QTY, "0", D("0.0000")),
    (QTY, "", None),
    (WHOLE, "3.0", D(3)),
    (WHOLE, "2.9999999999999996", D(3)),
    (POSITIVE, "0", D("0.0000")),
    (POSITIVE, "1,000", D("1000.0000")),
    # prices and amounts
    (PRICE, "1234.5", D("1234.500000")),
    (PRICE, "¥1,234.50", D("1234.500000")),
    (PRICE, "￥1,234.50", D("1234.500000")),
    (PRICE, "¥ 99", D("99.000000")),
    (PRICE, "99元", D("99.000000")),
    (PRICE, "RMB 99", D("99.000000")),
    (PRICE, "$9.99", D("9.990000")),
    (PRICE, "6.950000000000001", D("6.950000")),
    (PRICE, "-¥5", D("-5.000000")),
    (PRICE, "¥-5", D("-5.000000")),
    (AMOUNT, "(1,234.00)", D("-1234.00")),
    (AMOUNT, "¥123,456,789.01", D("123456789.01")),
    (AMOUNT, "9999999999999999.99", D("9999999999999999.99")),
    # rates in percent: a bare number below 1 is the fraction behind a percentage
    (PCT, "13%", D("13.0000")),
    (PCT, "13", D("13.0000")),
    (PCT, "0.13", D("13.0000")),
    (PCT, "０.１３", D("13.0000")),
    (PCT, "13％", D("13.0000")),
    (PCT, "0.5%", D("0.5000")),
    (PCT, "0.005", D("0.5000")),
    (PCT, "1", D("1.0000")),
    (PCT, "100%", D("100.0000")),
    (PCT, "0", D("0.0000")),
    (PCT, "-0.05", D("-5.0000")),
    (PCT, "0.07000000000000001", D("7.0000")),
    # dates
    (DAY, "2026-01-05", date(2026, 1, 5)),
    (DAY, "2026-01-05 00:00:00", date(2026, 1, 5)),
    (DAY, "2026-01-05 23:59:59", date(2026, 1, 5)),
    (DAY, "2026-01-05T08:30:00Z", date(2026, 1, 5)),
    (DAY, "2026-01-05 08:30:00 +0800", date(2026, 1, 5)),
    (DAY, "2026-1-5", date(2026, 1, 5)),
    (DAY, "2026/1/5", date(2026, 1, 5)),
    (DAY, "2026/01/05 12:30", date(2026, 1, 5)),
    (DAY, "2026.1.5", date(2026, 1, 5)),
    (DAY, "20260105", date(2026, 1, 5)),
    (DAY, "2026年1月5日", date(2026, 1, 5)),
    (DAY, "2026年1月5日12:30", date(2026, 1, 5)),
    (DAY, "２０２６年１月５号", date(2026, 1, 5)),
    (DAY, "46084", date(2026, 3, 3)),
    (DAY, "46084.75", date(2026, 3, 3)),
    (DAY, "02-Jun-06", date(2006, 6, 2)),
    (DAY, "2-Jun-2006", date(2006, 6, 2)),
    (DAY, "Jun 2, 2006", date(2006, 6, 2)),
    (DAY, "2024-02-29", date(2024, 2, 29)),
    (DAY, " 2026-01-05 ", date(2026, 1, 5)),
    (DAY, "", None),
    (US_DAY, "03/04/2026", date(2026, 3, 4)),
    (US_DAY, "03/04/2026 12:30", date(2026, 3, 4)),
    (US_DAY, "2026-03-04", date(2026, 3, 4)),
    (RECENT, "2026-01-05", date(2026, 1, 5)),
    # yes and no
    (YES, "是", True),
    (YES, "否", False),
    (YES, "YES", True),
    (YES, "n", False),
    (YES, "true", True),
    (YES, "FALSE", False),
    (YES, "１", True),
    (YES, "0", False),
    (YES, "√", True),
    (YES, "×", False),
    (YES, "", None),
]

UNITS = [
    ("12箱", D(12), "箱"),
    ("12 箱", D(12), "箱"),
    ("1,200瓶", D(1200), "瓶"),
    ("3kg", D(3), "kg"),
    ("5.5公斤", D("5.5"), "公斤"),
    ("12元", D(12), "元"),
    ("1.2万", D("1.2"), "万"),
    ("１２　箱", D(12), "箱"),
]

REFUSALS = [
    (TEXT, "#REF!", "error"),
    (TEXT, " #N/A ", "error"),
    (CODE, "#VALUE!", "error"),
    (QTY, "#DIV/0!", "error"),
    (DAY, "#NUM!", "error"),
    (YES, "#NAME?", "error"),
    (UNIT, "#NULL!", "error"),
    (QTY, "#UNCALCULATED!", "uncalculated"),
    (CODE, "6.90E+12", "rounded"),
    (CODE, "6.90123456789012E+18", "rounded"),
    (CODE, "1E+05", "rounded"),
    (UNIT, "桶", "choice"),
    (QTY, "abc", "number"),
    (QTY, "-", "number"),
    (QTY, "1,23", "number"),
    (QTY, "1.234,50", "number"),
    (QTY, "12,345,6", "number"),
    (QTY, "1 234", "number"),
    (QTY, "--5", "number"),
    (QTY, "-(5)", "number"),
    (QTY, "(-5)", "number"),
    (QTY, "-5-", "number"),
    (QTY, "inf", "number"),
    (QTY, "NaN", "number"),
    (QTY, "0x10", "number"),
    (QTY, "1e400", "large"),
    (QTY, "1E+999", "large"),
    (QTY, "123456789012345", "large"),
    (QTY, "13%", "unit"),
    (QTY, "¥12", "unit"),
    (QTY, "1.23456", "places"),
    (QTY, "1e-9", "places"),
    (QTY, "3.3333333333333335", "places"),
    (WHOLE, "1.5", "places"),
    (POSITIVE, "-1", "low"),
    (POSITIVE, "1000.5", "high"),
    (PRICE, "12元/箱", "unit"),
    (PRICE, "12箱", "unit"),
    (PRICE, "12%", "unit"),
    (PRICE, "1.2万", "unit"),
    (PRICE, "0.12345678", "places"),
    (AMOUNT, "1.005", "places"),
    (AMOUNT, "99999999999999999.99", "large"),
    (PCT, "13个", "unit"),
    (PCT, "¥13", "unit"),
    (PCT, "免税", "number"),
    (DAY, "2026-02-30", "date"),
    (DAY, "2026-13-01", "date"),
    (DAY, "2026/1-5", "date"),
    (DAY, "tomorrow", "date"),
    (DAY, "5月1日", "date"),
    (DAY, "12", "date"),
    (DAY, "true", "date"),
    (DAY, "03/04/2026", "date_order"),
    (DAY, "25/12/2026", "date_order"),
    (DAY, "3.4.26", "date_order"),
    (DAY, "1899-12-31 12:30:00", "date_range"),
    (DAY, "10000", "date_range"),
    (DAY, "9999-12-31", "date_range"),
    (DAY, "01-Jan-70", "date_range"),
    (US_DAY, "25/12/2026", "date_order"),
    (RECENT, "2019-12-31", "low"),
    (RECENT, "2030-01-02", "high"),
    (YES, "maybe", "bool"),
    (YES, "2", "bool"),
]

CASES = [
    *((rule, text, Cell(value)) for rule, text, value in VALUES),
    *((QTY, text, Cell(value, unit=unit)) for text, value, unit in UNITS),
    *((rule, text, Cell(None, reason)) for rule, text, reason in REFUSALS),
]


def column_cell(texts: list[str | None], rule: CellRule) -> list[Cell]:
    parsed = parse_column(pl.Series("x", texts, pl.String), rule)
    assert parsed.values.dtype == column_type(rule)
    assert parsed.values.name == "x"
    assert parsed.bad.to_list() == parsed.reason.is_not_null().to_list()
    units = parsed.unit if parsed.unit is not None else [None] * len(texts)
    rows = zip(parsed.values, parsed.reason, units, strict=True)
    return [Cell(value, reason or "", unit) for value, reason, unit in rows]


@pytest.mark.parametrize(("rule", "text", "expected"), CASES)
def test_one_cell_and_a_column_agree_with_the_table(rule, text, expected):
    cell = parse_cell(text, rule)
    assert cell == expected
    assert type(cell.value) is type(expected.value)
    assert column_cell([text], rule) == [expected]


def test_a_column_of_many_shapes_keeps_the_order_of_its_rows():
    for rule in {case[0] for case in CASES}:
        rows = [(text, cell) for other, text, cell in CASES if other == rule] * 3
        assert column_cell([text for text, _ in rows], rule) == [cell for _, cell in rows]


def test_there_are_cases_for_every_reason():
    assert {cell.reason for _, _, cell in CASES} - {""} == set(REASONS)
    assert len(CASES) >= 120


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_can_be_told(reason):
    rule = CellRule(CellKind.QTY, 2, D(0), D(9), ("a", "b"))
    what, mend = reason_say(reason, "{odd} text", rule)
    assert what.english
    assert mend.english


ODD = st.text(st.sampled_from("0123456789.,-+()¥%eE/年月日 :#'箱Aa\u3000\u200b\uff11"), max_size=14)


@given(st.sampled_from(sorted({case[0] for case in CASES}, key=repr)), st.lists(ODD, max_size=8))
def test_one_cell_and_a_column_agree_on_any_text(rule, texts):
    assert column_cell(texts, rule) == [parse_cell(text, rule) for text in texts]


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=4))
def test_a_quantity_survives_being_written_and_read(qty):
    for text in (f"{qty}", f"{qty:,}"):
        assert parse_cell(text, QTY).value == qty


TENTHS = st.integers(min_value=0, max_value=10**9)


@given(TENTHS, TENTHS)
def test_a_sum_in_binary_arithmetic_is_read_as_the_decimal_sum(a, b):
    noisy = repr(a / 10**4 + b / 10**4)
    assert parse_cell(noisy, QTY).value == D(a + b) / 10**4
