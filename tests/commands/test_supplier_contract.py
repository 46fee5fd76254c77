"""`scm supplier contract`: prices used first, call-offs, reminders, the paper and its signature."""

from __future__ import annotations

import pytest
from certificates import written

YEAR = ("--from", "2026-01-01", "--until", "2026-12-31")


@pytest.fixture
def held(scm):
    """The shop with a contract: 100 packs at least, 200 at most, a pack at 16."""
    ran = scm("supplier", "contract", "add", "S-001", "A4-80=100@16", "PEN-R=0@1.2", *YEAR,
              "--most", "A4-80=200", "--json")  # fmt: skip
    assert ran.json["contract"] == "HT-000001", ran.err
    return scm


def show(scm, number="HT-000001"):
    return scm("supplier", "contract", "show", number, "--json").json


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("A4-80=1@5", "--from", "2026-12-31", "--until", "2026-01-01"), 3,
         "the contract ends on 2026-01-01, before it starts on 2026-12-31"),
        (("A4-80=1", *YEAR), 2, "no price is agreed for A4-80"),
        (("A4-80=1@-5", *YEAR), 3, "below 0"),
        (("A4-8=1@5", *YEAR), 4, "Did you mean A4-80?"),
        (("A4-80=1@5", "--until", "2026-01-01"), 2, "Valid from is missing"),
        (("A4-80=9@5", "--most", "A4-80=8", *YEAR), 3, "the minimum 9 is above the maximum 8"),
        (("A4-80=9@5", "--most", "PEN-R=8", *YEAR), 2, "PEN-R is not in the contract"),
        (("A4-80=9@5", "A4-80=9@6", *YEAR), 3, "names the item twice"),
        (("A4-80=9@5", "--min-amount", "2", "--max-amount", "1", *YEAR), 3, "above the maximum 1.00"),
    ],
)  # fmt: skip
def test_an_impossible_contract_is_refused_in_one_sentence(scm, args, code, said):
    ran = scm("supplier", "contract", "add", "S-001", *args)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert scm("supplier", "contract", "list", "--json").rows == []


def test_what_is_missing_is_asked_for_by_its_option(scm):
    ran = scm("supplier", "contract", "add", "S-001", "A4-80=1@5", "--until", "2026-12-31")
    assert "Give it with --from." in ran.err


def test_two_contracts_for_the_same_days_are_told(held):
    said = "A4-80: contract HT-000001 has it too until 2026-12-31: the one that began last counts"
    again = ("supplier", "contract", "add", "S-001", "A4-80=0@15", "--until", "2027-12-31")
    both = held(*again, "--from", "2026-06-01", "--json")
    assert both.json["warnings"] == [said]
    after = held(*again, "--from", "2028-01-01", "--until", "2028-12-31", "--json")
    assert after.json["warnings"] == []


def test_the_agreed_price_is_used_first_also_per_box(held):
    number = held(
        "purchase", "new", "A4-80=2box", "PEN-R=10", "--supplier", "S-001", "--json"
    ).json["purchase"]
    lines = held("purchase", "show", number, "--json").rows
    assert [(r["sku"], r["unit_price"]) for r in lines] == [("A4-80", 80), ("PEN-R", 1.2)]


def test_an_order_outside_the_contract_says_so(held):
    ran = held("purchase", "new", "A4-80=5@17", "--supplier", "S-001")
    assert "A4-80: 17 is not the price of contract HT-000001: 16 is agreed (+6.2 %)" in ran.err
    number = "PO-000001"
    changed = held("purchase", "change", number, "--line", "1", "--price", "16")
    assert (changed.code, changed.err) == (0, "")
    beyond = held("purchase", "change", number, "--line", "1", "--qty", "150")
    assert "250 are called off, 200 are agreed at most" in beyond.err


ORDERS = "purchase_no,supplier,ordered_on,sku,qty,unit_price,status\n"


def told(scm, tmp_path, rows, *more):
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS + rows, encoding="utf-8")
    return scm("import", str(path), "--json", *more).json["warnings"]


