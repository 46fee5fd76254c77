"""`scm customer segment` and `campaign`: who is meant and why, contact lists, what they changed."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from scm_cli import settings

HEADER = "Order no.,Order date,Customer code,SKU,Quantity,Unit price\n"


def body(scm, *words):
    ran = scm("customer", *words, "--json")
    assert ran.code == 0, ran.out
    return ran.json


def refused(scm, *words):
    ran = scm("customer", *words, "--json")
    error = ran.json["error"]
    return error["code"], error["message"]


def prepare(shop, scm):
    """B01 to B40 buy a pen each in January and February; every second one again in March."""
    sheet = shop.parent / "sales.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Order no.", "Order date", "Customer code", "SKU", "Quantity", "Unit price"])  # fmt: skip
        for n in range(1, 41):
            for day in (date(2026, 1, 5), date(2026, 2, 9)):
                table.writerow([f"X{n}-{day.month}", day, f"B{n:02d}", "PEN-R", 5, 2])
            if n % 2:
                table.writerow([f"Y{n}", date(2026, 3, 25), f"B{n:02d}", "PEN-R", 5, 2])
    ran = scm("import", str(sheet), "--json")
    assert ran.code == 0, ran.out


def set_settings(shop, text):
    (shop / "scm.toml").write_text(text, encoding="utf-8")
    settings.load.cache_clear()  # commands of one process read the settings once


def test_a_segment_is_saved_and_found_anew(scm):
    made = body(scm, "segment", "new", "常客", "订单数 >= 3 且 买过 = PEN-R 近30天")
    assert (made["segment"], made["customers"]) == ("常客", 20)
    rows = body(scm, "segment", "常客")["rows"]
    assert list(rows[0])[:2] == ["customer", "reason"]
    first = {"customer": "B01", "reason": "orders 3; item PEN-R", "name": "B01", "segment": "常客"}
    assert rows[0] == first
    assert body(scm, "segment", "--json")["rows"] == rows
    body(scm, "tag", "B01", "wholesale")
    (one,) = body(scm, "segment", "tag = wholesale")["rows"]
    assert one["reason"] == "tag wholesale"
    assert body(scm, "segment", "change", "常客", "tag = wholesale")["customers"] == 1
    assert body(scm, "segment", "change", "常客", "tag = wholesale")["entry"] is None
    (saved,) = body(scm, "segment", "list")["rows"]
    assert (saved["customers"], saved["rule"]) == (1, "tag = wholesale")
    body(scm, "segment", "remove", "常客")
    assert body(scm, "segment", "list")["rows"] == []
    assert len(body(scm, "segment", "fields")["rows"]) > 30


def test_reasons_speak_the_language(scm):
    ran = scm("--lang", "zh", "customer", "segment", "customer = B01 and not tag = x", "--json")
    assert ran.rows[0]["reason"] == "客户编码 B01; 无 标签 x"


TO_WHOM = "a campaign is to a segment, to a rule, or to named customers"
RESTING = "nobody is left to contact: {} opted out, {} contacted in the last 30 days, 0 set apart by another campaign"
MARCH = "the campaign ends on 2026-01-01, before it begins on 2026-03-31"
NO_PRICE = "the message names {price}, and the campaign has none"
WRONG = [
    (("segment", "new", "x", "orders >"), 2, "the rule is not understood at its sign 9: a number is missing here"),
    (("segment", "item = PEN-RR"), 2, "the rule is not understood at its sign 8: there is no item PEN-RR"),
    (("segment", "nobody"), 4, "there is no segment nobody"),
    (("segment", "remove", "nobody"), 4, "there is no segment nobody"),
    (("segment", "new", "kept", "orders > 1"), 3, "there is a segment kept already"),
    (("campaign", "new", "x"), 2, TO_WHOM),
    (("campaign", "new", "x", "-s", "kept", "--rule", "orders > 1"), 2, TO_WHOM),
    (("campaign", "new", "x", "-s", "empty"), 3, "nobody is in segment empty"),
    (("campaign", "new", "x", "--rule", "orders > 99"), 3, "nobody fits the rule"),
    (("campaign", "new", "x", "-s", "kep"), 4, "there is no segment kep"),
    (("campaign", "new", "x", "-c", "B02", "-c", "B01"), 3, "customer B01 wants no campaigns"),
    (("campaign", "new", "x", "--rule", "customer = B01"), 3, RESTING.format(1, 0)),
    (("campaign", "new", "x", "-c", "B99"), 4, "there is no customer B99"),
    (("campaign", "new", "x", "-s", "kept", "-m", "{nmae}"), 2, "the message names {nmae}, which is no field of it"),
    (("campaign", "new", "x", "-s", "kept", "-m", "{price}"), 2, NO_PRICE),
    (("campaign", "new", "x", "-s", "kept", "--item", "PEN"), 4, "there is no item PEN"),
    (("campaign", "new", "x", "-s", "kept", "--price", "cheap"), 2, "cheap is no amount (--price)"),
    (("campaign", "new", "x", "-s", "kept", "--until", "2026-01-01"), 2, MARCH),
    (("campaign", "report", "CP-9"), 4, "there is no campaign CP-9"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code", "told"), WRONG)
def test_what_is_wrong_is_one_sentence_and_writes_nothing(scm, shop, words, code, told):
    body(scm, "segment", "new", "kept", "orders > 1")
    body(scm, "segment", "new", "empty", "orders > 99")
    body(scm, "edit", "B01", "--opt-out")
    before = scm("log", "--json").rows[0]["entry"]
    assert refused(scm, *words) == (code, told)
    assert scm("log", "--json").rows[0]["entry"] == before
    assert not (shop / "outbox" / "campaigns").exists()


def test_a_rule_that_is_not_understood_is_shown_with_a_caret(scm):
    ran = scm("customer", "segment", "orders > 3 and ctiy = x")
    assert "  orders > 3 and ctiy = x\n                 ^\nDid you mean city?" in ran.err


def test_a_campaign_from_its_list_to_its_report(scm):
    body(scm, "edit", "B02", "--opt-out")
    asked = (
        "campaign",
        "new",
        "Spring",
        "--rule",
        "item = PEN-R and customer != C-001",
        "--control",
        "25",
        "--seed",
        "7",
    )
    words = (
        "-m",
        "{contact}: {item} {price} until {until_on}",
        "--item",
        "PEN-R",
        "--price",
        "1.5",
    )
    days = ("--from", "2026-03-20", "--until", "2026-03-31")
    made = body(scm, *asked, *words, *days)
    assert (made["campaign"], made["contacts"] + made["control"]) == ("CP-000001", 39)
    assert made["control"] in (9, 10)
    assert made["left_out"] == {"opted_out": 1, "contacted_lately": 0, "set_apart": 0}
    assert made["detectable_points"] > 0
    page = openpyxl.load_workbook(Path(made["file"])).worksheets[0]
    lines = [row for row in page.iter_rows(min_row=5, values_only=True) if row[0]]
    members = body(scm, "campaign", "show", "CP-000001")["rows"]
    treated = [m["customer"] for m in members if m["arm"] == "treated"]
    assert [line[0] for line in lines] == treated  # whom to contact, and nobody of the control
    assert f"{treated[0]}: Gel pen red 1.5 until 2026-03-31" in lines[0]
    (during,) = body(scm, "campaign", "report", "CP-000001")["rows"]
    assert during["window"] == "during"
    wanted = {f"B{n:02d}" for n in range(1, 41, 2)}
    assert during["treated_buyers"] == len(wanted & set(treated))
    assert during["treated_buyers"] + during["control_buyers"] == 20
    assert during["low_points"] <= during["difference_points"] <= during["high_points"]
    later = [*body(scm, "campaign", "list")["rows"]]
    assert (later[0]["contacts"], later[0]["seed"]) == (made["contacts"], 7)


def test_nobody_is_contacted_too_often(scm, shop):
    first = body(scm, "campaign", "new", "One", "--rule", "customer in (B01, B02, B03)")
    assert (first["contacts"], first["control"]) == (3, 0)  # too few for a control
    second = body(scm, "campaign", "new", "Two", "--rule", "customer in (B03, B04)")
    assert (second["contacts"], second["left_out"]["contacted_lately"]) == (1, 1)
    again = ("campaign", "new", "Three", "--rule", "customer in (B01, B02)")
    assert refused(scm, *again)[1] == RESTING.format(0, 2)
    set_settings(shop, "[campaigns]\nmost_contacts = 2\n")
    assert body(scm, *again)["contacts"] == 2


def test_who_is_set_apart_is_left_alone_while_the_campaign_runs(scm):
    first = body(scm, "campaign", "new", "One", "--rule", "item = PEN-R", "--control", "50")
    second = ("campaign", "new", "Two", "--rule", "item = PEN-R")
    assert refused(scm, *second)[1].endswith(f"{first['control']} set apart by another campaign")
    later = body(scm, *second, "--from", "2026-05-01")
    assert later["contacts"] == first["contacts"] + first["control"] - later["control"]


def test_a_small_list_says_that_a_control_is_no_use(scm):
    ran = scm("customer", "campaign", "new", "One", "--rule", "customer in (B01, B02, B03)")
    assert "a list of 3 is too small for a control that shows 20 points" in ran.err
    assert "everybody is contacted" in ran.err
    four = ("--rule", "customer in (B04, B05, B06, B07)", "--control", "50")
    kept = scm("customer", "campaign", "new", "Two", *four)
    assert "2 customers to contact, 2 set apart" in kept.out
    early = scm("customer", "campaign", "new", "Later", "-c", "B09", "--from", "2026-06-01")
    assert early.code == 0
    assert refused(scm, "campaign", "report", "CP-000003")[1] == (
        "campaign CP-000003 begins on 2026-06-01; there is nothing to report yet"
    )


def test_an_undo_takes_a_campaign_back(scm):
    body(scm, "campaign", "new", "One", "-c", "B01")
    assert scm("undo").code == 0
    assert body(scm, "campaign", "list")["rows"] == []
    assert body(scm, "campaign", "new", "One", "-c", "B01")["campaign"] == "CP-000002"


def test_stock_that_lies_is_proposed_with_who_would_buy_it(scm):
    found = {row["sku"]: row for row in body(scm, "campaign", "propose")["rows"]}
    assert found
    for row in found.values():
        assert row["excess_qty"] > 0
        who = body(scm, "segment", row["rule"])["rows"]
        assert len(who) == row["customers"]


def test_the_night_tells_what_could_be_offered_to_whom(scm, shop):
    """Each proposal is a message of the night, and so stands in its workbook."""
    proposed = [r for r in body(scm, "campaign", "propose")["rows"] if r["customers"]]
    assert scm("nightly").code == 0
    (book,) = (shop / "outbox").glob("20*/replenishment.xlsx")
    cells = [
        [str(cell) for cell in row if cell is not None]
        for page in openpyxl.load_workbook(book)
        for row in page.iter_rows(values_only=True)
    ]
    told = [row for row in cells if row[:1] == ["offer"] or "offer" in row[:3]]
    assert len(told) == len(proposed) > 0
    assert all(any(r["sku"] in row for row in told) for r in proposed)


def regular(tmp_path, scm, days):
    """One customer who buys 20 black pens every fourteen days, the last `days` ago."""
    sheet = tmp_path / "regular.csv"
    first = date(2026, 3, 31) - timedelta(days=days + 14 * 7)
    rows = [f"R{n},{first + timedelta(days=14 * n)},REG,PEN-B,20,2\n" for n in range(8)]
    sheet.write_text(HEADER + "".join(rows), encoding="utf-8")
    assert scm("import", str(sheet), "--json").code == 0


def test_the_plan_says_what_expected_purchases_changed(scm, shop, tmp_path):
    regular(tmp_path, scm, 4)

    def steps():
        (row,) = [r for r in scm("stock", "why", "PEN-B", "--json").rows if r["warehouse"] == "MAIN"]  # fmt: skip
        return {step["step"]: step for step in row["steps"]}

    told = steps()["expected purchases"]
    assert told["inputs"] == "1, 2026-04-10, 20"
    set_settings(shop, "[planning]\nexpected_purchases = false\n")
    assert "expected purchases" not in steps()


def test_what_is_bought_again_and_runs_short_reaches_the_day(scm, tmp_path):
    assert scm("stock", "receive", "PEN-B=10@1", "--supplier", "S-001").code == 0
    sheet = tmp_path / "again.csv"
    rows = [
        f"{who}{n},{date(2026, 3, 30) - timedelta(days=9 * n)},{who},PEN-B,400,2\n"
        for who in ("U1", "U2", "U3") for n in range(1, 5)
    ]  # fmt: skip
    sheet.write_text(HEADER + "".join(rows), encoding="utf-8")
    assert scm("import", str(sheet), "--json").code == 0
    messages = scm("today", "--json").json["messages"]
    (told,) = [m for m in messages if m["kind"] == "bought again" and m["who"] == "PEN-B"]
    assert told["what"].startswith("3 customers are due to buy it again: about 1,200 within")


def test_a_campaign_that_worked_is_told_with_its_range_net_of_discounts(scm, tmp_path):
    """All who were contacted buy 10 at 2.00 and cost 1.00 each, of those set apart one in four."""
    assert scm("stock", "receive", "PEN-R=900@1", "--supplier", "S-001").code == 0
    items = tmp_path / "items.csv"
    items.write_text("SKU,Item name,Purchase price\nPEN-R,Gel pen red,1\n", encoding="utf-8")
    assert scm("import", str(items), "--kind", "items").code == 0
    rule = ("--rule", "item = PEN-R and customer != C-001", "--control", "30", "--seed", "3")
    days = ("--from", "2026-03-31", "--until", "2026-04-10")
    number = body(scm, "campaign", "new", "Win", *rule, *days)["campaign"]
    arms = {"treated": [], "control": []}
    for row in body(scm, "campaign", "show", number)["rows"]:
        arms[row["arm"]].append(row["customer"])
    buyers = [*arms["treated"][1:], *arms["control"][::4]]
    sheet = tmp_path / "win.csv"
    rows = [f"W{n},2026-04-01,{code},PEN-R,10,2\n" for n, code in enumerate(buyers)]
    sheet.write_text(HEADER + "".join(rows), encoding="utf-8")
    assert scm("--today", "2026-04-01", "import", str(sheet)).code == 0
    sold = ("--customer", arms["treated"][0], "--line", "PEN-R=10@2", "--discount", "25")
    assert scm("--today", "2026-04-01", "order", "new", *sold).code == 0
    ran = scm("--today", "2026-04-11", "--json", "customer", "campaign", "report", number)
    during = ran.rows[0]
    many, few = len(arms["treated"]), len(arms["control"])
    bought = len(arms["control"][::4])
    assert (during["treated_buyers"], during["control_buyers"]) == (many, bought)
    assert during["difference_points"] == round(100 - 100 * bought / few, 2)
    assert during["low_points"] > 0
    assert during["treated_discount_amount"] == 5
    each = ((many * 10 - 5) - 10 * many * bought / few) / many  # 10 of margin an order
    assert during["margin_difference_amount"] == pytest.approx(each, abs=0.01)
    assert during["extra_margin_amount"] == pytest.approx(each * many, abs=0.5)
    told = scm("--today", "2026-04-11", "customer", "campaign", "report", number).out
    assert f"{during['difference_points']:.1f} points (with 90 % certainty" in told
    assert "which may be chance" not in told
