"""What an entry sets off for orders: imported lines are promised, deposits confirm, counts tell."""

from __future__ import annotations

import pytest

HEAD = "order_no,customer,ordered_on,requested_on,sku,qty,unit_price,priority\n"


@pytest.fixture
def take(scm, tmp_path):
    """Import a sheet that is given as text."""

    def run(text, name="sheet.csv", *more):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return scm("import", str(path), "--json", *more)

    return run


def lines(scm, number):
    found = scm("order", "show", number, "--json").rows
    return [(r["sku"], r["allocated_qty"], r["promised_on"]) for r in found]


def test_an_imported_order_is_promised_and_allocated_as_one_that_was_typed(scm, take):
    asked = ("--line", "A4-80=70@20", "--line", "PEN-R=2@1", "--requested", "2026-04-02")
    typed = scm("order", "new", "-c", "C-002", *asked, "--json").json
    expected = lines(scm, typed["order"])
    assert scm("undo").code == 0
    ran = take(
        HEAD
        + "X-1,C-002,2026-03-31,2026-04-02,A4-80,70,20,5\nX-1,C-002,2026-03-31,2026-04-02,PEN-R,2,1,5\n"
    )
    assert (ran.code, ran.json["promised"]) == (0, 2)
    assert lines(scm, "X-1") == expected
    assert all(promised is not None for _, _, promised in expected)
    assert scm("check", "--deep").code == 0


def test_stock_goes_to_the_first_in_rank_of_a_sheet_not_to_the_first_row(scm, take):
    take(
        HEAD
        + "X-1,C-002,2026-03-31,2026-04-09,PEN-R,3,1,5\nX-2,C-001,2026-03-31,2026-04-09,PEN-R,3,1,1\n"
    )  # nine lie here, six of them held
    assert lines(scm, "X-2") == [("PEN-R", 3, "2026-04-09")]
    assert lines(scm, "X-1") == [("PEN-R", 0, None)]


def test_lines_that_nothing_covers_or_that_come_late_are_told_together(scm, take):
    rows = [f"X-{n},C-002,2026-03-31,2026-04-01,PEN-B,1,2,5" for n in range(8)]
    rows.append("Y-1,C-002,2026-03-31,2026-04-01,A4-80,90,2,5")
    told = take(HEAD + "\n".join(rows)).json["warnings"]
    assert told == [
        (
            "X-0/1 PEN-B, X-1/1 PEN-B, X-2/1 PEN-B, X-3/1 PEN-B, X-4/1 PEN-B, +3: "
            "8 lines have no firm supply: no day is promised"
        ),
        "Y-1/1 A4-80: 1 line cannot be there on the requested day; a later one is promised",
    ]


def test_history_is_not_promised_and_undo_takes_all_of_it_back(scm, take):
    before = scm("sql", "SELECT count(*) AS n FROM reservation", "--json").rows
    ran = take(HEAD + "H-1,C-002,2025-11-02,,A4-80,5,20,5\nX-1,C-002,2026-03-31,,A4-80,5,20,5\n")
    assert ran.json["promised"] == 1
    assert lines(scm, "H-1") == [("A4-80", 0, None)]
    assert scm("undo").code == 0
    assert scm("sql", "SELECT count(*) AS n FROM reservation", "--json").rows == before
    assert scm("order", "show", "X-1").code == 4


def test_a_blank_cell_does_not_take_a_promise_back(scm, take):
    sheet = HEAD.replace("priority", "promised_on") + "X-1,C-002,2026-03-31,,A4-80,5,20,\n"
    take(sheet)
    promised = lines(scm, "X-1")
    assert promised == [("A4-80", 5, "2026-04-04")]
    assert take(sheet).json["entry"] is None
    assert take(sheet.replace(",5,20,", ",5,21,"), "b.csv").json["entry"] is not None
    assert lines(scm, "X-1") == promised


DEPOSIT = (
    "order",
    "new",
    "-c",
    "C-002",
    "--line",
    "A4-80=10@20",
    "--terms",
    "deposit",
    "--deposit",
    "30",
)


def test_a_deposit_confirms_its_order_in_the_entry_of_the_payment(scm):
    number = scm(*DEPOSIT, "--json").json["order"]
    paid = scm("money", "pay", "C-002", "60", "--document", number)
    assert f"Order {number} is confirmed: its deposit came." in paid.out
    assert "no open document" not in paid.err
    assert lines(scm, number) == [("A4-80", 10, "2026-04-04")]
    assert scm("undo").code == 0
    shown = scm("order", "show", number, "--json").json
    assert (shown["status"], shown["waits_for"], shown["rows"][0]["allocated_qty"]) == (
        "draft", "deposit", 0,
    )  # fmt: skip


def test_a_part_of_a_deposit_is_told_and_confirms_nothing(scm):
    number = scm(*DEPOSIT, "--json").json["order"]
    paid = scm("money", "pay", "C-002", "59.99", "--document", number)
    assert f"{number}: it still waits for deposit" in paid.err
    assert scm("money", "pay", "C-002", "0.01", "--document", number, "--json").json[
        "confirmed"
    ] == [number]


def test_a_payment_that_names_no_order_is_told_of_the_one_that_waits(scm):
    number = scm(*DEPOSIT, "--json").json["order"]
    paid = scm("money", "pay", "C-002", "60")
    assert f"{number}: it waits for its deposit, and this payment does not name it" in paid.err
    assert scm("order", "show", number, "--json").json["status"] == "draft"


def test_an_imported_payment_confirms_too(scm, take):
    number = scm(*DEPOSIT, "--json").json["order"]
    sheet = "direction,partner,paid_on,amount,document_no\nin,C-002,2026-03-31,60,{}\n"
    assert take(sheet.format(number)).json["confirmed"] == [number]
    assert lines(scm, number) == [("A4-80", 10, "2026-04-04")]


