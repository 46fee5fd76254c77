"""The plan workbook given to `scm import`: a dry run shows each answer against the plan."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import polars as pl

from scm_cli.core.changes import Changes
from scm_cli.core.records.master import SupplierItem
from scm_cli.excel.plan_book import PlanBook, write_plan
from scm_cli.jobs import inbox, plan_import
from scm_cli.store.commit import commit
from scm_cli.store.gateway import writing

if TYPE_CHECKING:
    from pathlib import Path

    from small_shop import Shop

DAY = date(2026, 3, 31)
NEED = date(2026, 4, 20)
#: What the owner says: item → accept, quantity, later until.
SAID = {"A1": ("yes", 60, None), "A2": ("no", 5, None), "A3": ("later", 7, date(2026, 5, 1))}


def plan(shop: Shop) -> Path:
    """A plan of three suggestions, each for 48, answered by the owner."""
    lines = [
        {"sku": sku, "warehouse": "MAIN", "kind": "buy", "supplier": "S1", "order_qty": Decimal(48),
         "unit": "pcs", "need_by_on": NEED}
        for sku in SAID
    ]  # fmt: skip
    rest = dict.fromkeys(
        ("on_hand_qty", "inbound_qty", "reserved_qty", "reorder_point_qty", "target_qty"), 0
    )
    changes = Changes()
    changes.insert("suggestion", [{**x, **rest, "document": "", "reason": "low"} for x in lines])
    with writing(shop.run) as con:
        commit(con, shop.run, changes)
    keys = [f"{DAY}|buy|{sku}|MAIN|" for sku in SAID]
    buy = pl.DataFrame(lines).with_columns(pl.Series("key", keys))
    path = write_plan(
        shop.folder / "plan.xlsx", PlanBook(DAY, buy, suppliers={"S1": "乐普文具"}), "en"
    )
    book = openpyxl.load_workbook(path)
    page = next(p for p in book if p["A4"].value == "Accept")
    column = {cell.value: cell.column for cell in page[4]}
    for row in page.iter_rows(min_row=5, max_row=7):
        accept, qty, until = SAID[row[column["SKU"] - 1].value]
        row[0].value = accept
        row[column["Quantity"] - 1].value = qty
        row[column["Later until"] - 1].value = until
    book.save(path)
    return path


def test_a_dry_run_shows_each_answer_and_writes_nothing(shop: Shop) -> None:
    path = plan(shop)
    before = shop.state()
    done = plan_import.accepted(replace(shop.run, dry_run=True), [path])
    assert done is not None
    assert shop.state() == before
    assert [(c["key"], c["field"], c["old"], c["new"]) for c in done.changed] == [
        ("A1 / MAIN", "accept", None, "yes"),
        ("A1 / MAIN", "order_qty", Decimal(48), Decimal(60)),
        ("A2 / MAIN", "accept", None, "no"),
        ("A3 / MAIN", "accept", None, "later"),
        ("A3 / MAIN", "later_until_on", None, date(2026, 5, 1)),
    ]


def test_what_was_answered_before_is_not_shown_again(shop: Shop) -> None:
    path = plan(shop)
    first = plan_import.accepted(shop.run, [path])
    assert first is not None
    assert first.created == {"purchase_order": 1}
    again = plan_import.accepted(shop.run, [path])
    assert again is not None
    assert (again.changed, again.committed.entry) == ([], None)


def test_a_line_whose_order_was_cancelled_is_ordered_anew(shop: Shop) -> None:
    path = plan(shop)
    assert plan_import.accepted(shop.run, [path]) is not None
    changes = Changes()
    ((first,),) = shop.rows("SELECT purchase_no FROM plan_acceptance WHERE purchase_no IS NOT NULL")
    changes.update("purchase_order", [{"purchase_no": first, "status": "cancelled"}])
    with writing(shop.run) as con:
        commit(con, shop.run, changes)
    again = plan_import.accepted(shop.run, [path])
    assert again is not None
    assert again.created == {"purchase_order": 1}
    third = plan_import.accepted(shop.run, [path])
    assert third is not None
    assert third.committed.entry is None


def test_no_means_not_today_and_later_means_until_then(shop: Shop) -> None:
    plan_import.accepted(shop.run, [plan(shop)])
    off = shop.rows("SELECT sku, snooze_until_on FROM replenish_policy ORDER BY sku")
    assert off == [("A2", DAY + timedelta(days=1)), ("A3", date(2026, 5, 1))]


def test_other_workbooks_are_no_plan(shop: Shop) -> None:
    sheet = shop.file("items.csv", "sku,name\nA9,x\n")
    assert plan_import.accepted(shop.run, [sheet]) is None


def test_less_than_the_supplier_sells_is_told_by_the_inbox_too(shop: Shop) -> None:
    """A line's share of an order for two warehouses may be less than the minimum of both."""
    path = plan(shop)
    price = {"supplier": "S1", "sku": "A1", "from_qty": 0, "unit_price": Decimal(2), "moq_qty": 100}
    changes = Changes()
    changes.insert("supplier_item", [SupplierItem(**price).model_dump()])
    with writing(shop.run) as con:
        commit(con, shop.run, changes)
    waiting = inbox.folder(shop.run) / path.name
    waiting.parent.mkdir(exist_ok=True)
    path.rename(waiting)
    os.utime(waiting, (0, 0))
    (taken,), refused = inbox.take(shop.run)
    assert refused == []
    assert taken["warnings"] == [
        "A1: 60 is below the minimum of 100 of S1",
        "A1: stock was 0 when this was planned and is 500",
    ]
