"""What leaves as a workbook comes back as it was: templates filled in, exports read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_shop import counted

from scm_cli.core.records.catalog import SHEETS, sheet
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import exporting, opening

if TYPE_CHECKING:
    from pathlib import Path

    from small_shop import Shop

#: One row for the template of every kind; the small shop holds what they refer to.
ROWS: dict[str, dict[str, object]] = {
    "warehouses": {"warehouse": "NORTH", "name": "北仓"},
    "suppliers": {"supplier": "0007", "name": "晨光", "payment_days": 30},
    "customers": {"customer": "0042", "name": "小店", "credit_limit_amount": 1234.5},
    "items": {"sku": "00123", "name": "墨水", "unit": "瓶", "tax_rate_pct": 13, "supplier": "S1"},
    "item_units": {"sku": "A3", "unit": "carton", "factor": 12},
    "supplier_prices": {"supplier": "S2", "sku": "A2", "unit_price": 17.123456, "from_qty": 10},
    "exchange_rates": {"currency": "USD", "rate_on": date(2026, 3, 1), "rate_price": 7.123456},
    "sales_prices": {"scope": "class", "party": "retail", "sku": "A1", "unit_price": 4.25, "from_qty": 10},
    "substitutes": {"sku": "A1", "substitute": "A2", "factor": 2},
    "policies": {"sku": "A1", "warehouse": "MAIN", "min_qty": 10, "max_qty": 20},
    "closures": {"from_on": date(2026, 2, 14), "until_on": date(2026, 2, 23)},
    "events": {"event": "618", "from_on": date(2026, 6, 1), "until_on": date(2026, 6, 20)},
    "opening_stock": {"warehouse": "EAST", "sku": "A2", "qty": 3, "unit": "box", "unit_cost": 85},
    "opening_balances": {"kind": "receivable", "partner": "C1", "amount": 99.5},
    "purchase_orders": {"purchase_no": "P-7", "supplier": "S1", "ordered_on": date(2026, 3, 1), "sku": "A1",
                        "qty": 2, "unit": "箱", "unit_price": 48, "promised_on": date(2026, 3, 9)},
    "quotes": {"quote_no": "Q-7", "supplier": "S2", "quoted_on": date(2026, 3, 1), "sku": "A2", "from_qty": 10,
               "unit_price": 17.5, "unit": "box", "freight_amount": 50},
    "supplier_shipments": {"notice_no": "N-7", "supplier": "S1", "shipped_on": date(2026, 3, 2), "purchase_no": "P-7",
                           "purchase_line_no": 1, "sku": "A1", "qty": 1, "unit": "箱", "tracking_no": "0123"},
    "sales_orders": {"order_no": "S-7", "customer": "C2", "ordered_on": date(2026, 3, 1), "sku": "A2", "qty": 1.5},
    "receipts": {"receipt_no": "R-7", "purchase_no": "PO-1", "purchase_line_no": 2, "supplier": "S1",
                 "received_on": date(2026, 3, 2), "warehouse": "MAIN", "sku": "A2", "accepted_qty": 5, "lot": "L1"},
    "deliveries": {"shipment_no": "D-7", "order_no": "SO-1", "customer": "C1", "shipped_on": date(2026, 3, 3),
                   "warehouse": "MAIN", "sku": "A1", "qty": 1, "unit": "箱"},
    "sales_returns": {"return_no": "T-7", "order_no": "SO-1", "customer": "C1", "returned_on": date(2026, 3, 8),
                      "warehouse": "MAIN", "sku": "A1", "qty": 2, "disposition": "scrap"},
    "purchase_returns": {"return_no": "B-7", "supplier": "S1", "returned_on": date(2026, 3, 9),
                         "warehouse": "MAIN", "sku": "A1", "qty": 4},
    "transfers": {"transfer_no": "M-7", "from_warehouse": "MAIN", "to_warehouse": "EAST",
                  "moved_on": date(2026, 3, 10), "sku": "A1", "qty": 9},
    "stock_counts": {"count_no": "K-7", "warehouse": "EAST", "counted_on": date(2026, 3, 12), "sku": "A1",
                     "counted_qty": 8},
    "dealer_stock": {"customer": "C1", "sku": "A1", "from_on": date(2026, 3, 1), "until_on": date(2026, 3, 7),
                     "on_hand_qty": 12, "sold_qty": 3},
    "payments": {"payment_no": "Y-7", "direction": "in", "partner": "C1", "paid_on": date(2026, 3, 14),
                 "amount": 90},
    "inspections": {"inspection_no": "I-7", "inspected_on": date(2026, 3, 3), "supplier": "S1", "sku": "A1",
                    "inspected_qty": 5},
    "qualifications": {"supplier": "S1", "kind": "tax_status", "number": "T-1", "valid_until_on": date(2027, 1, 1)},
    "contracts": {"contract_no": "H-7", "supplier": "S1", "valid_from_on": date(2026, 1, 1),
                  "valid_until_on": date(2026, 12, 31), "sku": "A1", "unit": "箱", "unit_price": 48, "min_qty": 5},
    "salespeople": {"person": "李雷", "region": "华东", "status": "active"},
    "customer_tags": {"customer": "C1", "tag": "批发", "tagged_on": date(2026, 3, 1)},
    "leads": {"lead_no": "L-7", "came_on": date(2026, 3, 2), "name": "王五", "channel": "抖音", "status": "contacted"},
    "lead_spend": {"channel": "抖音", "from_on": date(2026, 3, 1), "until_on": date(2026, 3, 31), "spend_amount": 300},
    "deals": {"deal_no": "E-7", "customer": "C1", "stage": "Engaging", "opened_on": date(2026, 3, 3),
              "value_amount": 500, "sku": "A1", "qty": 2},
    "interactions": {"interaction_no": "V-7", "happened_on": date(2026, 3, 4), "kind": "call", "customer": "C1"},
    "tickets": {"ticket_no": "W-7", "opened_on": date(2026, 3, 5), "opened_clock": "09:30", "customer": "C1",
                "subject": "漏墨", "category": "quality", "order_no": "SO-1", "sku": "A1", "qty": 2,
                "status": "resolved", "resolved_on": date(2026, 3, 6), "rating": 4},
}  # fmt: skip


def filled(shop: Shop) -> Path:
    """The template of all kinds with one row typed into each sheet."""
    path = exporting.template(shop.run, "all", shop.folder / "filled.xlsx")
    book = openpyxl.load_workbook(path)
    zh = shop.run.lang == "zh"
    for form in SHEETS:
        page = book[form.zh if zh else form.en]
        heads = {str(cell.value).removesuffix(" *"): cell.column for cell in page[1]}
        for name, value in ROWS[form.kind].items():
            column = form.columns[name]
            page.cell(2, heads[column.zh if zh else column.en], value)
    book.save(path)
    return path


def test_every_kind_of_sheet_has_a_row_here() -> None:
    assert list(ROWS) == [form.kind for form in SHEETS]


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_filled_templates_go_in_and_the_export_of_all_changes_nothing(
    shop: Shop, lang: str
) -> None:
    shop.run = replace(shop.run, lang=lang)
    done = shop.take(filled(shop))
    assert counted(done) == [(1, 1, 0, 0, 0, 0)] * len(ROWS)
    assert shop.broken() == []
    opening.finish(shop.run)  # what a closed opening holds may come again
    path, rows = exporting.export(shop.run, "all", shop.folder / "all.xlsx")
    again = shop.take(path)
    assert again.committed.entry is None
    assert sum(f["rows_read"] for f in again.files) == rows
    assert all(f["unchanged"] == f["rows_read"] for f in again.files)
    openpyxl.load_workbook(path).save(shop.folder / "saved.xlsx")
    assert shop.take(shop.folder / "saved.xlsx").committed.entry is None


WORD = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
MONEY = st.none() | st.decimals(Decimal(0), Decimal(10**9), places=6)
ITEM = st.fixed_dictionaries(
    {"sku": WORD, "name": WORD, "spec": st.none() | WORD, "unit": WORD, "purchase_price": MONEY,
     "min_qty": st.none() | st.decimals(Decimal(0), Decimal(10**6), places=4),
     "shelf_life_days": st.none() | st.integers(1, 4000)}
)  # fmt: skip


@given(items=st.lists(ITEM, min_size=20, max_size=60, unique_by=lambda item: item["sku"]))
@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_goes_in_comes_out_and_in_again_unchanged(
    shop: Shop, items: list[dict[str, object]]
) -> None:
    book = openpyxl.Workbook()
    book.active.append([sheet("items").columns[name].en for name in items[0]])
    for item in items:
        book.active.append(
            ["" if v is None else f"'{v}" if k == "sku" else str(v) for k, v in item.items()]
        )
    book.save(shop.folder / "items.xlsx")
    shop.take(shop.folder / "items.xlsx", kind="items", partial=True)
    path, _ = exporting.export(shop.run, "items", shop.folder / "out.xlsx")
    again = shop.take(path)
    assert (again.committed.entry, again.changed) == (None, [])


@pytest.mark.parametrize(
    ("what", "name", "sentence"),
    [("itms", "x.xlsx", "items"), ("items", "x.csv", ".xlsx")],
)
def test_a_wrong_export_is_a_mistake_of_the_command(
    shop: Shop, what: str, name: str, sentence: str
) -> None:
    with pytest.raises(ScmError) as caught:
        exporting.export(shop.run, what, shop.folder / name)
    assert caught.value.exit_code == Exit.USAGE
    assert sentence in caught.value.say.english + caught.value.hint.english
