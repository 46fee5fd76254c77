"""`scm supplier rfq, quote, compare, rate, share-plan, savings` and `scm purchase ship, late`."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest

TERMS = ("unit_price", "freight", "duty", "overbuy", "financing", "lateness")
KEYS = ["sku", "supplier", "qty", *TERMS, "true_unit_cost", "rank", "break_even_qty"]


@pytest.fixture
def asked(scm):
    """The shop after a second approved supplier came and both were asked for two items."""
    assert scm("supplier", "add", "S-003", "--name", "Acme Paper", "--state", "approved").code == 0
    done = scm(
        "supplier",
        "rfq",
        "A4-80=2box",
        "PEN-R=500",
        "-s",
        "S-001",
        "-s",
        "S-003",
        "--reply-by",
        "2026-04-15",
        "--json",
    )
    assert done.code == 0, done.err
    return done.json


def filled(path: str, target: Path, rows: dict[str, dict[str, object]], **terms: object) -> str:
    """A request as a supplier fills it in, by the labels that it reads."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    head = next(r for r in page.iter_rows() if r[0].value in ("No.", "序号"))
    at = {str(cell.value): cell.column for cell in head if cell.value}
    sku = at.get("Our SKU") or at["我方编码"]
    for row in page.iter_rows(min_row=head[0].row + 1):
        for label, value in rows.get(str(row[sku - 1].value), {}).items():
            page.cell(row[0].row, at[label]).value = value
    for row in page.iter_rows(max_row=head[0].row - 1):
        for cell in row:
            if cell.value in terms:
                page.cell(cell.row, cell.column + 2).value = terms[str(cell.value)]
    book.save(target)
    return str(target)


@pytest.fixture
def answered(scm, asked, tmp_path):
    """The answer of S-003 came in: paper by the box, in dollars."""
    assert scm("supplier", "rate", "USD", "7").code == 0
    path = filled(
        asked["files"][1],
        tmp_path / "whatever.xlsx",
        {"A4-80": {"Your price": 12, "From quantity 2": 4, "Price 2": 11, "Minimum order": 1}},
        **{
            "Currency": "USD",
            "Valid until": "2026-06-30",
            "Freight per order": 20,
            "Payment days": 60,
        },
    )
    done = scm("import", path, "--json")
    assert done.code == 0, done.err
    return path


def entries(scm) -> int:
    return int(scm("log", "--json").rows[0]["entry"])


def test_a_request_names_whom_it_asked_and_only_the_yellow_cells_are_open(scm, asked):
    assert asked["rfq"] == "RFQ-000001"
    assert [Path(f).name for f in asked["files"]] == [
        "RFQ-000001 S-001.xlsx",
        "RFQ-000001 S-003.xlsx",
    ]
    told = scm("supplier", "rfq", "list", "--json").rows
    assert [(r["supplier"], r["invited_on"], r["answered_on"]) for r in told] == [
        ("S-001", "2026-03-31", None),
        ("S-003", "2026-03-31", None),
    ]
    titles = []
    for path in asked["files"]:
        page = openpyxl.load_workbook(path).worksheets[0]
        assert page.protection.sheet
        unlocked = {
            c.coordinate for row in page.iter_rows() for c in row if not c.protection.locked
        }
        assert (
            len(unlocked) == 2 * 7 + 2 * 10
        )  # seven terms of two cells; ten cells in each of two lines
        titles.append(page["A1"].value)
    assert titles == ["询价单", "Request for quotation"]  # each in its supplier's language


def test_an_answer_becomes_a_quote_once_and_tells_how_long_it_took(scm, answered):
    (quote,) = scm("supplier", "quote", "list", "--json").rows
    told = [
        quote[n]
        for n in ("quote", "supplier", "rfq", "currency", "items", "response_days", "status")
    ]
    assert told == ["QT-000001", "S-003", "RFQ-000001", "USD", 1, 0, "open"]
    lines = scm("supplier", "quote", "show", "QT-000001", "--json").rows
    got = [(r["from_qty"], r["unit_price"], r["unit"], r["factor"], r["moq_qty"]) for r in lines]
    assert got == [(0, 12, "box", 5, 5), (20, 11, "box", 5, 5)]
    before = entries(scm)
    again = scm("import", answered, "--json").json
    assert (again["entry"], again["files"][0]["unchanged"], entries(scm)) == (None, 1, before)


