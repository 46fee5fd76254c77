"""Goods leave up to today, come back after they left, and in a lot in which they left."""

from __future__ import annotations

from datetime import date

import pytest

from scm_cli.core.order.returns import require_shipped


def prepare(folder, scm):
    """An order of blue pens of which two lots left on two days; three are still held."""
    for lot in ("L1", "L2"):
        assert scm("stock", "count", "PEN-B=20", "--lot", lot, "--difference", "found").code == 0
    assert scm("order", "new", "-c", "C-001", "--line", "PEN-B=12").code == 0
    number = scm("order", "list", "--json").rows[0]["order"]
    for qty, lot, on in ((4, "L1", "2026-03-20"), (5, "L2", "2026-03-25")):
        ran = scm("order", "ship", number, f"PEN-B={qty}", "--lot", lot, "--on", on)
        assert ran.code == 0, ran.err


@pytest.fixture
def number(scm):
    return scm("order", "list", "--json").rows[0]["order"]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("ship", "--on", "2026-04-01"), 2, "2026-04-01 is still to come"),
        (("return", "PEN-B=1", "--on", "2026-04-01"), 2, "2026-04-01 is still to come"),
        (("return", "PEN-B=1", "--on", "2026-03-19"), 3,
         "left on 2026-03-20; it cannot come back on 2026-03-19"),
        (("return", "PEN-B=1", "--lot", "NOLOT"), 3,
         "lot NOLOT of PEN-B was not shipped on order {number}, which shipped L1, L2"),
    ],
)  # fmt: skip
def test_days_and_lots_that_cannot_be_are_refused(scm, number, args, code, said):
    before = scm("log", "--json").rows
    ran = scm("order", args[0], number, *args[1:])
    assert (ran.code, said.format(number=number) in ran.err) == (code, True), ran.err
    assert scm("log", "--json").rows == before


def test_a_lot_that_was_shipped_comes_back_on_the_day_it_left(scm, number):
    ran = scm("order", "return", number, "PEN-B=1", "--lot", "L1", "--on", "2026-03-20")
    assert ran.code == 0, ran.err


def test_what_left_without_a_lot_comes_back_without_one(scm):
    ran = scm("order", "return", "SO-2", "A4-80=1", "--lot", "L1")
    assert (ran.code, "shipped on order SO-2 without a lot" in ran.err) == (3, True), ran.err
    assert scm("order", "return", "SO-2", "A4-80=1").code == 0


@pytest.mark.parametrize(
    "command",
    [
        ("order", "deliver", "{number}"),
        ("stock", "receive", "PEN-B=1"),
        ("stock", "issue", "PEN-B=1"),
        ("stock", "count", "PEN-B=1"),
        ("stock", "move", "PEN-B=1", "--from", "MAIN", "--to", "EAST"),
        ("money", "pay", "C-001", "5"),
    ],
)
def test_what_has_happened_has_no_day_ahead(scm, number, command):
    ran = scm(*(part.format(number=number) for part in command), "--on", "2026-04-01")
    assert (ran.code, "2026-04-01 is still to come" in ran.err) == (2, True), ran.err


DELIVERED = "Delivery,Customer,Order number,Shipped on,Delivered on,Item code,Quantity,Lot\n"
RETURNED = "Return,Customer,Order number,Returned on,Item code,Quantity,Lot\n"


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (DELIVERED + "DN-9,C-001,,2026-04-01,,PEN-B,1,\n", "2026-04-01 is still to come"),
        (DELIVERED + "DN-9,C-001,,2026-03-30,2026-04-01,PEN-B,1,\n", "2026-04-01 is still to come"),
        (DELIVERED + "DN-9,C-001,,2026-03-30,2026-03-29,PEN-B,1,\n",
         "Shipped on 2026-03-30 is after Delivered on 2026-03-29"),
        (RETURNED + "RT-9,C-001,{number},2026-04-01,PEN-B,1,\n", "2026-04-01 is still to come"),
        (RETURNED + "RT-9,C-001,{number},2026-03-19,PEN-B,1,\n",
         "left on 2026-03-20; it cannot come back on 2026-03-19"),
        (RETURNED + "RT-9,C-001,{number},2026-03-30,PEN-B,1,NOLOT\n",
         "lot NOLOT of PEN-B was not shipped on order"),
    ],
)  # fmt: skip
def test_a_sheet_says_no_more_than_a_command(scm, tmp_path, number, sheet, said):
    path = tmp_path / "said.csv"
    path.write_text(sheet.format(number=number), "utf-8")
    ran = scm("import", str(path))
    assert (ran.code, said in ran.err) == (3, True), ran.err


def test_what_is_in_the_books_comes_in_again(scm, tmp_path, number):
    """A day that was told ahead once, and is in the books, does not stop their own export."""
    later = tmp_path / "later.csv"
    later.write_text(DELIVERED + "DN-9,C-001,,2026-04-01,,PEN-B,1,\n", "utf-8")
    assert scm("import", str(later), "--today", "2026-04-01").code == 0
    again = scm("import", str(later), "--json")
    assert (again.code, again.json["entry"]) == (0, None)
    later.write_text(DELIVERED + "DN-9,C-001,,2026-04-02,,PEN-B,1,\n", "utf-8")
    assert scm("import", str(later)).code == 3


def test_goods_that_left_before_the_books_come_back_on_any_day():
    line = {"order_no": "SO-1", "sku": "A", "left_on": None, "lots": ["L1"]}
    require_shipped(line, "L9", date(2026, 1, 10))
