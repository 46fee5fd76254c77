"""Orders made from the plan close the gaps that the plan saw: asked again, nothing is left to order."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from scm_cli.core.replenish import stocked
from scm_cli.jobs import plan_order, planning
from scm_cli.run import Run
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from pathlib import Path

    from small_shop import Shop


def test_ordering_from_the_plan_twice_orders_once(small_firm: Path, tmp_path: Path) -> None:
    shop = shutil.copytree(small_firm, tmp_path / "shop")
    run = Run(datetime(2026, 1, 5, 9), date(2026, 1, 5), shop, who="test", pid=1)
    assert plan_order.order(run, None, draft=False).numbers
    again = plan_order.order(run, None, draft=False)
    assert (again.numbers, again.committed.entry) == ([], None)


@pytest.mark.parametrize(
    ("asked_days", "expected_days"),
    [
        (45, 44),  # asked for at once, as quoted: comes when the supplier usually comes
        (30, 44),  # asked for earlier than quoted
        (60, 60),  # wanted later: not before
    ],
)
def test_an_open_line_comes_no_later_than_a_new_order_would(
    shop: Shop, asked_days: int, expected_days: int
) -> None:
    """S1 quotes 45 days and takes 44. Were the open line counted a day later than a new order, the
    same gap would be bought for again each time that one orders from the plan."""
    today, first = shop.run.today, date(2025, 2, 1)
    bought = "purchase_no,supplier,ordered_on,sku,qty,status,requested_on\n"
    came = "receipt_no,purchase_no,supplier,received_on,sku,accepted_qty\n"
    for n in range(8):
        on = first + timedelta(days=30 * n)
        bought += f"P{n},S1,{on},A3,10,confirmed,{on + timedelta(days=45)}\n"
        came += f"R{n},P{n},S1,{on + timedelta(days=44)},A3,10\n"
    bought += f"P9,S1,{today},A3,10,confirmed,{today + timedelta(days=asked_days)}\n"
    shop.take("supplier,sku,unit_price,lead_time_days\nS1,A3,2,45\n", bought, came)
    with reading(shop.run) as con:
        known = planning.gather(con, shop.run)
    rules = planning.stock_rules(shop.run.settings)
    _, _, leads = stocked.supplied(known, stocked.stocked(known, rules), rules)
    (line,) = stocked.supply(known, leads).filter(document="P9").to_dicts()
    assert (line["on"] - today).days == expected_days
