"""Orders made from the plan close the gaps that the plan saw: asked again, nothing is left to order."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from scm_cli.core.replenish import stocked
from scm_cli.jobs import buylist, nightly, plan_order, planning
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
    _, _, leads = stocked.supplied(known, planning.classed(known, shop.run.settings), rules)
    (line,) = stocked.supply(known, leads).filter(document="P9").to_dicts()
    assert (line["on"] - today).days == expected_days


@pytest.mark.parametrize("asked", [None, 0.0, 300.0])
@pytest.mark.parametrize("set_amount", [0, 300])
def test_the_shops_budget_cuts_the_plan_unless_another_is_asked_for(
    small_firm: Path, tmp_path: Path, set_amount: int, asked: float | None
) -> None:
    """What is beyond it is told among what is not bought, the same for the setting and the option."""
    plain = Run(datetime(2026, 1, 5, 9), date(2026, 1, 5), small_firm, who="test", pid=1)
    amount = set_amount if asked is None else asked
    whole, cut = planning.present(plain), planning.present(plain, amount)
    run = _with_budget(small_firm, tmp_path, set_amount)
    found = planning.present(run, asked)
    assert buylist.rows(found, every=True) == buylist.rows(cut, every=True)
    spent = found.plan.suggestions.filter(kind="buy")["amount"].sum()
    assert spent <= amount < whole.plan.suggestions.filter(kind="buy")["amount"].sum()
    beyond = [r for r in buylist.not_bought(found) if "but the budget" in str(r["reason"])]
    assert len(beyond) == len(whole.plan.suggestions) - len(found.plan.suggestions) > 0
    assert f"{len(beyond)} more lines are beyond the budget" in str(buylist.note(found))


def test_the_night_its_workbook_and_its_orders_keep_to_the_shops_budget(
    small_firm: Path, tmp_path: Path
) -> None:
    run = _with_budget(small_firm, tmp_path, 0)
    night = nightly.night(run)
    assert night.as_json()["amount"] == 0
    assert night.planned is not None
    beyond = night.planned.plan.not_bought.filter(reason="beyond_budget")
    told = planning.why(run, *beyond.select("sku", "warehouse").row(0))
    assert "but the budget does not reach so far" in str(told[0]["sentence"])
    assert plan_order.order(run, None, draft=False).numbers == []


def test_a_line_never_to_come_again_does_not_make_the_classes(
    small_firm: Path, tmp_path: Path
) -> None:
    """One line of 1 000 000 000 is kept out of the forecast, and out of what the classes rest on."""
    run = Run(datetime(2026, 1, 5, 9), date(2026, 1, 5), small_firm, who="test", pid=1)
    with reading(run) as con:
        known = planning.gather(con, run)
    series = planning.prepared(known, run.settings).usual.select("sku", "warehouse")
    huge = known.demand.join(series.head(1), on=["sku", "warehouse"]).tail(1)
    huge = huge.with_columns(qty=pl.lit(1e9), line_qty=pl.lit(1e9))
    after = replace(known, demand=pl.concat([known.demand, huge], how="vertical_relaxed"))
    columns = ("sku", "warehouse", "abc_class")
    before, found = (
        planning.classed(each, run.settings).select(columns) for each in (known, after)
    )
    changed = before.join(found, on=columns, how="anti")
    assert set(changed["sku"]) <= set(huge["sku"])
    assert set(before["abc_class"]) == {"A", "B", "C"}


def _with_budget(small_firm: Path, tmp_path: Path, amount: int) -> Run:
    shop = shutil.copytree(small_firm, tmp_path / "shop")
    with (shop / "scm.toml").open("a", encoding="utf-8") as told:
        told.write(f"\n[planning]\nbudget_amount = {amount}\n")
    return Run(datetime(2026, 1, 5, 9), date(2026, 1, 5), shop, who="test", pid=1)
