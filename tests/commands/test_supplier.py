"""`scm supplier`: list, show, add, edit, price."""

from __future__ import annotations

import pytest


def test_list_begins_with_the_agreed_columns(scm):
    found = scm("supplier", "list", "--json").rows
    names = [
        "supplier",
        "name",
        "state",
        "category",
        "lead_time_days",
        "payment_days",
        "open_orders",
    ]
    assert list(found[0])[:8] == [*names, "mnemonic"]
    assert [(r["supplier"], r["open_orders"]) for r in found] == [("S-001", 1), ("S-002", 0)]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (("--state", "suspended"), ["S-002"]),
        (("--search", "paper ningbo"), ["S-002"]),
        (("--search", "lpwj"), ["S-001"]),
        (("--search", "乐普"), ["S-001"]),
        (("--search", "nobody"), []),
    ],
)
def test_list_filters(scm, asked, codes):
    assert [r["supplier"] for r in scm("supplier", "list", *asked, "--json").rows] == codes


def test_show_holds_record_prices_orders_and_receipts(scm):
    found = scm("supplier", "show", "S-001", "--json").json
    assert found["rows"][0]["name"] == "乐普文具"
    assert found["prices"][0]["sku"] == "A4-80"
    order = found["open_orders"][0]
    told = [order[n] for n in ("purchase", "open_qty", "next_arrival_on")]
    assert told == ["PO-1", 60, "2026-04-05"]
    assert found["last_receipts"][0]["accepted_qty"] == 40


def test_show_as_a_table_names_its_parts(scm):
    shown = scm("supplier", "show", "S-001").out
    assert "乐普文具" in shown
    assert "Open orders" in shown


def test_a_mistyped_code_gets_the_nearest(scm):
    ran = scm("supplier", "show", "S-O01")
    assert ran.code == 4
    assert "there is no supplier S-O01" in ran.err
    assert "Did you mean S-001?" in ran.err


def test_add_gives_defaults_and_initials(scm):
    made = scm("supplier", "add", "S-003", "--name", "晨光文具", "--state", "潜在", "--json").json
    assert made["supplier"] == "S-003"
    assert made["changes"] == {"supplier": {"inserted": 1, "updated": 0, "deleted": 0}}
    row = scm("supplier", "show", "S-003", "--json").rows[0]
    assert (row["mnemonic"], row["state"], row["is_internal"]) == ("cgwj", "candidate", False)


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        (("--name", "A", "--uscc", "91110000600037341A"), "uscc"),
        (("--name", "ningbo  paper".replace("  ", " ")), "name"),
        (("--name", "B", "--bank-account", "6222"), "bank_account"),
    ],
)
def test_what_looks_wrong_is_told_and_taken(scm, fields, warning):
    made = scm("supplier", "add", "S-009", *fields, "--json")
    assert made.code == 0
    assert [w.split(":")[0] for w in made.json["warnings"]] == [warning]


def test_a_valid_credit_code_is_no_warning(scm):
    made = scm("supplier", "add", "S-9", "--name", "A", "--uscc", "91110000600037341L", "--json")
    assert made.json["warnings"] == []


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("add", "S-001", "--name", "X"), 3, "already"),
        (("add", "S-010"), 2, "is missing"),
        (("add", "S-010", "--name", "X", "--payment-days", "abc"), 3, "not a number"),
        (("add", "S-010", "--name", "X", "--payment-days", "-1"), 3, "below 0"),
        (("add", "S-010", "--name", "X", "--state", "odd"), 3, "odd is none of the choices"),
        (("edit", "S-001"), 2, "no field"),
        (("edit", "S-001", "--set", "payment"), 2, "field=value"),
        (("edit", "S-001", "--set", "paymen_days=3"), 2, "Did you mean payment_days?"),
        (("edit", "S-001", "--set", "qqqq=3"), 2, "The fields are: supplier, name"),
        (("edit", "S-001", "--set", "name="), 3, "is empty"),
        (("edit", "S-001", "--set", "supplier=S-7"), 2, "key"),
        (("edit", "S-0O1", "--set", "name=X"), 4, "Did you mean"),
        (("price", "S-001", "A4-08", "3"), 4, "Did you mean A4-80?"),
        (("price", "S-001", "A4-80", "cheap"), 3, "not a number"),
        (("price", "S-001", "A4-80", "3", "--unit", "case"), 3, "pack, box"),
        (
            ("edit", "S-001", "--made-by", "S-001"),
            3,
            "S-001 cannot be named as who makes what S-001 sells",
        ),
        (("price", "S-001", "A4-80", "-3"), 2, "PRICE: -3 is below 0, which is not allowed here"),
    ],
)
def test_refusals_name_the_cure(scm, args, code, said):
    ran = scm("supplier", *args)
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_edit_changes_what_is_stated_and_nothing_else(scm):
    ran = scm("supplier", "edit", "S-001", "--set", "payment_days=45", "--phone", "0571", "--json")
    assert ran.json["changed"] == {
        "phone": {"old": None, "new": "0571"},
        "payment_days": {"old": 30, "new": 45},
    }
    again = scm("supplier", "edit", "S-001", "--payment-days", "45", "--json").json
    assert (again["entry"], again["changes"]) == (None, {})


def test_a_new_name_brings_its_initials_unless_the_owner_set_them(scm):
    scm("supplier", "edit", "S-001", "--name", "得力集团")
    assert scm("supplier", "show", "S-001", "--json").rows[0]["mnemonic"] == "dljt"
    scm("supplier", "edit", "S-001", "--mnemonic", "boss")
    scm("supplier", "edit", "S-001", "--name", "乐普文具")
    assert scm("supplier", "show", "S-001", "--json").rows[0]["mnemonic"] == "boss"


def test_dry_run_writes_nothing_and_undo_takes_back(scm):
    assert "30 → 45" in scm("supplier", "edit", "S-001", "--payment-days", "45", "--dry-run").out
    assert scm("supplier", "show", "S-001", "--json").rows[0]["payment_days"] == 30
    scm("supplier", "edit", "S-001", "--payment-days", "45")
    assert scm("undo").code == 0
    assert scm("supplier", "show", "S-001", "--json").rows[0]["payment_days"] == 30


def test_a_new_price_does_not_inherit_an_end_that_has_passed(scm):
    ran = scm(
        "supplier", "price", "S-001", "A4-80", "17.5", "--moq", "10", "--multiple", "5", "--json"
    )
    assert ran.json["changes"]["supplier_item"]["updated"] == 1
    price = scm("supplier", "show", "S-001", "--json").json["prices"][0]
    told = [price[n] for n in ("unit_price", "moq_qty", "order_multiple_qty", "valid_until_on")]
    assert told == [17.5, 10, 5, None]


def test_a_price_from_a_quantity_on_stands_beside_the_first(scm):
    scm("supplier", "price", "S-001", "A4-80", "16", "--from-qty", "100", "--until", "2026-12-31")
    prices = scm("supplier", "show", "S-001", "--json").json["prices"]
    assert [(p["from_qty"], p["unit_price"]) for p in prices] == [(0, 18), (100, 16)]


def test_help_shows_the_fields_in_both_languages(scm):
    assert "--lead-time-days" in scm("supplier", "add", "--help").out
    assert "交期" in scm("--lang", "zh", "supplier", "add", "--help").out
