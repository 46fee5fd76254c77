"""A surge: one large order, or sales above the band, makes the emergency pack the same night."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest

from scm_cli.core import master
from scm_cli.core.changes import Changes
from scm_cli.run import Run
from scm_cli.store.commit import commit
from scm_cli.store.gateway import writing

D = Decimal
TODAY = date(2026, 3, 31)


def entered(shop, facts: dict[str, list[dict]]) -> None:
    run = Run(
        now=datetime(2026, 3, 20, 9), today=date(2026, 3, 20), folder=shop, command="", who="t"
    )
    changes = Changes()
    for table, rows in facts.items():
        plain = table == "stock_move"
        changes.insert(table, rows if plain else [master.row(table, r) for r in rows])
    with writing(replace(run, command="import")) as con:
        commit(con, run, changes)


def daily(first: date, days: int, qty: int, start: int) -> dict[str, list[dict]]:
    """Orders of PEN-B that were asked for and served, one a day."""
    found: dict[str, list[dict]] = {"sales_order": [], "sales_order_line": []}
    for n in range(days):
        on, number = first + timedelta(days=n), f"H-{start + n}"
        head = {"order_no": number, "customer": "C-002", "ordered_on": on, "status": "closed"}
        line = {"order_no": number, "line_no": 1, "sku": "PEN-B", "qty": D(qty + n % 3),
                "unit_price": D(5)}  # fmt: skip
        found["sales_order"].append(head)
        found["sales_order_line"].append(line)
    return found


def prepare(shop, scm):
    """PEN-B sells 2 to 4 a day; a slow cheap and a fast dear supplier; EAST holds some; one night."""
    entered(
        shop,
        {
            "warehouse": [{"warehouse": "EAST", "name": "East"}],
            "supplier": [{"supplier": "S-009", "name": "Fast Pens", "mobile": "13800000000"}],
            **daily(date(2026, 1, 2), 80, 2, 1),
        },
    )
    for command in (
        "supplier price S-001 PEN-B 2",
        "supplier price S-009 PEN-B 2.4",
        "supplier edit S-001 --set lead_time_days=20",
        "supplier edit S-009 --set lead_time_days=3",
        "stock receive PEN-B=60 --supplier S-001",
        "stock receive PEN-B=40 --supplier S-001 --warehouse EAST",
        "--today 2026-03-24 nightly",
    ):
        ran = scm(*command.split())
        assert ran.code == 0, (command, ran.err)


def test_a_calm_shop_has_no_pack(scm, shop):
    assert scm("advise").out == "No item is asked for beyond its band.\n"
    assert scm("nightly").code == 0
    assert not (shop / "outbox" / "2026-03-31" / "surge.xlsx").exists()


@pytest.fixture
def large(scm):
    """One order for more pens than are there."""
    ran = scm("order", "new", "--customer", "C-001", "--line", "PEN-B=200@5")
    assert ran.code == 0, ran.err
    return scm


def test_one_large_order_tells_who_runs_out_what_helps_and_what_to_write(large):
    told = large("advise", "--json").json
    (item,) = told["rows"]
    assert (item["sku"], item["cause"], item["actual_qty"]) == ("PEN-B", "ordered beyond its band", 200)  # fmt: skip
    assert item["runs_out_on"] == "2026-03-31"
    assert (
        item["short_qty"] > 140
    )  # 200 and the usual sales of the days, less the 60 that are there
    (move,) = told["transfers"]
    assert (move["from_warehouse"], move["warehouse"], move["qty"]) == ("EAST", "MAIN", 40)
    fast, usual = told["suppliers"]
    assert (fast["supplier"], fast["worth"]) == ("S-009", True)
    assert fast["premium_amount"] == pytest.approx(0.4 * fast["order_qty"], abs=0.01)
    assert (usual["supplier"], usual["premium_amount"], usual["worth"]) == ("S-001", 0, None)
    assert [m["to"] for m in told["messages"]] == ["S-009", "EAST", "C-001"]


def test_what_an_order_of_a_later_day_holds_is_there_for_nobody_else(scm):
    """It holds all 60, so that tomorrow's sales find none, and is itself short on its day."""
    assert scm("supplier", "edit", "S-001", "--set", "lead_time_days=5").code == 0
    large = "order new --customer C-001 --line PEN-B=200@5 --by 2026-04-08"
    assert scm(*large.split()).code == 0
    told = scm("advise", "--json").json
    (item,) = told["rows"]
    assert (item["runs_out_on"], item["until_on"]) == ("2026-04-01", "2026-04-08")
    assert item["short_qty"] == pytest.approx(200 - 60 + 8 * item["daily_qty"], abs=1)
    assert told["suppliers"][-1]["supplier"] == "S-001"


def test_the_night_writes_the_workbook_and_the_morning_tells_of_it(large, shop):
    assert large("nightly").code == 0
    book = openpyxl.load_workbook(shop / "outbox" / "2026-03-31" / "surge.xlsx")
    assert [page.title for page in book] == [
        "Surge", "Transfers", "Fast suppliers", "Reschedule", "Ready messages",
    ]  # fmt: skip
    (told,) = [m for m in large("today", "--json").json["messages"] if m["kind"] == "surge"]
    assert told["what"].startswith("1 item is asked for beyond the band, PEN-B most: 200")
    before = (shop / "outbox" / "2026-03-31" / "surge.xlsx").read_bytes()
    assert large("nightly").code == 0
    assert (shop / "outbox" / "2026-03-31" / "surge.xlsx").read_bytes() == before


def test_a_surge_that_is_over_takes_its_workbook_along(large, shop):
    assert large("nightly").code == 0
    assert large("order", "cancel", "SO-000001").code == 0
    assert large("nightly").code == 0
    assert not (shop / "outbox" / "2026-03-31" / "surge.xlsx").exists()


def test_sales_above_the_band_go_on_at_their_pace(scm, shop):
    entered(shop, daily(date(2026, 3, 24), 7, 40, 500))
    assert scm("nightly").code == 0
    (item,) = scm("advise", "--json").rows
    assert item["cause"] == "sold beyond its band"
    assert 40 <= item["daily_qty"] <= 42
    assert item["runs_out_on"] == "2026-04-02"  # 60 last one day at 41


def test_open_supply_that_comes_too_late_is_to_be_brought_forward(large):
    assert large("purchase", "new", "PEN-B=300", "--supplier", "S-001").code == 0
    number = large("purchase", "list", "--open", "--json").rows[0]["purchase"]
    large("purchase", "approve", number)
    ran = large("purchase", "confirm", number, "--promised", "2026-04-15")
    assert ran.code == 0, ran.err
    told = large("advise", "--json").json
    (line,) = told["reschedule"]
    assert (line["kind"], line["document"], line["from_on"]) == (
        "open purchase",
        number,
        "2026-04-15",
    )
    assert line["to_on"] == "2026-04-01"
    (text,) = [m["text"] for m in told["messages"] if m["to"] == "S-001"]
    assert number in text
    assert text.index("2026-04-15") < text.index("2026-04-01")


def test_each_is_written_to_in_its_own_language(large):
    large("supplier", "edit", "S-009", "--name", "快笔文具厂")
    told = {m["to"]: m for m in large("advise", "--json").json["messages"]}
    assert (told["S-009"]["language"], "快笔文具厂" in told["S-009"]["text"]) == ("zh", True)
    assert "请" in told["S-009"]["text"]
    assert told["EAST"]["text"].startswith("Send 40 of PEN-B")  # our own people, in our language
