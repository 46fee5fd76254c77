"""`scm customer`: list, show, add, edit."""

from __future__ import annotations

import pytest


def test_list_begins_with_code_and_name(scm):
    found = scm("customer", "list", "--json").rows
    assert list(found[0])[:2] == ["customer", "name"]
    told = [(r["customer"], r["orders"], r["last_order_on"]) for r in found]
    assert told == [("C-001", 2, "2026-03-01"), ("C-002", 1, "2026-03-02")]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (("--class", "retail"), ["C-002"]),
        (("--search", "cssd"), ["C-001"]),
        (("--search", "长沙 书店"), ["C-001"]),
    ],
)
def test_list_filters(scm, asked, codes):
    assert [r["customer"] for r in scm("customer", "list", *asked, "--json").rows] == codes


def test_show_holds_orders_and_deliveries(scm):
    found = scm("customer", "show", "C-001", "--json").json
    assert found["rows"][0]["city"] == "长沙"
    assert [o["order"] for o in found["open_orders"]] == ["SO-2"]
    assert [o["order"] for o in found["last_orders"]] == ["SO-2", "SO-1"]
    assert [d["shipment"] for d in found["last_deliveries"]] == ["DN-2", "DN-1"]


def test_csv_of_one_customer_is_its_record(scm):
    lines = scm("customer", "show", "C-002", "--csv").out.splitlines()
    assert lines[0].startswith("customer,name")
    assert lines[1].startswith("C-002,Corner Shop,retail")


def test_add_then_edit_then_undo(scm):
    made = scm("customer", "add", "C-003", "--name", "晨光书店", "--opted-out", "是", "--json").json
    assert (made["customer"], made["warnings"]) == ("C-003", [])
    changed = scm("customer", "edit", "C-003", "--set", "payment-days=45", "--json").json["changed"]
    assert changed == {"payment_days": {"old": None, "new": 45}}
    scm("undo")
    row = scm("customer", "show", "C-003", "--json").rows[0]
    assert (row["payment_days"], row["mnemonic"], row["opted_out"]) == (None, "cgsd", True)


def test_the_same_name_twice_is_told(scm):
    ran = scm("customer", "add", "C-009", "--name", "corner shop")
    assert ran.code == 0
    assert "C-002 has the same: corner shop" in ran.err


def test_an_unknown_customer_is_found_by_name(scm):
    ran = scm("customer", "show", "Corner Shp", "--json")
    assert ran.code == 4
    assert ran.json["error"]["hint"] == "Did you mean C-002?"