def test_an_imported_order_outside_the_contract_names_its_cell(held, tmp_path):
    rows = (
        "X-1,S-001,2026-03-31,A4-80,5,16,confirmed\n"
        "X-1,S-001,2026-03-31,PEN-R,50,1.5,confirmed\n"
        "X-2,S-001,2026-03-31,A4-80,300,17,confirmed\n"
        "X-3,S-001,2026-03-31,PEN-R,50,9,cancelled\n"  # nobody pays it
        "X-4,S-001,2025-03-31,PEN-R,50,9,confirmed\n"  # before the contract
    )
    assert told(held, tmp_path, rows) == [
        "orders.csv F3: PEN-R: 1.5 is not the price of contract HT-000001: 1.2 is agreed (+25.0 %)",
        "orders.csv F4: A4-80: 17 is not the price of contract HT-000001: 16 is agreed (+6.2 %)",
        "orders.csv: A4-80: 405 are called off, 200 are agreed at most",
    ]
    assert told(held, tmp_path, rows) == []  # the second time nothing is new


def test_a_price_that_has_expired_is_told_by_command_and_by_sheet(scm, tmp_path):
    """18 held until the first of February."""
    scm("supplier", "price", "S-001", "PEN-R", "2", "--until", "2026-03-30")
    ran = scm("purchase", "new", "A4-80=5@18", "PEN-R=5@2.1", "--supplier", "S-001")
    assert ran.err.count("expired") == 1
    assert "A4-80: 18 is a price that expired on 2026-02-01" in ran.err
    rows = "X-1,S-001,2026-03-31,A4-80,5,18,confirmed\nX-1,S-001,2026-03-31,PEN-R,5,2,confirmed\n"
    assert told(scm, tmp_path, rows) == [
        "orders.csv F2: A4-80: 18 is a price that expired on 2026-02-01",
        "orders.csv F3: PEN-R: 2 is a price that expired on 2026-03-30",
    ]


def test_call_offs_are_the_orders_in_its_time(held):
    held("purchase", "new", "A4-80=30", "--supplier", "S-001")
    found = show(held)
    assert [(c["purchase"], c["qty"], c["off_pct"]) for c in found["calls"]] == [
        ("PO-000001", 30, 0),
        ("PO-1", 100, 10.6),  # made before, at 17.70
    ]
    assert (found["lines"][0]["called_qty"], found["lines"][0]["called_pct"]) == (130, 130)
    held("purchase", "cancel", "PO-000001")
    assert show(held)["lines"][0]["called_qty"] == 100


def test_use_and_end_reach_today(held):
    held(
        "supplier",
        "contract",
        "add",
        "S-001",
        "PEN-B=500@1",
        "--from",
        "2026-01-01",
        "--until",
        "2026-04-30",
    )
    told = [
        (m["document"], m["what"])
        for m in held("today", "--json").json["messages"]
        if m["kind"] == "contract"
    ]
    assert told == [
        ("HT-000002", "the contract ends in 30 days: renew it, or its prices end"),
        ("HT-000002", "PEN-B: 0 of 500 are called off when 74.2 % of the time has passed"),
    ]


def test_an_ended_contract_holds_no_price(held):
    assert held("supplier", "contract", "end", "HT-000001").code == 2  # why?
    held("supplier", "contract", "end", "HT-000001", "--reason", "sold")
    assert show(held)["rows"][0]["standing"] == "terminated"
    again = held("supplier", "contract", "end", "HT-000001", "--reason", "sold")
    assert (again.code, "ended on 2026-03-31 already" in again.err) == (3, True)
    number = held("purchase", "new", "PEN-R=10@9", "--supplier", "S-001")
    assert number.err == ""


