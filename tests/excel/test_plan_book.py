"""The morning workbook: what it says, that its formulas agree, and how it is read back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest

from scm_cli.errors import ScmError
from scm_cli.excel.plan_book import PlanBook, is_plan, read_plan, write_plan
from scm_cli.excel.plan_columns import COLUMNS, LETTERS
from scm_cli.locale import put

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 7, 1)
SUPPLIERS = {"S001": "晨光文具", "S002": "Shenzhen Gifts"}
ROW: dict[str, Any] = {
    "sku": "00123", "name": "=1+1", "warehouse": "WH1", "kind": "buy", "supplier": "S001",
    "order_qty": 60.0, "unit": "支", "unit_price": 1.25, "order_by_on": TODAY,
    "need_by_on": date(2026, 7, 14), "on_hand_qty": 31.0, "inbound_qty": 12.0, "reserved_qty": 5.0,
    "daily_qty": 4.2, "lead_time_days": 12, "safety_qty": 18.0, "reorder_point_qty": 74.6,
    "target_qty": 100.0, "reason": "sells 4.2 a day", "key": "k1",
}  # fmt: skip
ROWS = [
    ROW,
    {**ROW, "sku": "B", "supplier": "S002", "order_qty": 10.0, "unit_price": 9.0, "key": "k2"},
    {**ROW, "sku": "C", "order_by_on": date(2026, 7, 9), "order_qty": 2.0, "key": "k3"},
    {**ROW, "sku": "D", "kind": "transfer", "supplier": None, "key": "k4"},
]


def plan() -> PlanBook:
    out = {"sku": "00123", "name": "Pen", "warehouse": "WH1", "days_left": 7,
           "margin_at_risk_amount": Decimal("812.50")}  # fmt: skip
    late = {
        "kind": "late purchase",
        "document": "PO-1",
        "who": "晨光文具",
        "by_on": TODAY,
        "text": "hurry",
    }
    return PlanBook(
        TODAY,
        pl.DataFrame(ROWS),
        messages=pl.DataFrame([late, {**late, "kind": "defer", "document": "PO-2"}]),
        running_out=pl.DataFrame([out]),
        suppliers=SUPPLIERS,
        firm="三月文具",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_plan(tmp_path / "replenishment.xlsx", plan(), "en")


def cells(path: Path, **changes: Any) -> None:
    """Change cells of the buy list as Excel would, and save."""
    book = openpyxl.load_workbook(path)
    for place, value in changes.items():
        book["Buy list"][place] = value
    book.save(path)


def test_the_buy_list_is_grouped_by_supplier_the_most_money_due_first(path: Path) -> None:
    page = openpyxl.load_workbook(path, data_only=True)["Buy list"]
    rows = [
        [page[f"{LETTERS[n]}{r}"].value for n in ("sku", "supplier_name", "amount")]
        for r in range(5, 9)
    ]
    assert rows == [
        ["B", "Shenzhen Gifts", 90],
        ["00123", "晨光文具", 75],
        ["C", "晨光文具", 2.5],
        ["D", None, None],  # a transfer costs no money
    ]


def test_each_number_is_a_formula_whose_stored_value_agrees(path: Path) -> None:
    told = openpyxl.load_workbook(path)["Buy list"]
    held = openpyxl.load_workbook(path, data_only=True)["Buy list"]
    formula = {n: told[f"{at}6"].value for n, at in LETTERS.items()}
    value = {n: held[f"{at}6"].value for n, at in LETTERS.items()}
    assert formula["amount"] == "=ROUND(I6*K6,2)"
    assert formula["position_qty"] == "=P6+Q6-R6"
    assert value["position_qty"] == 31 + 12 - 5
    assert value["lead_demand_qty"] == pytest.approx(4.2 * 12)
    parts = value["lead_demand_qty"] + value["other_qty"] + value["safety_qty"]
    assert value["reorder_point_qty"] == pytest.approx(parts) == pytest.approx(74.6)
    assert value["short_qty"] == 100 - 38
    assert value["days_left"] == 7


def test_only_the_owners_cells_and_trial_numbers_can_be_changed(path: Path) -> None:
    page = openpyxl.load_workbook(path)["Buy list"]
    assert page.protection.sheet
    unlocked = {c.name for c in COLUMNS if not page[f"{LETTERS[c.name]}5"].protection.locked}
    assert {c.name for c in COLUMNS if c.role == "edit"} == {
        "accept", "later_until_on", "supplier", "order_qty", "need_by_on",
    }  # fmt: skip
    assert unlocked == {c.name for c in COLUMNS if c.role in ("edit", "trial")}
    assert page.column_dimensions[LETTERS["key"]].hidden
    assert page["C6"].value == "00123"
    assert page["D6"].data_type == "s"  # a name that looks like a formula is none


def test_the_first_page_has_money_by_supplier_a_chart_and_the_late(path: Path) -> None:
    page = openpyxl.load_workbook(path, data_only=True)["Today"]
    told = {
        row[0].value: [c.value for c in row[1:6]] for row in page.iter_rows(min_row=9, max_row=11)
    }
    assert told["S001"] == ["晨光文具", 2, 75, 77.5, 0]
    assert told["Total"] == [None, 3, 165, 167.5, 0]
    texts = {cell.value for row in page.iter_rows() for cell in row}
    assert {"PO-1", 812.5, "Late"} <= texts
    assert "PO-2" not in texts  # to be put off, not late
    assert len(openpyxl.load_workbook(path)["Today"]._charts) == 1


def test_it_comes_back_as_it_went_out(path: Path) -> None:
    assert is_plan(path)
    found = read_plan(path)
    assert (found.plan_on, found.problems, found.lost) == (TODAY, (), ())
    assert [(e.key, e.accept, e.order_qty, e.supplier, e.need_by_on) for e in found.edits] == [
        ("k2", None, Decimal(10), "S002", date(2026, 7, 14)),
        ("k1", None, Decimal(60), "S001", date(2026, 7, 14)),
        ("k3", None, Decimal(2), "S001", date(2026, 7, 14)),
        ("k4", None, Decimal(60), None, date(2026, 7, 14)),
    ]


def test_what_the_owner_wrote_is_understood(path: Path) -> None:
    cells(
        path, A5="yes", I5=600, A6="later", B6=date(2026, 7, 20), A7=" NO ", G7="S002", I7="1,200支"
    )
    one, two, three, _ = read_plan(path).edits
    assert (one.accept, one.order_qty) == ("yes", Decimal(600))
    assert (two.accept, two.later_until_on) == ("later", date(2026, 7, 20))
    assert (three.accept, three.supplier, three.order_qty) == ("no", "S002", Decimal(1200))


@pytest.mark.parametrize(
    ("changes", "place", "what"),
    [
        ({"A5": "perhaps"}, "A5", "neither yes"),
        ({"A5": "later"}, "B5", "until when"),
        ({"A5": "later", "B5": TODAY}, "B5", "not after the day"),
        ({"A5": "yes", "I5": None}, "I5", "no quantity"),
        ({"A5": "yes", "I5": -3}, "I5", "below 0"),
        ({"I5": "abc"}, "I5", "not a number"),
        ({"I5": "3箱"}, "I5", "in 箱"),
        ({"A5": "yes", "N5": date(2026, 6, 1)}, "N5", "before the day"),
        ({"N5": "soon"}, "N5", "not a date"),
        ({"AE5": "k1"}, "6", "stands twice"),
        ({"AE5": "k9"}, "5", "not of the plan"),
    ],
)
def test_what_cannot_be_understood_names_its_cell_and_spares_the_others(
    path: Path, changes: dict[str, Any], place: str, what: str
) -> None:
    cells(path, **changes)
    found = read_plan(path)
    (problem,) = found.problems
    assert problem.where.endswith(f"Buy list!{place}")
    assert what in str(problem.what)
    assert len(found.edits) == 3


def test_sorted_rows_and_deleted_rows_keep_their_meaning(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Buy list"].delete_rows(5)
    book.save(path)
    found = read_plan(path)
    assert [e.key for e in found.edits] == ["k1", "k3", "k4"]
    assert found.lost == ("k2",)


def test_other_workbooks_are_no_plan(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "SKU"
    book.save(tmp_path / "other.xlsx")
    assert not is_plan(tmp_path / "other.xlsx")
    assert not is_plan(tmp_path / "none.xlsx")
    (tmp_path / "text.xlsx").write_text("no zip")
    assert not is_plan(tmp_path / "text.xlsx")
    with pytest.raises(ScmError, match="not a plan"):
        read_plan(tmp_path / "other.xlsx")


def test_a_lost_header_is_told(path: Path) -> None:
    cells(path, I4="how many")
    with pytest.raises(ScmError, match="lost its header"):
        read_plan(path)


def test_a_quiet_day_makes_a_workbook_too(tmp_path: Path) -> None:
    path = write_plan(
        tmp_path / "r.xlsx", PlanBook(TODAY, pl.DataFrame(schema={"key": pl.String})), "en"
    )
    assert read_plan(path).edits == ()
    page = openpyxl.load_workbook(path)["Today"]
    assert "Nothing today." in {cell.value for row in page.iter_rows() for cell in row}


def test_it_is_read_back_in_chinese_too(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "r.xlsx", plan(), "zh")
    book = openpyxl.load_workbook(path)
    page = book[put("Buy list", "zh")]
    page["A5"] = put("yes", "zh")
    book.save(path)
    assert read_plan(path).edits[0].accept == "yes"
