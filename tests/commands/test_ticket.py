"""`scm customer ticket`: opened beside the history, answered in time, rated, traced to a supplier."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

#: S-001 sold us lot L1 of the paper; both customers got it.
LOTS = (
    "Receipt no.,Supplier code,Received on,SKU,Accepted,Lot\nGR-9,S-001,2026-03-02,PEN-R,50,L1\n"
    "GR-10,S-002,2026-03-03,PEN-R,50,L2\n"
)
SHEET = (
    "工单号,创建时间,客户,问题描述,问题类型,优先级,货号,批号,数量,处理人,状态,首次响应日期,解决日期,满意度\n"
    "A-1,2026-03-10,C-001,写不出,质量问题,高,PEN-R,L1,6,王芳,已解决,2026-03-10,2026-03-11,2\n"
    "A-2,2026-03-12,C-002,写不出,质量问题,普通,PEN-R,L1,4,王芳,已解决,2026-03-12,2026-03-13,\n"
    "A-3,2026-03-12,C-002,发票,发票,低,,,,李雷,处理中,,,\n"
)


def body(scm, *words):
    ran = scm("customer", "ticket", *words, "--json")
    assert ran.code == 0, ran.out
    return ran.json


def refused(scm, *words):
    ran = scm("customer", "ticket", *words, "--json")
    error = ran.json["error"]
    return error["code"], error["message"]


@pytest.fixture
def sheet(scm, tmp_path):
    """Lots that came in, and three tickets from another program."""
    for name, text in (("lots.csv", LOTS), ("tickets.csv", SHEET)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        ran = scm("import", str(tmp_path / name), "--json")
        assert ran.code == 0, ran.out
    return tmp_path


def test_a_ticket_from_its_opening_to_its_end(scm):
    asked = ("C-001", "does not write", "--order", "SO-2", "--sku", "PEN-R", "--qty", "5")
    made = body(scm, "open", *asked, "--priority", "high", "--on", "2026-03-30", "--at", "16:00")
    assert (made["ticket"], made["answer_due_at"]) == ("TK-000001", "2026-03-31 11:00:00")
    assert {name for name, found in made["history"].items() if found} == {"orders", "deliveries"}
    assert [o["order"] for o in made["history"]["orders"]] == ["SO-2", "SO-1"]
    body(scm, "assign", "TK-000001", "Wang")
    body(
        scm,
        "reply",
        "TK-000001",
        "ask the factory",
        "--internal",
        "--on",
        "2026-03-30",
        "--at",
        "16:30",
    )
    body(scm, "reply", "TK-000001", "send a photo", "--on", "2026-03-30", "--at", "17:30")
    body(scm, "resolve", "TK-000001", "five replaced", "--on", "2026-03-31", "--at", "10:00")
    found = body(scm, "show", "TK-000001")
    row = found["rows"][0]
    assert (row["owner"], row["status"], row["answer_hours"], row["solution_hours"]) == (
        "Wang", "resolved", 1.5, 3,
    )  # fmt: skip
    assert (row["answer_state"], row["solution_state"]) == ("kept", "kept")
    steps = [s["step"] for s in found["steps"]]
    assert steps == ["opened", "assigned", "noted", "replied", "resolved"]
    body(scm, "rate", "TK-000001", "4", "--comment", "quick")
    again = body(
        scm, "open", "C-001", "again", "--sku", "PEN-R", "--on", "2026-03-31", "--at", "9:00"
    )
    assert again["history"]["tickets"][0]["rating"] == 4
    (figures,) = body(scm, "figures")["rows"]
    assert (figures["tickets"], figures["repeats"], figures["satisfaction"]) == (2, 1, 4)
    body(scm, "reopen", "TK-000001", "--because", "the new ones neither")
    assert body(scm, "list", "--status", "open", "-c", "C-001")["rows"][-1]["reopened"] == 1
    scm("undo")
    assert body(scm, "show", "TK-000001")["rows"][0]["status"] == "resolved"
    assert body(scm, "edit", "TK-000001", "--claim", "12.5")["changes"]["ticket"]["updated"] == 1
    body(scm, "close", "TK-000001")
    assert refused(scm, "reply", "TK-000001", "late") == (3, "ticket TK-000001 is closed")


def test_the_clock_stands_while_the_customer_is_asked(scm):
    when = ("--on", "2026-03-30", "--at")
    body(scm, "open", "C-001", "broken", "--owner", "Li", *when, "09:00")
    assert (
        refused(scm, "resume", "TK-000001")[1] == "ticket TK-000001 does not wait for the customer"
    )
    body(scm, "wait", "TK-000001", "which lot?", *when, "10:00")
    (row,) = body(scm, "list", "--waiting")["rows"]
    assert (row["waiting_since"], row["answer_hours"], row["solution_state"]) == (
        "2026-03-30 10:00:00", 1, "paused",
    )  # fmt: skip
    scm("undo")
    assert body(scm, "list", "--waiting")["rows"] == []
    body(scm, "wait", "TK-000001", "which lot?", *when, "10:00")
    body(scm, "resume", "TK-000001", "L1", *when, "15:00")
    body(scm, "resolve", "TK-000001", *when, "16:00")
    assert body(scm, "show", "TK-000001")["rows"][0]["solution_hours"] == 2
    (figures,) = body(scm, "figures")["rows"]
    assert (figures["solution_hours"], figures["solution_in_target_pct"]) == (2, 100)
    body(scm, "reopen", "TK-000001", "--because", "no", "--on", "2026-03-31", "--at", "09:00")
    row = body(scm, "show", "TK-000001")["rows"][0]
    assert (row["solution_due_at"] > "2026-03-31 09:00", row["solution_state"]) == (True, "waits")


def test_what_changes_nothing_writes_nothing(scm):
    body(scm, "open", "C-001", "broken", "--owner", "Li", "--on", "2026-03-30")
    assert body(scm, "assign", "TK-000001", "Li")["entry"] is None
    body(scm, "close", "TK-000001")
    body(scm, "rate", "TK-000001", "5", "--on", "2026-03-31")
    assert body(scm, "rate", "TK-000001", "5", "--on", "2026-03-31")["entry"] is None
    assert body(scm, "edit", "TK-000001", "--category", "other")["entry"] is None
    assert body(scm, "open", "C-001", "x", "--dry-run")["ticket"] == "TK-000002"
    assert len(body(scm, "list")["rows"]) == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("open", "C-9", "broken"), 4, "there is no customer C-9"),
        (("open", "C-001", "x", "--sku", "PEN"), 4, "there is no item PEN"),
        (("open", "C-001", "x", "--order", "SO-9"), 4, "there is no sales order SO-9"),
        (("open", "C-002", "x", "--order", "SO-2"), 3, "order SO-2 is of customer C-001, not of C-002"),
        (("open", "C-001", "x", "--order", "SO-2", "--sku", "PEN-B"), 3, "order SO-2 has no PEN-B"),
        (("open", "C-001", "x", "--supplier", "S-9"), 4, "there is no supplier S-9"),
        (("open", "C-001", "x", "--category", "moon"), 3, "1 value does not fit"),
        (("open", "C-001", "x", "--on", "2026-04-01"), 2, "2026-04-01 is still to come"),
        (("open", "C-001", "x", "--at", "noon"), 2, "noon is no time of day (--at)"),
        (("reply", "TK-9", "hello"), 4, "there is no ticket TK-9"),
        (
            ("reply", "TK-000001", "x", "--on", "2026-03-01"),
            3,
            "ticket TK-000001 was opened on 2026-03-30 and cannot be answered on 2026-03-01",
        ),
        (("reopen", "TK-000001", "--because", "x"), 3, "ticket TK-000001 is open"),
        (("rate", "TK-000001", "6"), 3, "a rating is a whole number from 1 to 5, not 6"),
        (("rate", "TK-000001", "5"), 3, "ticket TK-000001 is still open and cannot be rated"),
        (("edit", "TK-000001", "--set", "status=closed"), 2, "status of a ticket is not edited"),
        (("edit", "TK-000001", "--set", "qty=-1"), 3, "1 value does not fit"),
        (("list", "--status", "gone"), 2, "no ticket has the status gone"),
        (("figures", "--by", "moon"), 2, "tickets are not split by moon"),
        (("defects", "--by", "owner"), 2, "tickets are not split by owner"),
        (
            ("figures", "--from", "2026-03-02", "--to", "2026-03-01"),
            2,
            "the range ends on 2026-03-01, before it begins on 2026-03-02",
        ),
        (("survey", "--book", "list.csv"), 2, "list.csv: a workbook ends in .xlsx"),
        (
            ("survey",),
            3,
            "there is nobody to ask: no ticket was solved in the last 30 days and not asked about",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_writes_nothing(scm, words, code, told):
    body(scm, "open", "C-001", "broken", "--on", "2026-03-30")
    before = scm("log", "--json").rows[0]["entry"]
    assert refused(scm, *words) == (code, told)
    assert scm("log", "--json").rows[0]["entry"] == before


def test_a_lot_that_never_came_is_taken_and_told(scm):
    made = body(scm, "open", "C-001", "dry", "--sku", "PEN-R", "--lot", "L7")
    assert made["warnings"] == ["L7: no receipt brought lot L7 of PEN-R"]


def test_tickets_go_out_and_come_back_unchanged(scm, sheet):
    rows = {r["ticket"]: r for r in body(scm, "list")["rows"]}
    assert (rows["A-1"]["category"], rows["A-1"]["status"], rows["A-1"]["rating"]) == (
        "quality", "resolved", 2,
    )  # fmt: skip
    for lang in ("en", "zh"):
        book = sheet / f"{lang}.xlsx"
        assert scm("--lang", lang, "export", "tickets", str(book)).code == 0
        assert scm("import", str(book), "--json").json["changes"] == {}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("B-1,2026-03-10,C-001,x,,resolved,2026-03-09,", "cannot be solved on 2026-03-09"),
        ("B-1,2026-03-10,C-001,x,,open,2026-03-11,", "has a day of solution and is still open"),
        ("B-1,2026-03-10,C-001,x,,resolved,2026-03-11,6", "6 is above 5"),
        ("B-1,2026-03-10,C-001,x,,open,,3", "is still open and cannot be rated"),
        ("B-1,2026-03-10,C-002,x,SO-2,open,,", "order SO-2 is of customer C-001, not of C-002"),
        ("B-1,2026-03-10,C-009,x,,open,,", "there is no customer C-009"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(scm, tmp_path, row, told):
    path = tmp_path / "bad.csv"
    head = (
        "Ticket no.,Created at,Customer code,Subject,Order no.,Ticket status,Resolved on,Rating\n"
    )
    path.write_text(head + row + "\n", encoding="utf-8")
    error = scm("import", str(path), "--json").json["error"]
    assert error["code"] == 3
    assert told in error["problems"][0]["what"]
    assert body(scm, "list")["rows"] == []


def filled(path, *ratings):
    """The survey as somebody fills it in, row by row; None leaves it blank."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    places = {cell.value: cell.column for cell in page[5]}
    for row, rating in enumerate(ratings, 6):
        page.cell(row, places["Satisfaction"]).value = rating
        page.cell(row, places["Comment of the customer"]).value = "so it was" if rating else None
    answer = path.with_name("answer.xlsx")
    book.save(answer)
    return answer


