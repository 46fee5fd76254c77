"""`scm customer lead`, `deal`, `funnel`, `churn`: leads to deals to customers who come back."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from scm_cli import settings

PROFILE = Path(__file__).parents[2] / "examples" / "profiles" / "crm_opportunities.toml"


def body(scm, *words):
    ran = scm("customer", *words, "--json")
    assert ran.code == 0, ran.out
    return ran.json


def refused(scm, *words):
    ran = scm("customer", *words, "--json")
    error = ran.json["error"]
    return error["code"], error["message"]


def test_a_deal_from_its_beginning_to_its_end(scm):
    made = body(scm, "deal", "add", "PEN-R=10@2", "--customer", "C-001", "--owner", "Li")
    assert (made["deal"], made["changes"]["deal_event"]["inserted"]) == ("DL-000001", 1)
    body(scm, "deal", "move", "DL-000001", "engaging", "--note", "asked for a sample")
    body(scm, "note", "wants it by Friday", "--deal", "DL-000001", "--kind", "visit")
    body(scm, "deal", "edit", "DL-000001", "--next-step", "call", "--next-step-on", "2026-04-02")
    body(scm, "deal", "move", "DL-000001", "赢单", "--value", "25")  # as a Chinese funnel calls it
    found = body(scm, "deal", "show", "DL-000001")
    assert [(h["stage"], h["from_stage"]) for h in found["history"]] == [
        ("Prospecting", None),
        ("Engaging", "Prospecting"),
        ("Won", "Engaging"),
    ]
    assert all(h["entered_at"] and h["person"] for h in found["history"])
    assert found["rows"][0]["value_amount"] == 25
    assert found["lines"][0]["amount"] == 20
    assert found["interactions"][0]["note"] == "wants it by Friday"
    scm("undo")
    assert body(scm, "deal", "list")["rows"][0]["stage"] == "Engaging"
    assert body(scm, "deal", "move", "DL-000001", "Engaging")["entry"] is None


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("deal", "move", "D-1", "Kwote"), 4, "there is no stage Kwote"),
        (("deal", "move", "D-9", "Won"), 4, "there is no deal D-9"),
        (("deal", "move", "D-1", "Won"), 3, "deal D-1 cannot be won without a value"),
        (("deal", "move", "D-1", "Lost"), 3, "deal D-1 is lost without a reason"),
        (
            ("deal", "move", "D-1", "Won", "--value", "5", "--on", "2026-03-01"),
            3,
            "deal D-1 was opened on 2026-03-31 and cannot be closed on 2026-03-01",
        ),
        (("deal", "move", "D-1", "Won", "--value", "five"), 2, "five is no amount (--value)"),
        (("deal", "add", "--stage", "Won"), 3, "deal DL-000001 cannot be won without a value"),
        (("deal", "add", "--closed-on", "2026-03-01"), 2, "a deal in stage Prospecting is not closed"),
        (("deal", "add", "NO-SUCH=1"), 4, "there is no item NO-SUCH"),
        (("deal", "edit", "D-1", "--set", "stage=Won"), 2, "stage of a deal changes with its stage"),
        (("funnel", "--by", "moon"), 2, "a funnel is not split by moon"),
        (
            ("funnel", "--from", "2026-03-01", "--to", "2026-02-01"),
            2,
            "the range ends on 2026-02-01, before it begins on 2026-03-01",
        ),
        (("note", "hello"), 2, "an interaction is with somebody"),
        (("note", "hello", "-c", "C-001", "--at", "noon"), 2, "noon is no time of day (--at)"),
        (("lead", "add", "--mobile", "138"), 2, "a lead needs a contact or a company"),
        (("lead", "assign"), 3, "the shop knows no salespeople"),
        (("lead", "list", "--status", "warm"), 2, "no lead has the status warm"),
        (("tag", "C-001", "big", "--remove"), 3, "customer C-001 has no tag big"),
        (("rfm", "--standing", "good"), 2, "there is no standing good"),
        (("recommend",), 2, "recommended is for a customer, or to go with an item"),
        (("repurchase", "--cohorts", "--triangle"), 2, "--cohorts and --triangle are two questions"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_writes_nothing(scm, words, code, told):
    body(scm, "deal", "add", "--deal-no", "D-1")
    before = scm("log", "--json").rows[0]["entry"]
    assert refused(scm, *words) == (code, told)
    assert scm("log", "--json").rows[0]["entry"] == before


@pytest.fixture
def people(scm, tmp_path):
    """Two salespeople, as a sheet brings them."""
    sheet = tmp_path / "people.csv"
    sheet.write_text(
        "Salesperson,Manager,Regions served,Works from\nLi,Sun,华东,9:00\nWang,Sun,,09:00\n",
        encoding="utf-8",
    )
    assert scm("import", str(sheet)).code == 0


@pytest.mark.usefixtures("people")
def test_a_lead_is_assigned_answered_and_becomes_a_customer(scm):
    asked = ("--company", "晨光书屋有限公司", "--mobile", "13800138000", "--region", "华东")
    made = body(scm, "lead", "add", *asked, "--channel", "douyin", "--came-on", "2026-03-29")
    assert made["lead"] == "LD-000001"
    twin = body(scm, "lead", "add", "--company", "晨光书屋", "--name", "Li Lei")
    assert twin["warnings"] == ["LD-000002: LD-000001 is probably the same: company"]
    rows = {r["lead"]: r for r in body(scm, "lead", "list")["rows"]}
    assert rows["LD-000001"]["owner"] == "Li"
    assert rows["LD-000001"]["assigned_why"] == "Li: serves 华东, takes any category, 0 open leads"
    assert rows["LD-000001"]["is_waiting"]
    assert rows["LD-000002"]["owner"] == "Wang"
    assert body(scm, "lead", "twins")["rows"][0]["is"] == "LD-000001"
    body(scm, "note", "called back", "--lead", "LD-000001", "--at", "10:00")
    body(scm, "lead", "lose", "LD-000002", "--because", "the same")
    done = body(scm, "lead", "convert", "LD-000001", "C-100", "--value", "500")
    assert (done["customer"], done["deal"]) == ("C-100", "DL-000001")
    found = body(scm, "show", "C-100")
    assert found["rows"][0]["name"] == "晨光书屋有限公司"
    assert found["open_deals"][0]["value_amount"] == 500
    assert refused(scm, "lead", "convert", "LD-000001", "C-101")[0] == 3
    aged = {r["owner"]: r for r in body(scm, "lead", "ageing")["rows"]}
    # a Sunday does not count: nine hours of Monday, one of Tuesday
    assert (aged["Li"]["answered"], aged["Li"]["median_answer_hours"]) == (1, 10)


def test_another_day_taken_for_today_has_no_hour(scm):
    """The clock on the wall says nothing of the last of March."""
    body(scm, "lead", "add", "--name", "Han", "--channel", "fair")
    body(scm, "note", "called back", "--lead", "LD-000001")
    asked = "SELECT came_clock AS clock FROM lead UNION ALL SELECT clock FROM interaction"
    assert scm("sql", asked, "--json").rows == [{"clock": None}, {"clock": None}]


def test_what_a_lead_costs(scm):
    for n in range(4):
        body(scm, "lead", "add", "--name", f"N{n}", "--channel", "fair", "--came-on", "2026-03-10")
    body(scm, "lead", "convert", "LD-000001", "C-100")
    span = ("--from", "2026-03-01", "--to", "2026-03-31")
    body(scm, "lead", "spend", "fair", "3100", *span)
    body(scm, "lead", "spend", "fair", "1240", *span)  # the same days again: corrected
    (row,) = body(scm, "lead", "cost", *span)["rows"]
    assert (row["leads"], row["customers"]) == (4, 1)
    assert (row["lead_cost_amount"], row["customer_cost_amount"]) == (310, 1240)
    (half,) = body(scm, "lead", "cost", "--from", "2026-03-01", "--to", "2026-03-10")["rows"]
    assert half["spend_amount"] == 400  # 10 of 31 days
    assert refused(scm, "lead", "spend", "fair", "1", "--from", "2026-03-02", "--to", "2026-03-01")[0] == 2  # fmt: skip


def test_leads_of_an_advertising_channel(scm, tmp_path):
    sheet = tmp_path / "douyin.csv"
    sheet.write_text(
        "线索ID,提交时间,姓名,手机号,计划名称,渠道,来源\n"
        "71,2026-03-30 21:05:09,李雷,13800138000,春季,抖音,表单\n"
        "72,2026-03-31 08:00:00,韩梅,13900139000,春季,抖音,表单\n",
        encoding="utf-8",
    )
    ran = scm("import", str(sheet), "--map", "提交时间=came_on", "--json")
    assert ran.code == 0, ran.out
    found = body(scm, "lead", "list")["rows"]
    assert [(r["lead"], r["came_on"], r["channel"]) for r in found] == [
        ("72", "2026-03-31", "抖音"),
        ("71", "2026-03-30", "抖音"),
    ]


PIPELINE = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "A1,Li,GTXPro,Acme,Won,10/20/2025,12/1/2025,5000\n"
    "A2,Li,GTX Pro,Acme,Lost,11/1/2025,11/15/2025,0\n"
    "A3,Wang,MG,,Engaging,1/5/2026,,\n"
    "A4,Wang,MG,,Prospecting,,,\n"
)


@pytest.fixture
def deals(scm, tmp_path):
    sheet = tmp_path / "sales_pipeline.csv"
    sheet.write_text(PIPELINE, encoding="utf-8")
    (tmp_path / "products.csv").write_text(
        "product,series,sales_price\nGTX Pro,GTX,4821\nMG,MG,55\n", encoding="utf-8"
    )

    def take(*more: str):
        files = [str(sheet), str(tmp_path / "products.csv")]
        return scm("import", *files, "--profile", str(PROFILE), *more, "--json")

    take.sheet = sheet
    return take


def test_deals_of_another_program_are_all_kept(scm, deals):
    done = deals().json
    assert [f["inserted"] for f in done["files"]] == [2, 4]
    assert done["created"] == {"customer": 1}
    again = deals().json
    assert again["entry"] is None
    found = body(scm, "funnel")
    names = ("stage", "entered", "advanced", "lost", "open", "median_days")
    assert [tuple(r[n] for n in names) for r in found["rows"]] == [
        ("Prospecting", 4, 3, 0, 1, None),
        ("Engaging", 3, 1, 1, 1, 28),
        ("Won", 1, 0, 0, 0, 42),
        ("Lost", 1, 0, 0, 0, 14),
    ]
    assert list(found["rows"][0]) == [
        "stage", "entered", "advanced", "lost", "open", "conversion_pct", "low_pct", "high_pct",
        "median_days", "p90_days", "decided_pct",
    ]  # fmt: skip
    assert (found["win_rate_pct"], found["pipeline_amount"]) == (50, 110)
    by = {r["owner"]: r for r in body(scm, "deal", "rates", "--by", "owner")["rows"]}
    assert (by["Li"]["won"], by["Wang"]["open"]) == (1, 2)
    assert body(scm, "deal", "score")["rows"] == []  # one won, one lost: not enough data


def test_a_sheet_that_comes_again_moves_its_deals(scm, deals):
    deals()
    told = PIPELINE.replace(
        "A3,Wang,MG,,Engaging,1/5/2026,,", "A3,Wang,MG,,Won,1/5/2026,3/1/2026,60"
    )
    deals.sheet.write_text(told, encoding="utf-8")
    assert deals().json["changes"]["deal_event"] == {"inserted": 1, "updated": 0, "deleted": 0}
    history = body(scm, "deal", "show", "A3")["history"]
    assert [(h["stage"], h["changed_on"]) for h in history] == [
        ("Engaging", "2026-01-05"),
        ("Won", "2026-03-01"),
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A9,Li,MG,,Maybe,1/5/2026,,", "there is no stage Maybe; the stages are: Prospecting"),
        ("A9,Li,MG,Acme,Won,1/5/2026,1/2/2026,5", "deal A9 was opened on 2026-01-05 and cannot be"),
        ("A9,Li,MG,Acme,Won,1/5/2026,1/9/2026,", "deal A9 cannot be won without a value"),
        ("A9,Li,MG,Acme,Engaging,1/5/2026,1/9/2026,5", "deal A9 has a day of closing and stands"),
    ],
)
def test_deals_that_cannot_be_are_refused_with_their_row(scm, deals, row, told):
    deals.sheet.write_text(PIPELINE + row + "\n", encoding="utf-8")
    ran = deals()
    assert ran.code == 3
    (problem,) = ran.json["error"]["problems"]
    assert problem["where"].startswith("sales_pipeline.csv")
    assert problem["what"].startswith(told)
    assert body(scm, "deal", "list")["rows"] == []


@pytest.fixture
def buyers(scm, tmp_path):
    """C-010 buys pens every ten days and stopped in January; C-011 every month; C-012 once."""
    rows = [("C-010", date(2025, 11, 1) + timedelta(days=10 * n), "PEN-R") for n in range(8)]
    rows += [("C-011", date(2025, 10, 15) + timedelta(days=30 * n), "PEN-B") for n in range(6)]
    rows += [("C-012", date(2026, 3, 1), "PEN-B")]
    sheet = tmp_path / "sales.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(
            ["Order no.", "Order date", "Customer code", "SKU", "Quantity", "Unit price"]
        )
        for n, (customer, day, sku) in enumerate(rows):
            table.writerow([f"X{n}", day, customer, sku, 5, 2])
    ran = scm("import", str(sheet), "--json")
    assert ran.code == 0, ran.out


@pytest.mark.usefixtures("buyers")
def test_who_is_leaving(scm):
    found = body(scm, "churn")["rows"]
    names = (
        "customer last_order_on usual_interval_days overdue_days churn_pct value_amount next_item"
    )
    assert list(found[0])[:7] == names.split()
    rows = {r["customer"]: r for r in found}
    gone = rows["C-010"]
    assert (gone["usual_interval_days"], gone["overdue_days"], gone["next_item"]) == (10, 70, "PEN-R")  # fmt: skip
    assert (rows["C-011"]["overdue_days"], rows["C-012"]["basis"]) == (0, "pooled")
    worth = [r["value_amount"] for r in found]
    assert worth == sorted(worth, reverse=True)
    assert "C-011" not in {r["customer"] for r in body(scm, "churn", "--overdue")["rows"]}
    body(scm, "edit", "C-010", "--set", "opted_out=yes")
    assert "C-010" not in {r["customer"] for r in body(scm, "churn", "--call")["rows"]}


@pytest.mark.usefixtures("buyers")
def test_the_repurchase_rate_is_the_direct_count(scm):
    (now,) = body(scm, "repurchase", "--months", "0")["rows"]
    told = scm(
        "sql", "WITH d AS (SELECT customer, count(DISTINCT ordered_on) AS n FROM sales_order "
        "WHERE ordered_on > DATE '2026-03-31' - 365 AND status <> 'cancelled' GROUP BY customer) "
        "SELECT count(*) AS customers, count(*) FILTER (n > 1) AS repeated FROM d", "--json",
    ).rows[0]  # fmt: skip
    assert (now["customers"], now["repeated"]) == (told["customers"], told["repeated"])
    assert sum(r["customers"] for r in body(scm, "repurchase", "--cohorts")["rows"]) == now["customers"]  # fmt: skip
    assert body(scm, "repurchase", "--triangle")["rows"][0]["active_pct"] == 100


@pytest.mark.usefixtures("buyers")
def test_what_one_wants_to_see_while_the_phone_rings(scm, shop):
    body(scm, "tag", "C-010", "wholesale", "25-30/F/high-end/2000+ a month")
    (shop / "scm.toml").write_text('[customers.tags]\nloyal = "purchases >= 6"\n', encoding="utf-8")
    settings.load.cache_clear()  # commands of one process read the settings once
    body(scm, "note", "asked for a discount", "-c", "C-010", "--at", "09:30")
    found = body(scm, "show", "C-010")
    (row,) = found["rows"]
    assert row["tags"] == "25-30/F/high-end/2000+ a month, wholesale, loyal"
    assert (row["purchases"], row["spend_amount"], row["basket_amount"]) == (8, 80, 10)
    assert (row["usual_interval_days"], row["expected_on"], row["overdue_days"]) == (10, "2026-01-20", 70)  # fmt: skip
    assert found["next_items"][0]["sku"] == "PEN-R"
    assert found["interactions"][0]["clock"] == "09:30"
    tagged = body(scm, "tags", "loyal")["rows"]
    assert {(r["customer"], r["by"]) for r in tagged} == {("C-010", "rule"), ("C-011", "rule")}
    assert body(scm, "tag", "C-010", "wholesale")["entry"] is None
    assert body(scm, "tag", "C-010", "wholesale", "--remove")["changes"]["customer_tag"]["deleted"] == 1  # fmt: skip


def test_a_shop_without_sales_answers_with_nothing(scm):
    assert body(scm, "funnel")["rows"][0]["entered"] == 0
    for words in ("deal list", "deal stalls", "lead list", "lead cost", "tags"):
        assert body(scm, *words.split())["rows"] == []
