"""Scores from papers to rows: imported, scored, kept at night, felt by orders and requests."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from small_shop import Shop

from scm_cli import settings
from scm_cli.core.stock.entry import lines as typed
from scm_cli.errors import ScmError
from scm_cli.jobs import grades, inspection, nightly, opening, purchase, rates, review, rfq, score
from scm_cli.run import Run
from scm_cli.settings import FILE
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 4, 2)
BASE = (
    "sku,name,unit\nA,Paper,pcs\nB,Pen,pcs\n",
    "supplier,supplier name,lead time (days),internal\nS,Good,7,\nT,Late,7,\nU,Own depot,7,yes\nV,Idle,7,\n",
    "supplier,sku,unit price,tax included\nS,A,10,no\nT,A,8,no\n",
)
HEAD = (
    "purchase_no,line_no,supplier,ordered_on,sku,qty,unit_price,tax_included,status,promised_on\n"
)
CAME = (
    "receipt_no,line_no,supplier,received_on,purchase_no,purchase_line_no,sku,accepted_qty,rejected_qty,"
    "unit_price,tax_included\n"
)


def papers(supplier: str, days_late: int, lines: int = 6, month: int = 2) -> tuple[str, str]:
    """Orders of ten pieces of A at 10, promised for the 10th, that many days late."""
    orders, receipts = HEAD, CAME
    for n in range(1, lines + 1):
        number = f"{supplier}{month}-{n}"
        orders += (
            f"{number},1,{supplier},2026-{month:02d}-01,A,10,10,no,closed,2026-{month:02d}-10\n"
        )
        receipts += (
            f"R-{number},1,{supplier},2026-{month:02d}-{10 + days_late},{number},1,A,10,0,10,no\n"
        )
    return orders, receipts


@pytest.fixture(scope="module")
def bought(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """S is always in time, T always five days late, U is our own depot, V has sold us nothing."""
    folder = tmp_path_factory.mktemp("scored")
    run = Run(datetime(2026, 3, 31, 9), date(2026, 3, 31), folder / "shop", who="test", pid=1)
    opening.make(run, date(2026, 4, 1))
    shop = Shop(replace(run, today=TODAY), folder)
    shop.take(*BASE)
    for supplier, days in (("S", 0), ("T", 5), ("U", 9)):
        shop.take(*papers(supplier, days))
    return shop


@pytest.fixture
def firm(bought: Shop, tmp_path: Path) -> Shop:
    """A copy of that firm."""
    folder = shutil.copytree(bought.run.shop, tmp_path / "shop")
    return Shop(replace(bought.run, folder=folder), tmp_path)


def by_supplier(shop: Shop, **asked: Any) -> dict[str, dict[str, Any]]:
    found = score.scored(shop.run, score.period(shop.run, score.Asked(**asked)))
    return {row["supplier"]: row for row in score.rows(found.cards)}


def set_(shop: Shop, text: str) -> None:
    """Settings are read once a run; a new text is another run."""
    (shop.run.shop / FILE).write_text(text, encoding="utf-8")
    settings.load.cache_clear()


def test_a_quarter_from_papers_to_rows(firm: Shop) -> None:
    rows = by_supplier(firm, quarter="2026Q1")
    assert list(rows) == ["S", "T", "U", "V"]
    good, late, depot, idle = rows.values()
    assert (good["lines"], good["on_time_pct"], good["late_days_p90"]) == (6, 100.0, 0.0)
    assert (late["on_time_pct"], late["delivered_pct"], late["late_days_p90"]) == (0.0, 100.0, 5.0)
    assert (good["price_index"], good["price_coverage_pct"]) == (125.0, 100.0)  # T asks 8
    assert late["price_index"] == 100.0  # bought at 10, S asks 10
    assert good["score_pct"] > late["score_pct"]
    assert good["on_time_low_pct"] < good["on_time_high_pct"] <= 100.0
    assert (depot["on_time_pct"], depot["score_pct"], depot["rank"], depot["advice"]) == (
        0.0, None, None, None,
    )  # fmt: skip
    assert (idle["lines"], idle["on_time_pct"], idle["score_pct"], idle["tier"]) == (
        0, None, None, "unrated",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ({"month": "2026-02"}, 6),
        ({"month": "2026-03"}, 0),
        ({"first": date(2026, 2, 10), "last": date(2026, 2, 10)}, 6),
        ({"first": date(2026, 2, 11), "last": date(2026, 4, 1)}, 0),  # by the day they were due
        ({}, 6),  # the newest quarter that has ended
    ],
)
def test_one_row_for_the_whole_range(firm: Shop, asked: dict[str, Any], lines: int) -> None:
    assert by_supplier(firm, **asked)["T"]["lines"] == lines


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"quarter": "2026Q2"}, "has not ended"),
        ({"first": date(2026, 4, 1), "last": TODAY}, "has not ended"),
        ({"month": "2026-02", "quarter": "2026Q1"}, "one period at a time"),
        ({"first": date(2026, 4, 1)}, "needs both ends"),
    ],
)
def test_periods_that_are_refused(firm: Shop, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(ScmError, match=told):
        by_supplier(firm, **asked)


def test_grace_and_tolerance_come_from_the_settings(firm: Shop) -> None:
    set_(firm, "[scoring]\ngrace_days = 5\n")
    run = replace(firm.run, today=date(2026, 4, 10))
    rows = by_supplier(Shop(run, firm.folder), quarter="2026Q1")
    assert rows["T"]["on_time_pct"] == 100.0
    with pytest.raises(
        ScmError, match="has not ended"
    ):  # a line of 31 March may still come in time
        by_supplier(firm, quarter="2026Q1")


def test_weights_that_do_not_add_to_100_are_refused(firm: Shop) -> None:
    set_(firm, "[scoring.weights]\nprice = 20\n")
    with pytest.raises(ScmError) as caught:
        by_supplier(firm)
    (problem,) = caught.value.problems
    assert problem.what.english == "the weights add to 105, not 100"


def test_a_promise_that_we_moved_counts_anew(firm: Shop) -> None:
    """The first promise is frozen; a day that we change is promised, and frozen, again."""
    run = replace(firm.run, today=date(2026, 1, 20))
    number = purchase.new(run, "V", typed(["B=10"]), date(2026, 1, 25), None, draft=False).number
    purchase.confirm(run, number, date(2026, 1, 25), None)
    purchase.confirm(run, number, date(2026, 2, 20), None)  # it says later: that does not count
    assert by_supplier(firm, month="2026-01")["V"]["lines"] == 1
    purchase.change(run, number, 1, {"requested_on": date(2026, 3, 5)})
    purchase.confirm(run, number, date(2026, 3, 6), None)
    assert by_supplier(firm, month="2026-01")["V"]["lines"] == 0
    late = by_supplier(firm, month="2026-03")["V"]
    assert (late["lines"], late["on_time_pct"], late["padding_days"]) == (1, 0.0, 1.0)


def test_an_inspection_lowers_the_pass_rate(firm: Shop) -> None:
    values = {"supplier": "S", "sku": "A", "receipt_no": "R-S2-1", "inspected_on": TODAY,
              "inspected_qty": Decimal(10), "failed_qty": Decimal(6), "is_safety": False,
              "finding": "torn"}  # fmt: skip
    done = inspection.enter(firm.run, values)
    assert done.number == "QC-000001"
    row = by_supplier(firm)["S"]
    assert (row["quality_pct"], row["failed_qty"]) == (90.0, 6.0)
    with pytest.raises(ScmError, match="only 10 were inspected"):
        inspection.enter(firm.run, {**values, "failed_qty": Decimal(11)})
    with pytest.raises(ScmError, match="came from S"):
        inspection.enter(firm.run, {**values, "supplier": "T"})


def test_inspections_come_in_as_a_sheet(firm: Shop) -> None:
    done = firm.take(
        "质检日期,供应商编码,商品编码,检验数量,检验不合格数量,安全事故\n2026-03-01,S,A,10,1,是\n"
    )
    assert done.files[0]["kind"] == "inspections"
    row = by_supplier(firm)["S"]
    assert (row["tier"], row["cause"]) == ("D", "failure")  # somebody was in danger


def test_a_safety_failure_is_felt_at_night_and_by_the_next_order(firm: Shop) -> None:
    firm.take(
        "inspected_on,supplier,sku,inspected_qty,failed_qty,is_safety\n2026-03-01,S,A,10,1,yes\n"
    )
    first = nightly.night(firm.run)
    assert [path.rpartition("/")[2] for path in first.files[-2:]] == [
        "review-2026Q1.xlsx", "review-2026Q1.pdf",
    ]  # fmt: skip
    assert ("supplier fell", "S") in {(m.kind, m.who) for m in first.messages}
    assert firm.rows("SELECT supplier, tier FROM supplier_score ORDER BY 1") == [
        ("S", "D"), ("T", firm.rows("SELECT tier FROM supplier_score WHERE supplier = 'T'")[0][0]),
        ("U", "unrated"),
    ]  # fmt: skip
    again = nightly.night(firm.run)
    assert not any("review" in path for path in again.files)  # not due any more
    done = purchase.new(firm.run, "S", typed(["A=10"]), None, None, draft=False)
    assert [w.what.english for w in done.warnings] == ["it is graded D in 2026Q1"]


def test_a_blocked_grade_gets_no_order_and_no_request(firm: Shop) -> None:
    firm.take(
        "inspected_on,supplier,sku,inspected_qty,failed_qty,is_safety\n2026-03-01,S,A,10,1,yes\n"
    )
    review.quarterly(firm.run)
    set_(firm, '[scoring]\nblock_tiers = ["D"]\n')
    before = firm.state()
    with pytest.raises(ScmError, match="that grade is blocked"):
        purchase.new(firm.run, "S", typed(["A=10"]), None, None, draft=False)
    with pytest.raises(ScmError, match="that grade is blocked"):
        rfq.ask(firm.run, typed(["A=10"]), rfq.Asking(("S",), None, None, None, None))
    assert firm.state() == before
    asked = rfq.ask(firm.run, typed(["A=10"]), rfq.Asking((), None, None, None, None))
    assert asked.suppliers == ["T"]  # of those that nobody named it is left out
    run = replace(firm.run, reason="no one else can")
    done = purchase.new(run, "S", typed(["A=10"]), None, None, draft=False, override=True)
    assert [w.what.english for w in done.warnings] == ["it is graded D in 2026Q1"]


def test_a_review_tells_what_to_do_and_why(firm: Shop) -> None:
    set_(firm, "[scoring]\nc_pct = 74.0\n")
    done = review.reviewed(firm.run, "2026Q1", firm.folder / "out")
    rows = {row["supplier"]: row for row in done.rows}
    assert list(rows) == ["S", "T"]  # our own depot and those who sold nothing are left out
    late = rows["T"]
    assert (late["tier"], late["advice"], late["alternative"]) == ("D", "drop", "S")
    assert late["spend_pct"] == 50.0
    said = [each.english for each in (*late["evidence"], *late["stake"])]
    assert said[0] == "on time in full: 0 of 6 lines; on time: 0; delivered: 100.0 %"
    assert said[-1].startswith("best alternative: S, for 100.0 % of it; switching costs 0.00 CNY")
    assert sorted(path.name for path in (firm.folder / "out").iterdir()) == [
        "review-2026Q1.pdf", "review-2026Q1.xlsx",
    ]  # fmt: skip


def test_amounts_in_a_currency_without_a_rate_are_told(firm: Shop) -> None:
    orders, receipts = papers("V", 0)
    head, _, body = orders.partition("\n")
    firm.take(f"{head},currency\n" + body.replace("\n", ",USD\n"), receipts)
    found = score.scored(firm.run, score.period(firm.run, score.Asked()))
    assert [note.english for note in found.notes] == [
        "no exchange rate for USD: its amounts are taken as they stand"
    ]


def test_prices_in_two_currencies_are_compared_at_the_rate(firm: Shop) -> None:
    """A supplier in dollars at 8 yuan beside one who asks 10: the cheaper, and the alternative."""
    rates.enter(firm.run, "USD", "2", date(2026, 1, 1))
    firm.take("supplier,supplier name,currency\nW,Abroad,USD\n")
    orders, receipts = papers("W", 0)
    price = "supplier,sku,unit price,tax included\nW,A,4,no\n"
    firm.take(
        orders.replace(",10,10,no", ",10,4,no"), receipts.replace(",0,10,no", ",0,4,no"), price
    )
    found = by_supplier(firm, quarter="2026Q1")
    assert (found["W"]["price_index"], found["S"]["price_index"]) == (100.0, 125.0)
    assert found["W"]["price_coverage_pct"] == 100.0
    assert found["S"]["alternative"] in ("T", "W")


def test_an_inspection_sheet_that_cannot_be_is_refused(firm: Shop) -> None:
    sheet = "inspected_on,supplier,sku,inspected_qty,failed_qty\n2026-03-01,S,A,10,11\n"
    error = firm.refusal(sheet)
    assert "Failed 11 is above Inspected 10" in error.problems[0].what.english


def test_a_supplier_that_falls_is_told_in_the_night_after_the_quarter(firm: Shop) -> None:
    review.quarterly(firm.run)
    later = replace(firm.run, now=datetime(2026, 7, 2, 2), today=date(2026, 7, 2))
    Shop(later, firm.folder).take(*papers("S", 9, lines=12, month=5))
    review.quarterly(later)
    with reading(later) as con:
        told = {n.who: n for n in grades.notices(con, later, timedelta(days=7))}
        assert grades.notices(con, later, timedelta(days=0)) == []  # no longer news
    assert (told["S"].kind, told["S"].document) == ("supplier fell", "2026Q2")
    assert told["S"].what.english.startswith("now graded D: score ")


def test_a_safety_failure_of_today_does_not_wait_for_the_quarter(firm: Shop) -> None:
    values = {"supplier": "S", "sku": "A", "receipt_no": None, "inspected_on": TODAY, "finding": "fire",
              "inspected_qty": Decimal(10), "failed_qty": Decimal(10), "is_safety": True}  # fmt: skip
    inspection.enter(firm.run, values)
    found = score.scored(firm.run, score.period(firm.run, score.Asked()), "S")
    first, *_ = score.standing(found, "S")
    assert (first["period"], first["tier"], first["cause"]) == ("2026Q1", "D", "failure")
    done = purchase.new(firm.run, "S", typed(["A=10"]), None, None, draft=False)
    assert [w.what.english for w in done.warnings] == [
        "it is graded D since the safety failure of 2026-04-02"
    ]
    told = {(m.kind, m.who) for m in nightly.night(firm.run).messages}
    assert ("safety failure", "S") in told


def test_an_expired_licence_is_a_d_at_once(firm: Shop) -> None:
    set_(firm, '[papers.required]\n"*" = ["business_licence"]\n')
    firm.take("supplier,paper,paper no.,valid until\nS,business_licence,L1,2026-04-01\n"
              "T,business_licence,L2,2027-04-01\n")  # fmt: skip
    rows = by_supplier(firm)
    assert (rows["S"]["documents_pct"], rows["V"]["documents_pct"]) == (100.0, 0.0)
    found = score.scored(firm.run, score.period(firm.run, score.Asked()))
    tiers = {row["supplier"]: (row["tier"], row["cause"]) for row in score.standing(found, None)}
    assert tiers["S"] == ("D", "failure")
    assert tiers["T"][1] != "failure"
    assert "V" not in tiers  # never shown a licence: missing, not expired