@pytest.mark.usefixtures("sheet")
def test_the_survey_goes_out_and_its_answers_come_back(scm, tmp_path):
    body(scm, "resolve", "A-3", "sent", "--on", "2026-03-14")
    path = tmp_path / "survey.xlsx"
    made = body(scm, "survey", "--book", str(path))
    assert [row["ticket"] for row in made["rows"]] == ["A-2", "A-3"]  # A-1 is rated already
    assert body(scm, "survey", "--book", str(path))["entry"] is None  # the same list again
    page = openpyxl.load_workbook(path).worksheets[0]
    unlocked = {
        c.column_letter for row in page.iter_rows(6, 7) for c in row if not c.protection.locked
    }
    assert page.protection.sheet
    assert unlocked == {"H", "I"}
    wrong = scm("import", str(filled(path, 6, None)), "--json").json["error"]
    assert (wrong["code"], wrong["problems"][0]["what"]) == (3, "6 is above 5")
    done = scm("import", str(filled(path, 4, None)), "--json").json
    assert done["changes"]["ticket"]["updated"] == 1
    assert scm("import", str(filled(path, 4, None)), "--json").json["changes"] == {}
    (figures,) = body(scm, "figures")["rows"]
    assert (figures["asked"], figures["response_pct"]) == (2, 50)
    assert (figures["rated"], figures["satisfaction"], figures["satisfied_pct"]) == (2, 3, 50)
    assert body(scm, "show", "A-2")["rows"][0]["comment"] == "so it was"


