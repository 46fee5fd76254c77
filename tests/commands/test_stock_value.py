"""`scm stock value`: the ledger at moving-average cost; late, moved and taken-back goods."""

from __future__ import annotations


def value(scm, sku="PEN-B", *more):
    found = scm("stock", "value", "--json", *more).rows
    return [
        (r["warehouse"], r["on_hand_qty"], r["unit_cost"], r["value_amount"])
        for r in found
        if r["sku"] == sku
    ]


def received(scm, qty, price, *more):
    line = f"PEN-B={qty}@{price}"
    ran = scm("stock", "receive", line, "--supplier", "S-001", *more, "--json")
    assert ran.code == 0, ran.err
    return ran.json["entry"]


def test_receipts_change_the_average_and_issues_do_not(scm):
    received(scm, 10, 1, "--on", "2026-03-20")
    assert scm("stock", "issue", "PEN-B=4", "--customer", "C-002", "--on", "2026-03-21").code == 0
    received(scm, 6, 3, "--on", "2026-03-22")
    assert value(scm) == [("MAIN", 12, 2, 24)]
    assert value(scm, "PEN-B", "--on", "2026-03-21") == [("MAIN", 6, 1, 6)]


def test_a_late_receipt_counts_from_its_own_day(scm):
    """Ten at 1, all sold, then ten at 5; five at 3 that came before the sale are entered last."""
    received(scm, 10, 1, "--on", "2026-03-20")
    assert scm("stock", "issue", "PEN-B=10", "--customer", "C-002", "--on", "2026-03-22").code == 0
    received(scm, 10, 5, "--on", "2026-03-24")
    assert value(scm) == [("MAIN", 10, 5, 50)]
    received(scm, 5, 4, "--on", "2026-03-21")  # 15 at 2, five of them left, then ten at 5
    assert value(scm) == [("MAIN", 15, 4, 60)]


def test_undo_takes_the_cost_back_as_well(scm):
    received(scm, 10, 1)
    before = value(scm)
    entry = received(scm, 10, 3)
    assert value(scm) == [("MAIN", 20, 2, 40)]
    assert scm("undo", str(entry)).code == 0
    assert value(scm) == before


def test_a_move_between_warehouses_costs_nothing(scm, tmp_path):
    sheet = tmp_path / "warehouses.csv"
    sheet.write_text("warehouse,name\nEAST,East\n", encoding="utf-8")
    assert scm("import", str(sheet)).code == 0
    received(scm, 10, 2)
    moved = scm("stock", "move", "PEN-B=4", "--from", "MAIN", "--to", "EAST")
    assert moved.code == 0, moved.err
    assert value(scm) == [("MAIN", 6, 2, 12), ("EAST", 4, 2, 8)]
    assert value(scm, "PEN-B", "--warehouse", "EAST") == [("EAST", 4, 2, 8)]


def test_what_cannot_be_told(scm):
    told = scm("stock", "value", "--on", "2027-01-01")
    assert (told.code, "2027-01-01 is still to come" in told.err) == (2, True)
    told = scm("stock", "value", "--warehouse", "MIAN")
    assert (told.code, "Did you mean MAIN" in told.err) == (4, True)
