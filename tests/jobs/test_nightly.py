"""The night run twice on one day: the same words, the same store."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from scm_cli.jobs import nightly
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
            seen.update(repr(con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()).encode())
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