@pytest.mark.usefixtures("sheet")
def test_who_does_not_want_to_be_asked_is_not(scm):
    assert scm("customer", "edit", "C-002", "--set", "opted_out=yes").code == 0
    code, told = refused(scm, "survey")
    assert (code, told.partition(":")[0]) == (3, "there is nobody to ask")


@pytest.mark.usefixtures("sheet")
def test_faults_are_traced_to_the_supplier_and_back(scm):
    by_lot = body(scm, "defects", "--by", "lot")["rows"]
    assert [(r["sku"], r["lot"], r["complaint_customers"], r["defect_pct"]) for r in by_lot] == [
        ("PEN-R", "L1", 2, 20),
    ]  # fmt: skip
    (supplier,) = body(scm, "defects", "--by", "supplier")["rows"]
    assert (supplier["supplier"], supplier["complaints"]) == ("S-001", 2)
    shown = scm("supplier", "show", "S-001")
    assert "this supplier's faults touched 2 customers, 0.00 CNY (2 tickets)" in shown.out
    found = scm("supplier", "show", "S-001", "--json").json
    assert (found["rows"][0]["complaints"], found["complaints"][0]["basis"]) == (2, "lot")
    assert scm("supplier", "show", "S-002", "--json").rows[0]["complaints"] == 0
    body(scm, "edit", "A-1", "--claim", "30")
    asked = ("supplier", "score", "S-001", "--from", "2026-03-01", "--to", "2026-03-30")
    (score,) = scm(*asked, "--json").rows
    assert (score["failed_qty"], score["quality_pct"]) == (10, 88.89)  # of 90 that came
    assert (score["complaint_customers"], score["complaint_amount"]) == (2, 30)
    assert "touched 2 customers, 30.00 CNY" in scm(*asked).err
    customer = scm("customer", "show", "C-002", "--json").json
    assert (customer["rows"][0]["tickets"], customer["rows"][0]["open_tickets"]) == (2, 1)
    assert customer["tickets"][1]["supplier"] == "S-001"
    split = {r["supplier"]: r["tickets"] for r in body(scm, "figures", "--by", "supplier")["rows"]}
    assert split == {"S-001": 2, None: 1}


