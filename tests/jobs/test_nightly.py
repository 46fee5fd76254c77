"""The night run twice on one day: the same words, the same store."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from scm_cli.commands.today import _known
from scm_cli.jobs import nightly, today
from scm_cli.run import Run
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from small_shop import Shop

SALES = "order_no,customer,ordered_on,sku,qty,unit_price\n" + "".join(
    f"H{n},C1,2026-{1 + n // 28:02d}-{1 + n % 28:02d},A1,{20 + n % 5},3\n" for n in range(56)
)


def content(run: Run) -> str:
    """Every row of the store, of its own tables and the derived ones."""
    seen = hashlib.sha256()
    with reading(run) as con:
        tables = con.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' ORDER BY 1"
        ).fetchall()
        for (table,) in tables:
            seen.update(
                repr(con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()).encode()
            )
    return seen.hexdigest()


def test_the_second_night_of_a_day_says_and_stores_the_same(shop: Shop) -> None:
    """The first night speaks of its own plan too: an order below a supplier's minimum is told.

    Sixty orders that were never promised a day get theirs in one night, though each promise
    changes who is served first.
    """
    shop.take(
        "供应商编码,供应商名称,起订金额\nS1,乐普文具,99999\n",
        "supplier,sku,unit_price,lead_time_days\nS1,A1,2,10\n",
        SALES,
    )
    dry = Run(shop.run.now, shop.run.today, shop.run.shop, who="t", pid=1, dry_run=True)
    planned_only = nightly.night(dry)
    first = nightly.night(shop.run)
    stored = content(shop.run)
    again = nightly.night(shop.run)
    for night in (planned_only, first):
        assert "small order" in {m.kind for m in night.messages}
    assert [m.row() for m in first.messages] == [m.row() for m in again.messages]
    assert content(shop.run) == stored


def test_where_no_stock_was_ever_entered_one_notice_says_so(
    make_shop: Callable[[str, date], Shop],
) -> None:
    """A history of sales alone says nothing of the shelf: no alarm per item, no margin of 0.00."""
    shop = make_shop("sold", date(2026, 3, 30))
    head = "order_no,customer,ordered_on,sku,qty,unit_price\n"
    shop.take(
        head
        + "".join(
            f"H{n},C1,2026-{1 + n // 28:02d}-{1 + n % 28:02d},{sku},{20 + n % 5},3\n"
            for sku in ("B1", "B2")
            for n in range(70)
        )
        + "H100,C1,2026-03-31,B1,5,3\n"
    )
    (told,) = [m for m in nightly.night(shop.run).messages if m.kind != "ended"]
    assert str(told.what) == (
        "no stock has been entered yet for 2 items: enter opening stock with "
        "`scm template opening_stock stock.xlsx`"
    )
    shop.take("warehouse,sku,opening quantity\nMAIN,B1,3\n")
    found = today.day(shop.run)
    assert [(r["sku"], r["margin_at_risk_amount"]) for r in found.running_out] == [("B1", None)]
    assert "1 item" in str(found.messages[0].what)


@pytest.mark.parametrize(
    ("margins", "told"),
    [
        ([], "0.00"),
        ([None, None], "unknown"),
        ([1.5, None], "1.50 and more"),
        ([1.5, 2.5], "4.00"),
    ],
)
def test_what_is_not_known_is_not_nought(margins: list[float | None], told: str) -> None:
    assert str(_known([{"margin": each} for each in margins], "margin")) == told


def test_items_are_counted_once_in_however_many_warehouses(small_firm: Path) -> None:
    run = Run(datetime(2026, 1, 5, 9), date(2026, 1, 5), small_firm, who="t", pid=1, dry_run=True)
    told = nightly.night(run).as_json()
    with reading(run) as con:
        (items,) = con.execute("SELECT count(DISTINCT sku) FROM forecast").fetchone()
    assert told["items_planned"] == items < told["item_warehouses_planned"]