def test_contracts_come_as_a_sheet_and_go_back_as_they_came(scm, tmp_path):
    sheet = tmp_path / "合同.csv"
    sheet.write_text(
        "合同编号,供应商,生效日期,有效期至,商品编码,单位,合同单价,最低采购量,最高采购量\n"
        "X1,S-001,2026-01-01,2026-12-31,A4-80,box,80,10,\nX1,S-001,2026-01-01,2026-12-31,PEN-R,,1.5,,\n"
        "X2,S-001,2026-12-31,2026-01-01,PEN-R,,1.5,,\nX3,S-001,2026-01-01,2026-12-31,PEN-R,,1.5,9,8\n",
        encoding="utf-8",
    )
    told = scm("import", str(sheet), "--partial").out
    assert "Valid from 2026-12-31 is after Valid until 2026-01-01" in told
    assert "Minimum quantity 9 is above Maximum quantity 8" in told
    lines = show(scm, "X1")["lines"]
    assert [(r["sku"], r["unit_price"], r["min_qty"]) for r in lines] == [
        ("A4-80", 80, 50),
        ("PEN-R", 1.5, None),
    ]
    copy = tmp_path / "copy.xlsx"
    scm("export", "contracts", str(copy))
    assert scm("import", str(copy), "--json").json["entry"] is None


def test_a_contract_is_printed_signed_and_verified(held, shop, tmp_path, monkeypatch):
    pem = written(tmp_path / "firm.p12", "Our Firm", "abacus")
    target = tmp_path / "paper.pdf"
    assert held("supplier", "contract", "print", "HT-000001", str(target)).code == 0
    bare = held("supplier", "contract", "verify", str(target))
    assert (bare.code, "carries no signature" in bare.err) == (3, True)
    monkeypatch.setenv("SCM_SIGN_PASSWORD", "abacus")
    done = held(
        "supplier", "contract", "sign", "HT-000001", "-c", str(tmp_path / "firm.p12"), "--json"
    ).json
    (found,) = held(
        "supplier", "contract", "verify", done["path"], "--trust", str(pem), "--json"
    ).rows
    assert {n: found[n] for n in ("signer", "untouched", "valid", "trusted", "contract")} == {
        "signer": "Our Firm", "untouched": True, "valid": True, "trusted": True, "contract": "HT-000001",
    }  # fmt: skip
    assert show(held)["rows"][0]["signed_on"] == "2026-03-31"
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(
        (shop / "outbox" / "contracts" / "HT-000001-signed.pdf").read_bytes() + b"\n"
    )
    told = held("supplier", "contract", "verify", str(changed))
    assert told.code == 3
    assert "The file was changed after Our Firm signed it: do not rely on it." in told.err
    stranger = held("supplier", "contract", "verify", done["path"])
    assert stranger.code == 0
    assert "Nobody vouches for the certificate of Our Firm" in stranger.err
    assert held("supplier", "contract", "verify", done["path"], "--trust", str(pem)).err == ""
    refused = held("supplier", "contract", "verify", str(pem))
    assert (refused.code, str(pem) in refused.err) == (3, True)
    monkeypatch.chdir(tmp_path)  # as its example says: by its name alone, from wherever one is
    assert held("supplier", "contract", "verify", "HT-000001-signed.pdf", "--json").rows[0] == {
        **found, "trusted": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("print", "HT-9"), 4, "there is no contract HT-9"),
        (("print", "HT-000001", "paper.docx"), 2, "ends in .pdf"),
        (("sign", "HT-000001", "-c", "none.p12"), 2, "there is no file none.p12"),
        (
            ("sign", "HT-000001", "-c", "scm.toml", "--password-file", "none"),
            2,
            "none cannot be read",
        ),
        (("verify", "none.pdf"), 2, "there is no file none.pdf"),
    ],
)
def test_what_is_not_there_is_told(held, args, code, said, shop, monkeypatch):
    monkeypatch.chdir(shop)
    ran = held("supplier", "contract", *args)
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_the_template_becomes_the_firms_own(held, shop):
    assert held("supplier", "contract", "template").code == 0
    own = shop / "templates" / "contract.en.txt"
    assert own.read_text(encoding="utf-8").startswith("# ")
    own.write_text("# {{ nothing }}", encoding="utf-8")
    held("supplier", "contract", "template")
    assert own.read_text(encoding="utf-8") == "# {{ nothing }}"
    wrong = held("supplier", "contract", "print", "HT-000001")
    assert (wrong.code, "cannot be filled in" in wrong.err) == (2, True)