@pytest.mark.usefixtures("sheet")
def test_the_settings_say_what_counts_against_a_supplier(scm, shop):
    def quality() -> Any:
        asked = ("--from", "2026-03-01", "--to", "2026-03-30", "--json")
        return scm("supplier", "score", "S-001", *asked).rows[0]["quality_pct"]

    from scm_cli import settings

    for text, pct in (
        ("[scoring]\ncomplaints = false\n", 100),
        ("[tickets]\nsupplier_faults = []\n", 100),
    ):
        (shop / "scm.toml").write_text(text, encoding="utf-8")
        settings.load.cache_clear()
        assert quality() == pct
    body(scm, "edit", "A-1", "--supplier", "S-001")  # said by hand, whatever the category
    assert quality() == 93.33


@pytest.mark.usefixtures("sheet")
def test_what_is_late_is_told_in_the_morning(scm):
    told = [m for m in scm("today", "--json").json["messages"] if m["kind"].startswith("ticket")]
    assert [(m["kind"], m["document"], m["what"]) for m in told] == [
        ("ticket late", "A-3", "发票: the first answer was due at 2026-03-13 16:00 (李雷)"),
    ]  # fmt: skip
    assert [r["ticket"] for r in body(scm, "list", "--late")["rows"]] == ["A-3"]
    body(scm, "reply", "A-3", "on its way", "--on", "2026-03-12", "--at", "17:00")
    told = [m for m in scm("today", "--json").json["messages"] if m["kind"].startswith("ticket")]
    assert "the solution was due at 2026-03-17" in told[0]["what"]


@pytest.mark.parametrize(
    "by", ["month", "category", "priority", "channel", "owner", "item", "customer"]
)
@pytest.mark.usefixtures("sheet")
def test_figures_are_split(scm, by):
    found = body(scm, "figures", "--by", by)["rows"]
    assert sum(row["tickets"] for row in found) == 3
    assert next(iter(found[0])) == by