def test_a_new_answer_replaces_the_old_one(scm, asked, answered, tmp_path):
    path = filled(
        asked["files"][1], tmp_path / "b.xlsx", {"A4-80": {"Your price": 10}}, Currency="USD"
    )
    assert scm("import", path).code == 0
    told = {r["quote"]: r["status"] for r in scm("supplier", "quote", "list", "--json").rows}
    assert told == {"QT-000001": "replaced", "QT-000002": "open"}


def test_the_comparison_adds_up_and_ranks(scm, answered):
    del answered
    assert scm("supplier", "price", "S-001", "A4-80", "20", "--until", "2026-12-31").code == 0
    found = scm("supplier", "compare", "A4-80", "--qty", "50", "--json").json
    rows = found["rows"]
    assert list(rows[0])[: len(KEYS)] == KEYS
    assert [(r["supplier"], r["rank"]) for r in rows] == [("S-003", 1), ("S-001", 2)]
    best = rows[0]
    assert best["unit_price"] == pytest.approx(11 * 7 / 5)
    assert best["freight"] == pytest.approx(20 * 7 / 50)
    for row in rows:
        assert sum(row[n] for n in TERMS) == pytest.approx(row["true_unit_cost"], abs=1e-5)
    assert any("USD = 7 CNY" in each for each in found["assumptions"])
    only = scm("supplier", "compare", "--rfq", "RFQ-000001", "--json").json
    assert [(r["sku"], r["supplier"], r["qty"]) for r in only["rows"]] == [("A4-80", "S-003", 10)]
    assert only["left_out"] == ["PEN-R: nobody offers it"]


def test_a_basket_of_two_is_compared_as_a_whole(scm):
    for sku, supplier, price in (("A4-80", "S-001", "20"), ("PEN-R", "S-001", "1.5")):
        assert scm("supplier", "quote", supplier, sku, price).code == 0
    assert scm("supplier", "add", "S-003", "--name", "Acme", "--state", "approved").code == 0
    for sku, price in (("A4-80", "21"), ("PEN-R", "1")):
        assert scm("supplier", "quote", "S-003", sku, price).code == 0
    basket = scm("supplier", "compare", "A4-80", "PEN-R", "--qty", "100", "--json").json["basket"]
    assert basket["kind"] == "split"
    assert basket["split"] == {"A4-80": "S-001", "PEN-R": "S-003"}
    assert basket["split_amount"] < basket["single_amount"]
    assert (
        "Splitting is cheaper." in scm("supplier", "compare", "A4-80", "PEN-R", "--qty", "100").out
    )


def test_an_expired_price_is_left_out_and_told(scm):
    refused = scm("supplier", "compare", "A4-80", "--json")  # its only price ended in February
    assert refused.code == 3
    assert "expired on 2026-02-01" in refused.json["error"]["problems"][0]["what"]
    assert scm("supplier", "quote", "S-001", "A4-80", "19", "--until", "2026-04-30").code == 0
    told = scm("supplier", "compare", "A4-80", "--json").json
    assert [r["quote"] for r in told["rows"]] == ["QT-000001"]


def test_accepting_a_quote_makes_it_the_price_that_is_ordered_by(scm):
    assert (
        scm(
            "supplier",
            "quote",
            "S-001",
            "A4-80",
            "17",
            "50=16",
            "--moq",
            "20",
            "--lead-days",
            "9",
            "--until",
            "2026-12-31",
        ).code
        == 0
    )
    assert scm("supplier", "quote", "accept", "QT-000001").code == 0
    prices = scm("supplier", "show", "S-001", "--json").json["prices"]
    got = [(p["from_qty"], p["unit_price"], p["moq_qty"], p["lead_time_days"]) for p in prices]
    assert got == [(0, 17, 20, 9), (50, 16, 20, 9)]
    before = entries(scm)
    assert scm("supplier", "quote", "accept", "QT-000001", "--json").json["entry"] is None
    assert entries(scm) == before
    number = scm("purchase", "new", "A4-80=60", "--supplier", "S-001", "--json").json["purchase"]
    assert scm("purchase", "show", number, "--json").rows[0]["unit_price"] == 16