def test_a_deposit_that_holds_shipping_lets_the_goods_go_at_once(scm):
    number = scm(*DEPOSIT, "--deposit-holds", "shipping", "--json").json["order"]
    refused = scm("order", "ship", number)
    assert (refused.code, "ships when 60.00 is paid" in refused.err) == (3, True)
    scm("money", "pay", "C-002", "60", "--document", number)
    assert scm("order", "ship", number).code == 0


LOST = "SO-2/2: 4 of PEN-R that it held are not there any more. See who waits: scm order late"


def test_a_count_that_eats_into_held_stock_names_the_orders(scm):
    ran = scm("stock", "count", "PEN-R=2")
    assert (ran.code, LOST in ran.err) == (0, True), ran.err
    late = scm("order", "late", "--json").rows
    mine = next(r for r in late if (r["order"], r["line"]) == ("SO-2", 2))
    assert (mine["cause"], mine["document"]) == ("lost in a count", "CT-000001")
    assert scm("undo").code == 0
    late = scm("order", "late", "--json").rows
    assert not any(r["cause"] == "lost in a count" for r in late)


def test_a_count_that_leaves_what_is_held_says_nothing(scm):
    assert scm("stock", "count", "PEN-R=6").err == ""


def test_an_imported_count_names_them_as_well(scm, take):
    sheet = "warehouse,counted_on,sku,counted_qty\nMAIN,2026-03-31,PEN-R,2\n"
    assert take(sheet).json["warnings"] == [LOST.partition(". See")[0]]


def test_goods_that_leave_over_others_heads_are_told(scm):
    ran = scm("stock", "issue", "PEN-R=8", "--customer", "C-002")
    assert "SO-2/2: 5 of PEN-R that it held are not there any more" in ran.err


def test_what_has_expired_does_not_make_held_goods_free(scm):
    """Six lie there that went off, and six that another order holds."""
    scm(
        "stock",
        "receive",
        "PEN-B=6",
        "--supplier",
        "S-001",
        "--lot",
        "L1",
        "--expiry",
        "2026-03-01",
    )
    scm(
        "stock",
        "receive",
        "PEN-B=6",
        "--supplier",
        "S-001",
        "--lot",
        "L2",
        "--expiry",
        "2026-12-01",
    )
    scm("order", "new", "-c", "C-002", "--line", "PEN-B=6@2")
    ran = scm("order", "sell", "--line", "PEN-B=6@2")
    assert (ran.code, "0 are free, 6 are held for other orders" in ran.err) == (3, True), ran.err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("PEN-R,20", "goods of line 1 of SO-2 have moved: it is of A4-80, not of PEN-R"),
        ("A4-80,7", "8 of line 1 of SO-2 have moved; it cannot become 7"),
    ],
)
def test_a_sheet_cannot_turn_a_line_that_was_shipped_into_another(scm, take, row, said):
    """Eight of the twenty of SO-2 have left."""
    ran = take(f"order_no,customer,ordered_on,line_no,sku,qty\nSO-2,C-001,2026-03-01,1,{row}\n")
    assert (ran.code, ran.json["error"]["problems"][0]["what"]) == (3, said)
    assert (
        take("order_no,customer,ordered_on,line_no,sku,qty\nSO-2,C-001,2026-03-01,1,A4-80,8\n").code
        == 0
    )
    assert scm("check", "--deep").code == 0


def test_a_sheet_cannot_turn_a_line_that_was_received_into_another(take):
    head = "purchase_no,supplier,ordered_on,line_no,sku,qty\n"
    ran = take(head + "PO-1,S-001,2026-03-20,1,PEN-R,100\n")
    assert ran.code == 3
    assert "goods of line 1 of PO-1 have moved" in ran.json["error"]["problems"][0]["what"]


def test_a_shipment_notice_is_held_against_notices_not_against_promises(scm, take):
    """S-001 kept its promises 20 days late; what it says is on its way comes sooner than that."""
    head = "purchase_no,supplier,ordered_on,promised_on,line_no,sku,qty\n"
    past = [f"P-{n},S-001,2026-01-05,2026-02-01,1,PEN-R,10" for n in range(8)]
    assert take(head + "\n".join(past)).code == 0
    came = [f"R-{n},2026-02-21,S-001,P-{n},1,PEN-R,10" for n in range(8)]
    ran = take(
        "receipt_no,received_on,supplier,purchase_no,purchase_line_no,sku,accepted_qty\n"
        + "\n".join(came)
    )
    assert ran.code == 0, ran.err
    assert take(head + "P-9,S-001,2026-03-20,2026-04-03,1,PEN-B,500").code == 0

    def latest():
        (told,) = scm("order", "promise", "PEN-B", "400", "--json").rows
        return told["promise_p90_on"]

    before = latest()
    assert scm("purchase", "ship", "P-9", "--expected", "2026-04-03").code == 0
    assert (before[:7], latest()[:7]) == ("2026-04", "2026-04")
    assert latest() < before


def test_a_delivery_imported_for_its_own_order_takes_what_it_held_and_nobody_is_warned(scm, take):
    take(HEAD + "X-1,C-002,2026-03-31,2026-04-09,A4-80,20,20,5\n")
    gone = take(
        "shipment_no,shipped_on,customer,order_no,sku,qty\nD-1,2026-03-31,C-002,X-1,A4-80,20\n",
        "deliveries.csv", "--kind", "deliveries",
    )  # fmt: skip
    assert gone.code == 0, gone.err
    assert "not there any more" not in gone.out + gone.err
    assert scm("check", "--deep").code == 0
