"""`scm money`: due, ageing, pay."""

from __future__ import annotations

import pytest


def due(scm):
    rows = scm("money", "due", "--json").rows
    return {r["partner"]: (r["amount"], r["overdue_amount"], r["oldest_due_on"]) for r in rows}


def test_due_adds_openings_and_deliveries_and_takes_off_advances(scm):
    rows = scm("money", "due", "--json").rows
    names = [
        "partner_kind",
        "partner",
        "name",
        "currency",
        "amount",
        "overdue_amount",
        "oldest_due_on",
    ]
    assert list(rows[0]) == names
    assert due(scm) == {
        "C-002": (300, 300, "2026-01-31"),  # the opening balance
        "C-001": (440, 240, "2026-02-14"),  # 10 at 120 the box of 5, and 8 at 25
        "S-001": (800.04, 0, "2026-04-24"),  # 40 at 17.70 and 13 % tax
        "S-002": (-50, 0, None),  # an advance
    }


def test_ageing_counts_from_the_document(scm):
    found = {r["partner"]: r for r in scm("money", "ageing", "--json").rows}
    first = found["C-001"]
    assert (first["days_0_30_amount"], first["days_61_90_amount"]) == (200, 240)
    assert found["C-002"]["days_61_90_amount"] == 300
    assert (found["S-002"]["amount"], found["S-002"]["advance_amount"]) == (-50, 50)
    only = scm("money", "ageing", "--direction", "payable", "--json").rows
    assert {r["partner"] for r in only} == {"S-001", "S-002"}


def test_a_payment_counts_for_the_oldest_due(scm):
    made = scm("money", "pay", "C-001", "300", "--json").json
    assert (made["payment"], made["direction"], made["open_amount"]) == ("PY-000001", "in", 140)
    assert due(scm)["C-001"] == (140, 0, "2026-04-04")


def test_a_payment_counts_for_the_document_that_it_names(scm):
    scm("money", "pay", "C-001", "200", "--document", "DN-2")
    assert due(scm)["C-001"] == (240, 240, "2026-02-14")


def test_a_supplier_is_paid_and_a_refund_is_owed_again(scm):
    assert scm("money", "pay", "S-001", "800.04", "--json").json["direction"] == "out"
    assert "S-001" not in due(scm)
    refund = scm("money", "pay", "C-002", "20", "--out", "--json").json
    assert refund["open_amount"] == 320
    assert due(scm)["C-002"][0] == 320


def test_numbers_go_on_and_undo_gives_the_debt_back(scm):
    scm("money", "pay", "C-001", "100")
    assert scm("undo").code == 0
    assert due(scm)["C-001"][0] == 440
    assert scm("money", "pay", "C-001", "100", "--json").json["payment"] == "PY-000002"


def test_a_dry_run_writes_nothing(scm):
    assert scm("money", "pay", "C-001", "100", "--dry-run").code == 0
    assert due(scm)["C-001"][0] == 440


@pytest.mark.parametrize(
    ("args", "warning"),
    [
        (("C-002", "400"), "amount: 100.00 more than is owed: it is kept as an advance"),
        (("C-001", "10", "--document", "DN-9"), "document_no: DN-9 is no open document"),
    ],
)
def test_what_looks_wrong_is_told(scm, args, warning):
    found = scm("money", "pay", *args, "--json").json["warnings"]
    assert found[0].startswith(warning)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("C-01", "10"), 4, "Did you mean C-001?"),
        (("C-001", "0"), 3, "below 0.01"),
        (("C-001", "1.234"), 3, "decimal places"),
        (("C-001", "ten"), 3, "not a number"),
        (("C-001", "10", "--on", "soon"), 3, "not a date"),
    ],
)
def test_refusals(scm, args, code, said):
    ran = scm("money", "pay", *args)
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_a_partner_of_both_kinds_needs_the_way(scm):
    scm("customer", "add", "S-001", "--name", "乐普文具")
    ran = scm("money", "pay", "S-001", "5")
    assert (ran.code, "--in" in ran.err) == (2, True)
    assert scm("money", "pay", "S-001", "5", "--in", "--json").json["partner_kind"] == "customer"


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("DN-9", "A4-80=2"), 4, "DN-9"),
        (("DN-1", "PEN-R=2"), 4, "delivery DN-1 has no PEN-R"),
        (("DN-1", "A4-80"), 2, "A4-80 names no price"),
        (("DN-1", "A4-80=-2"), 3, "below 0"),
        (("DN-1", "A4-80=two"), 3, "not a number"),
        (("DN-1", "A4-80=2", "A4-80=3"), 2, "A4-80 has two prices"),
    ],
)
def test_a_price_that_cannot_be_is_refused(scm, args, code, said):
    ran = scm("money", "bill", *args)
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_a_wrong_price_of_a_delivery_is_corrected(scm):
    """DN-1 brought 10 packs, 120.00 a box of 5 by its order; they are billed at 100.00 a box."""
    before = due(scm)["C-001"][0]
    done = scm("money", "bill", "DN-1", "A4-80=100", "--json").json
    assert (done["shipment"], done["customer"], done["amount"]) == ("DN-1", "C-001", 200)
    assert due(scm)["C-001"][0] == before - 40
    assert scm("money", "bill", "DN-1", "A4-80=100", "--json").json["entry"] is None  # as it is
    assert scm("undo").code == 0
    assert due(scm)["C-001"][0] == before