@pytest.mark.parametrize(
    ("args", "code", "why"),
    [
        (("supplier", "quote", "S-001", "A4-8O", "3"), 4, "there is no item A4-8O"),
        (("supplier", "quote", "S-009", "A4-80", "3"), 4, "there is no supplier S-009"),
        (("supplier", "quote", "S-002", "A4-80", "3"), 3, "is suspended"),
        (("supplier", "quote", "S-001", "A4-80", "3", "100=-2"), 3, "cannot be negative"),
        (
            ("supplier", "quote", "S-001", "A4-80", "3", "100=2", "100=1"),
            3,
            "price breaks overlap at 100",
        ),
        (
            ("supplier", "quote", "S-001", "A4-80", "3", "--currency", "EUR"),
            3,
            "no exchange rate for EUR",
        ),
        (("supplier", "quote", "S-001", "A4-80", "3", "--unit", "barrel"), 3, "no unit barrel"),
        (("supplier", "quote", "accept", "QT-9"), 4, "there is no quote QT-9"),
        (("supplier", "rfq", "A4-80=5", "-s", "S-002"), 3, "is suspended"),
        (("supplier", "rfq", "A4-80=5", "A4-80=6", "-s", "S-001"), 3, "asked for twice"),
        (
            ("supplier", "rfq", "A4-80=5", "-s", "S-001", "--reply-by", "2026-03-01"),
            2,
            "has passed",
        ),
        (("supplier", "rfq", "PEN-B=5"), 2, "nobody is known to sell"),
        (("supplier", "rate", "CNY", "7"), 2, "a rate is for a foreign currency"),
        (("supplier", "rate", "USD", "0"), 3, "is below"),
        (("supplier", "savings", "--from", "2026-03-02", "--to", "2026-03-01"), 2, "is after"),
        (("purchase", "ship", "PO-1", "A4-80=100"), 3, "of which 60 are left to ship"),
        (("purchase", "ship", "PO-1", "--expected", "2026-03-01"), 3, "before it was shipped"),
        (("purchase", "ship", "PO-1", "--on", "2026-04-01"), 2, "still to come"),
        (("purchase", "ship", "PO-7"), 4, "PO-7"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_writes_nothing(scm, args, code, why):
    before = entries(scm)
    refused = scm(*args)
    told = refused.err.splitlines()
    assert (refused.code, entries(scm)) == (code, before)
    assert told[0].startswith("Error: ")
    assert why in refused.err
    assert len(told) <= 3


def test_an_expired_quote_is_not_accepted(scm):
    assert scm("supplier", "quote", "S-001", "A4-80", "19", "--until", "2026-03-30").err.startswith(
        "Warning: "
    )
    refused = scm("supplier", "quote", "accept", "QT-000001")
    assert (refused.code, "expired on 2026-03-30" in refused.err) == (3, True)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"Your price": -1}, "nothing was imported"),
        ({"Your price": "cheap"}, "nothing was imported"),
        ({"Your price": 5, "From quantity 2": 10}, "needs both"),
        ({"Your price": 5, "From quantity 2": 0, "Price 2": 4}, "!16: two prices hold from 0 on"),
        ({}, "no price is filled in"),
    ],
)
def test_an_answer_that_is_wrong_is_refused_whole(scm, asked, tmp_path, cells, why):
    path = filled(asked["files"][1], tmp_path / "a.xlsx", {"PEN-R": cells})
    before = entries(scm)
    refused = scm("import", path)
    assert (refused.code, entries(scm)) == (3, before)
    assert why in refused.err


def test_an_answer_is_imported_by_itself_and_from_the_inbox(scm, asked, shop, tmp_path):
    path = filled(asked["files"][1], tmp_path / "a.xlsx", {"PEN-R": {"Your price": 1}})
    other = tmp_path / "items.csv"
    other.write_text("sku,name\nX,Y\n")
    assert scm("import", path, str(other)).code == 2
    inbox = shop / "inbox" / "from acme.xlsx"
    inbox.write_bytes(Path(path).read_bytes())
    os.utime(inbox, (1, 1))
    assert scm("inbox", "--json").json["imported"][0]["files"][0]["kind"] == "quotes"
    assert (shop / "inbox" / "done" / "from acme.xlsx").exists()


def test_what_was_shipped_moves_the_day_on_which_it_is_expected(scm):
    done = scm(
        "purchase",
        "ship",
        "PO-1",
        "A4-80=45",
        "--expected",
        "2026-04-12",
        "--tracking",
        "SF1",
        "--json",
    ).json
    assert done["notice"] == "SN-000001"
    (line,) = scm("purchase", "show", "PO-1", "--json").rows
    assert (line["in_transit_qty"], line["expected_on"], line["promised_on"]) == (
        45,
        "2026-04-05",
        "2026-04-05",
    )
    coming = scm("stock", "show", "A4-80", "--json").json["coming"]
    assert [(r["open_qty"], r["expected_on"]) for r in coming] == [
        (15, "2026-04-05"),
        (45, "2026-04-12"),
    ]
    assert scm("purchase", "ship", "PO-1", "--expected", "2026-04-20").code == 0  # the rest
    assert scm("purchase", "ship", "PO-1").code == 3
    assert scm("purchase", "receive", "PO-1", "A4-80=50").code == 0
    (line,) = scm("purchase", "show", "PO-1", "--json").rows
    assert (line["open_qty"], line["in_transit_qty"], line["expected_on"]) == (10, 10, "2026-04-20")
    assert scm("check").code == 0


