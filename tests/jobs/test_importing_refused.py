"""What an import refuses: one clear sentence with its place, and nothing half-written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from small_shop import counted

from scm_cli.errors import Exit
from scm_cli.jobs import history, opening
from scm_cli.jobs.importing import RefusedImportError

if TYPE_CHECKING:
    from small_shop import Shop

RECEIPT = "receipt_no,supplier,received_on,sku,accepted_qty\n"
ON_ORDER = "receipt_no,purchase_no,received_on,sku,accepted_qty\n"
ORDER = "order_no,customer,ordered_on,sku,qty,unit_price\n"
DEALER = "customer,sku,from_on,until_on,on_hand_qty,sold_qty\n"

#: The sheet, where, what.
CASES: list[tuple[str, str, str]] = [
    (RECEIPT + "R1,乐普文俱,2026-02-10,A1,5\n", "B2",
     "there is no supplier 乐普文俱; did you mean S1 (乐普文具)?"),
    (RECEIPT + "R1,S1,2026-02-10,ZZZ9,5\n", "D2", "there is no item ZZZ9; enter it first"),
    (RECEIPT + "R1,S1,2026-02-30,A1,5\n", "C2", "2026-02-30 is not a date; write it like 2026-01-05"),
    (RECEIPT + "R1,S1,2026-02-03,A1,abc\n", "E2", "abc is not a number; write it like 1234.50"),
    (RECEIPT + "R1,S1,2026-02-03,A1,-5\n", "E2", "-5 is below 0; enter 0 or more"),
    (RECEIPT + "R1,S1,2026-02-03,A1,1e400\n", "E2", "1e400 is too large to be stored; check the number and its unit"),
    (RECEIPT + "R1,S1,2026-02-03,A1,#REF!\n", "E2",
     "the cell shows the error #REF!; mend its formula, or type the value"),
    (RECEIPT + "R1,,2026-02-03,A1,1\n", "B2", "Supplier is empty"),
    (RECEIPT + "R1,S1,2026-02-03,A1,1\nR1,S2,2026-02-03,A2,1\n", "B2", "lines of R1 differ in Supplier"),
    (ON_ORDER + "R1,PO-1,2026-02-10,A1,500\n", "E2", "A1: 500 received on order PO-1, which is for 100"),
    (ON_ORDER + "R1,PO-9,2026-02-10,A1,5\n", "B2", "order PO-9 is cancelled"),
    (ON_ORDER + "R1,PO-7,2026-02-10,A1,5\n", "B2", "there is no order PO-7"),
    (ON_ORDER + "R1,PO-1,2026-02-10,A3,5\n", "D2", "order PO-1 has no line for A3"),
    ("shipment_no,customer,order_no,shipped_on,sku,qty\nD1,C1,SO-1,2026-02-12,A1,31\n", "F2",
     "A1: 31 delivered on order SO-1, which is for 30"),
    ("return_no,customer,order_no,returned_on,sku,退货数量\nT1,C1,SO-1,2026-02-20,A1,1\n", "F2",
     "A1: 1 returned of order SO-1, of which 0 were delivered"),
    ("warehouse,sku,opening quantity\nMAIN,A3,-4\n", "C2", "-4 is below 0; enter 0 or more"),
    ("sku,name\nB1,One\nB1,Two\n", "A3", "B1 stands in row 2 already, with other content"),
    (ORDER.replace("unit_price", "unit") + "SO-2,C1,2026-03-01,A3,5,箱\n", "F2",
     "item A3 has no unit 箱; add it to the sheet of item units"),
    (ORDER + "SO-9,C1,2026-03-01,A1,-5,1\n", "E2",
     "a quantity below 0; give a return a number that begins with C"),
    ("warehouse,warehouse name\n@X,bad\n", "A2", "a warehouse code may not start with @"),
    ("transfer_no,from_warehouse,to_warehouse,moved_on,sku,qty\nT1,EAST,东仓,2026-03-20,A1,3\n", "C2",
     "a transfer needs two different warehouses"),
    ("sku,warehouse,min_qty,max_qty,rule\nA1,MAIN,9,3,owner\n", "D2", "Min stock 9 is above Max stock 3"),
    ("direction,partner,paid_on,amount\nin,S1,2026-03-20,10\n", "B2",
     "there is no customer S1; enter it first"),
    (ORDER + "SO-2,C1,2026-03-01,A1,3箱5盒,1\n", "E2",
     "item A1 has no unit 盒; write 3箱5盒 as one number in a unit that it has (箱, 支)"),
    ("sku,name\nM1,a\nM2,b,c,d\n", "3", "line 3 has 4 fields, the others 2"),
    (DEALER + "C1,A1,,2026-03-29,12,70\n", "C2",
     "what was sold on needs its days: fill in From and Until"),
    (DEALER + "C1,A1,2026-03-30,2026-03-29,12,70\n", "D2", "From 2026-03-30 is after Until 2026-03-29"),
    ("event,from,until,category\nFair,2026-05-01,2026-05-05,Grops\n", "D2", "there is no category Grops"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "where", "what"), CASES, ids=[c[2][:40] for c in CASES])
def test_a_row_is_refused_with_its_place(shop: Shop, sheet: str, where: str, what: str) -> None:
    error = shop.refusal(sheet)
    assert isinstance(error, RefusedImportError)
    assert (error.problems[0].where, error.problems[0].what.english) == (f"file0.csv {where}", what)
    for each in error.files:
        parts = [each[n] for n in ("inserted", "updated", "unchanged", "set_aside", "refused")]
        assert each["rows_read"] == sum(parts)


def test_digits_that_excel_ate_are_not_guessed(shop: Shop) -> None:
    error = shop.refusal(RECEIPT + "R1,S1,2026-02-03,6.90E+12,1\n")
    assert "its last digits are lost" in error.problems[0].what.english


#: The sheet, the sentence, part of the hint.
SHEETS = [
    ("foo,bar\n1,2\n", "no header was recognised in the first 2 rows", "--map"),
    ("order_no,custmer,ordered_on,sku,quantitty\nSO-2,C1,2026-03-03,A1,4\n",
     "no header was recognised in the first 2 rows; it is nearly that of sales_orders",
     "--map 'custmer=customer' --map 'quantitty=qty'"),
    ("sku,name,名称\nA5,a,b\n", "two columns stand for name: name and 名称", "--map '名称=-'"),
    ("receipt_no,supplier,sku,accepted_qty\nR7,S1,A1,5\n",
     "the sheet has no column for Received on", "--map 'Its header=received_on'"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "sentence", "hint"), SHEETS)
def test_a_sheet_that_cannot_be_read_says_what_to_do(
    shop: Shop, sheet: str, sentence: str, hint: str
) -> None:
    error = shop.refusal(sheet)
    assert error.say.english == sentence
    assert hint in error.hint.english
    assert error.where.startswith("file0.csv")


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"kode": "skuu", "nm": "name"}, "items have no field skuu"),
        ({"code": "sku"}, "there is no column code to read as sku"),
    ],
)
def test_a_wrong_mapping_is_a_mistake_of_the_command(
    shop: Shop, columns: dict[str, str], sentence: str
) -> None:
    error = shop.refusal("kode,nm\nA6,six\n", kind="items", columns=columns)
    assert (error.say.english, error.exit_code) == (sentence, Exit.USAGE)


def test_one_refused_row_refuses_every_file(shop: Shop) -> None:
    error = shop.refusal("sku,name\nQ1,a\n", RECEIPT + "R20,S77,2026-02-10,Q1,5\n")
    assert error.say.english == "1 row is refused; nothing was imported"


def test_partial_takes_the_good_rows_and_refuses_when_none_is_good(shop: Shop) -> None:
    done = shop.take(RECEIPT + "R1,S99,2026-02-10,A1,5\nR2,S1,2026-02-10,A1,5\n", partial=True)
    assert counted(done) == [(2, 1, 0, 0, 0, 1)]
    assert shop.broken() == []
    error = shop.refusal(RECEIPT + "R1,S99,2026-02-10,A1,5\n", partial=True)
    assert error.exit_code == Exit.REFUSED


def test_strict_makes_nothing_and_names_what_is_missing(shop: Shop) -> None:
    sheet = ORDER + "SO-8,C8,2026-03-01,A1,5,1\nSO-9,C1,2026-03-01,Z8,5,1\n"
    error = shop.refusal(sheet, strict=True)
    assert [(p.where, p.what.english) for p in error.problems] == [
        ("file0.csv B2", "there is no customer C8; enter it first"),
        ("file0.csv D3", "there is no item Z8; enter it first"),
    ]
    good = sheet + "SO-10,C1,2026-03-01,A1,5,1\n"
    assert counted(shop.take(good, strict=True, partial=True)) == [(3, 1, 0, 0, 0, 2)]


def test_refusals_come_in_the_order_of_the_sheet(shop: Shop) -> None:
    error = shop.refusal(
        RECEIPT + "R1,S1,2026-02-03,ZZZ9,1\nR2,S9,2026-02-30,A1,abc\nR3,S1,2026-02-03,A1,x\n"
    )
    places = [p.where.removeprefix("file0.csv ") for p in error.problems]
    assert places == ["D2", "C3", "E3", "E4"]


@pytest.mark.parametrize(
    ("kind", "hint"), [("itmes", "Did you mean items?"), ("zzzzzz", "Kinds: warehouses")]
)
def test_a_kind_that_there_is_not_gets_the_nearest(shop: Shop, kind: str, hint: str) -> None:
    error = shop.refusal("sku,name\nA6,six\n", kind=kind)
    assert error.hint.english.startswith(hint)


def test_the_opening_is_closed_for_good(shop: Shop) -> None:
    opening.finish(shop.run)
    sheet = "warehouse,sku,opening quantity\nMAIN,A3,4\n"
    told = shop.refusal(sheet).problems[0].what.english
    assert told == "the opening of the books is closed; correct the stock with a count"
    balance = "kind,partner,amount\nreceivable,C1,5\n"
    told = shop.refusal(balance).problems[0].what.english
    assert told == "the opening of the books is closed; correct the balance with a payment"
    same = "warehouse,sku,opening quantity,unit cost\nMAIN,A1,500,1.5\n"
    assert counted(shop.take(same)) == [(1, 0, 0, 1, 0, 0)]
    done = shop.take("sku,name,期初数量,销售价\nA3,Glue,99,1\n", kind="items")
    assert counted(done) == [(1, 0, 1, 0, 0, 0)]
    assert shop.rows("SELECT count(*) FROM opening_stock") == [(2,)]


def test_an_entry_on_which_another_builds_stays(shop: Shop) -> None:
    first = shop.take(RECEIPT + "R1,S1,2026-02-10,A1,5\n").committed.entry
    shop.take(RECEIPT + "R1,S1,2026-02-10,A1,6\n")
    with pytest.raises(Exception, match="changed the same receipt R1/1 later"):
        history.undo(shop.run, first)


def test_money_adds_up_without_a_negative_zero(shop: Shop) -> None:
    rows = (
        ORDER
        + "SO-5,C1,2026-03-01,A1,3,0.001\nSO-5,C1,2026-03-01,M,-1,0\nSO-5,C1,2026-03-01,D,-1,2\n"
    )
    (file,) = shop.take(rows).files
    told = {
        (p["fate"], p["reason"]): (p["rows"], p["qty"], p["amount"]) for p in file["reconciliation"]
    }
    assert {k: tuple(float(v) for v in vs) for k, vs in told.items()} == {
        ("imported", None): (1, 3, 0.003),
        ("set aside", "charge: manual"): (1, -1, 0),
        ("set aside", "charge: discount"): (1, -1, -2),
    }
    assert "-0" not in json.dumps([str(v[2]) for v in told.values() if not v[2]])


def test_orders_whose_quantity_is_not_known_are_no_list_of_customers(shop: Shop) -> None:
    sheet = "销售订单号,客户,订单日期,商品编码,多少,单价\nSO-8,C1,2026-02-01,A1,5,3\n"
    told = str(shop.refusal(sheet).say)
    assert told.startswith("no header was recognised in the first 2 rows")


@pytest.mark.parametrize(
    "lines",
    ["C1,A1,,2026-03-29,12,\n", "C1,A1,2026-03-16,2026-03-22,9,3\nC1,A1,,2026-03-29,12,7\n"],
    ids=["tells only what is left", "goes on from the row before"],
)
def test_a_dealer_may_leave_out_from_where_nothing_is_lost(shop: Shop, lines: str) -> None:
    shop.take(DEALER + lines)
    sold = shop.rows("SELECT count(*) FROM dealer_stock WHERE sold_qty IS NOT NULL")
    assert shop.rows("SELECT count(*) FROM dealer_sale") == sold