def test_a_notice_that_is_imported_says_the_same(scm, tmp_path):
    notice = tmp_path / "notice.csv"
    text = (
        "发货通知单号,采购订单号,商品编码,发货数量,发货日期,预计到货日期,运单号\n"
        "FH-1,PO-1,A4-80,{qty},2026-03-30,{day},SF1\n"
    )
    notice.write_text(text.format(qty=60, day="2026-04-09"), encoding="utf-8")
    done = scm("import", str(notice), "--json").json
    assert (done["files"][0]["kind"], done["files"][0]["inserted"]) == ("supplier_shipments", 1)
    assert scm("import", str(notice), "--json").json["entry"] is None
    (line,) = scm("purchase", "show", "PO-1", "--json").rows
    assert (line["in_transit_qty"], line["expected_on"]) == (60, "2026-04-09")
    for qty, day, why in (
        (90, "2026-04-09", "which is for 100"),
        (10, "2026-03-01", "before it was shipped"),
    ):
        notice.write_text(text.format(qty=qty, day=day).replace("FH-1", "FH-2"), encoding="utf-8")
        refused = scm("import", str(notice))
        assert (refused.code, why in refused.err) == (3, True)


def test_late_lines_come_with_a_text_in_the_language_of_the_supplier(scm, shop):
    assert scm("purchase", "change", "PO-1", "--line", "1", "--need-by", "2026-03-20").code == 0
    found = scm("purchase", "late", "--chase", "--json").json
    (row,) = found["rows"]
    assert (row["purchase"], row["state"], row["late_days"]) == ("PO-1", "late", 11)
    (text,) = found["chasers"]
    assert text["language"] == "zh"
    assert "PO-1" in text["text"]
    assert "已逾期 11 天" in text["text"]
    assert (shop / "outbox" / "2026-03-31" / "chase-S-001.txt").read_text(encoding="utf-8") == text[
        "text"
    ]


def test_a_shared_plan_comes_back_with_days_and_the_first_promise_stays(scm, tmp_path):
    shared = scm("supplier", "share-plan", "S-001", "--json").json
    (row,) = [r for r in shared["rows"] if r["sku"] == "A4-80"]
    assert (row["firm_qty"], row["planned_qty"]) == (60, 0)
    book = openpyxl.load_workbook(shared["file"])
    assert all(page.protection.sheet for page in book.worksheets[:2])
    page = book.worksheets[0]
    head = next(r for r in page.iter_rows() if r[2].value == "我方编码")
    day = next(c.column for c in head if c.value == "贵方确认交期")
    page.cell(head[0].row + 1, day).value = "2026-04-18"
    path = tmp_path / "back.xlsx"
    book.save(path)
    done = scm("import", str(path), "--json").json
    assert done["files"][0]["updated"] == 1
    (line,) = scm("purchase", "show", "PO-1", "--json").rows
    assert line["promised_on"] == "2026-04-18"
    assert line["status"] == "confirmed"
    assert scm("import", str(path), "--json").json["entry"] is None
    page.cell(head[0].row + 1, day).value = "2026-03-01"
    book.save(path)
    refused = scm("import", str(path))
    assert (refused.code, "2026-03-01 has passed; it cannot be promised" in refused.err) == (
        3,
        True,
    )


def test_savings_of_a_period(scm):
    assert scm("sql", "SELECT 1").code == 0
    assert scm("purchase", "new", "A4-80=10@16", "--supplier", "S-001").code == 0
    (row,) = scm("supplier", "savings", "--from", "2026-03-25", "--json").rows
    assert (row["supplier"], row["qty"], row["last_price"]) == ("S-001", 10, 17.7)
    assert row["saved_last_amount"] == pytest.approx((17.7 - row["mean_price"]) * 10, abs=0.01)
    assert row["saved_budget_amount"] is None


def test_the_card_of_a_supplier_tells_its_break(scm):
    record = scm("supplier", "show", "S-001", "--json").rows[0]
    assert (record["closed_from_on"], record["order_by_on"]) == ("2027-01-27", "2027-01-20")
