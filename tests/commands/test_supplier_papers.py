"""`scm supplier qualify, papers, approve, suspend, end, reinstate, risk`, and orders that papers block."""

from __future__ import annotations

import pytest

REQUIRED = '\n[papers.required]\n"*" = ["business_licence"]\n"paper" = ["quality_system"]\n'


@pytest.fixture
def strict(scm, shop):
    """The same shop, where papers are required."""
    with (shop / "scm.toml").open("a", encoding="utf-8") as file:
        file.write(REQUIRED)
    return scm


def qualify(scm, *args):
    ran = scm("supplier", "qualify", *args, "--json")
    assert ran.code == 0, ran.err + ran.out
    return ran.json


def test_a_supplier_goes_from_candidate_to_ended_and_every_step_is_kept(strict):
    strict("supplier", "add", "S-9", "--name", "晨光", "--uscc", "91110000600037341L")
    assert strict("supplier", "list", "--state", "candidate", "--json").rows[0]["supplier"] == "S-9"
    refused = strict("supplier", "approve", "S-9")
    assert (refused.code, "business_licence: it is missing" in refused.err) == (3, True)
    qualify(strict, "S-9", "营业执照", "--long-term")
    steps = [("approve", ()), ("suspend", ("--reason", "late")), ("reinstate", ()),
             ("end", ("--reason", "closed")), ("reinstate", ())]  # fmt: skip
    states = [
        strict("supplier", step, "S-9", *more, "--json").json["state"] for step, more in steps
    ]
    assert states == ["approved", "suspended", "approved", "ended", "candidate"]
    kept = strict("supplier", "show", "S-9", "--json").json["states"]
    assert [(k["step"], k["state"], k["reason"]) for k in kept] == [
        (5, "candidate", None), (4, "ended", "closed"), (3, "approved", None),
        (2, "suspended", "late"), (1, "approved", None),
    ]  # fmt: skip
    assert {k["changed_on"] for k in kept} == {"2026-03-31"}


def test_an_override_is_journalled_with_what_it_overrode(strict):
    strict("supplier", "add", "S-9", "--name", "X")
    assert strict("supplier", "approve", "S-9", "--override").code == 2  # why?
    done = strict(
        "supplier", "approve", "S-9", "--override", "--reason", "an old friend", "--json"
    ).json
    assert (done["state"], done["overridden"]) == ("approved", "business_licence: it is missing")
    assert strict("log", "--json", "--limit", "1").rows[0]["reason"] == "an old friend"
    strict("undo")
    shown = strict("supplier", "show", "S-9", "--json")
    assert (shown.rows[0]["state"], shown.json["states"]) == ("candidate", [])


def test_without_required_papers_a_new_supplier_is_approved_as_before(scm):
    scm("supplier", "add", "S-9", "--name", "X")
    assert scm("supplier", "show", "S-9", "--json").rows[0]["state"] == "approved"


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("edit", "S-001", "--state", "ended"), 2, "supplier approve"),
        (("add", "S-9", "--name", "X", "--state", "approved"), 3, "papers are required"),
        (("suspend", "S-001"), 2, "why?"),
        (("approve", "S-001", "--reason", "x"), 3, "is approved"),
        (("qualify", "S-00", "tax_status", "--number", "1", "--long-term"), 4, "Did you mean S-001?"),
        (("qualify", "S-001", "passport", "--number", "1", "--long-term"), 3, "passport is none of the choices"),
        (("qualify", "S-001", "tax_status", "--number", "1"), 2, "until when"),
        (("qualify", "S-001", "tax_status", "--long-term"), 2, "Paper no. is missing"),
        (("qualify", "S-001", "tax_status", "--number", "1", "--until", "soon"), 3, "soon is not a date"),
        (("qualify", "S-001", "tax_status", "--number", "1", "--until", "2026-01-01", "--from", "2026-02-01"),
         3, "before it starts"),
        (("qualify", "S-001", "tax_status", "--number", "1", "--long-term", "--file", "none.pdf"),
         2, "none.pdf cannot be read"),
        (("papers", "S-00"), 4, "Did you mean S-001?"),
        (("risk", "S-00"), 4, "Did you mean S-001?"),
    ],
)  # fmt: skip
def test_refusals_name_the_cure_and_write_nothing(strict, args, code, said):
    before = strict("log", "--json").rows
    ran = strict("supplier", *args)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert strict("log", "--json").rows == before


def test_expired_papers_block_new_orders_until_renewed_or_overridden(strict):
    order = ("purchase", "new", "PEN-R=10@1", "--supplier", "S-001")
    assert strict(*order).code == 0  # missing blocks approval, not orders
    qualify(strict, "S-001", "business_licence", "--number", "1", "--until", "2026-03-30")
    refused = strict(*order)
    assert (refused.code, "business_licence: it expired on 2026-03-30" in refused.err) == (3, True)
    done = strict(*order, "--override", "--reason", "renewal seen", "--json").json
    note = strict(
        "sql", f"select note from purchase_order where purchase_no = '{done['purchase']}'", "--json"
    )
    assert note.rows[0]["note"] == "business_licence: it expired on 2026-03-30: renewal seen"
    qualify(strict, "S-001", "business_licence", "--number", "1", "--until", "2027-03-30")
    assert strict(*order).code == 0


def test_a_candidate_may_have_a_trial_order(strict):
    strict("supplier", "add", "S-9", "--name", "X")
    ran = strict("purchase", "new", "PEN-R=10@1", "--supplier", "S-9")
    assert (ran.code, "trial order" in ran.err) == (0, True)


def test_the_scan_is_kept_and_a_change_of_it_is_seen(strict, shop, tmp_path):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"scan")
    args = ("S-001", "quality_system", "--number", "Q1", "--long-term", "--file", str(scan))
    assert strict("supplier", "qualify", *args, "--dry-run").code == 0
    assert not (shop / "papers").exists()
    qualify(strict, *args)
    (kept,) = (shop / "papers").iterdir()
    assert "Warning" not in strict("supplier", "papers", "S-001", "--verify").err
    kept.write_bytes(b"other")
    assert "is not what was entered" in strict("supplier", "papers", "S-001", "--verify").err
    kept.unlink()
    assert "is gone" in strict("supplier", "papers", "S-001", "--verify").err


def test_papers_are_listed_with_what_is_missing(strict):
    qualify(strict, "S-001", "tax_status", "--number", "T", "--until", "2026-05-30")
    found = strict("supplier", "papers", "--json").rows
    assert [(r["supplier"], r["kind"], r["status"], r["left_days"]) for r in found] == [
        ("S-001", "business_licence", "missing", None),  # S-002 is suspended
        ("S-001", "tax_status", "expiring", 60),
    ]
    listed = strict("supplier", "papers", "--status", "expiring", "--json").rows
    assert [r["kind"] for r in listed] == ["tax_status"]
    wrong = strict("supplier", "papers", "--status", "bad")
    assert (wrong.code, "papers have no status bad" in wrong.err) == (2, True)
    assert strict("supplier", "qualify", "S-001", "--json").rows == found


def test_a_paper_that_looks_wrong_is_told_and_taken(strict):
    strict("supplier", "edit", "S-001", "--uscc", "91110000600037341L")
    ran = strict(
        "supplier", "qualify", "S-001", "business_licence", "--number", "X", "--until", "2020-01-01"
    )
    assert ran.code == 0
    assert "it expired on 2020-01-01" in ran.err
    assert "the credit code on file is 91110000600037341L" in ran.err
    twin = strict(
        "supplier", "qualify", "S-002", "business_licence", "--number", "X", "--long-term"
    )
    assert "S-001 has the same: X" in twin.err


def test_papers_reach_today_and_risk_says_why(strict):
    qualify(strict, "S-001", "business_licence", "--number", "1", "--until", "2026-04-07")
    told = [m["what"] for m in strict("today", "--json").json["messages"] if m["kind"] == "paper"]
    assert told == ["business licence expires in 7 days: new orders stop then"]
    found = strict("supplier", "risk", "S-001", "--json").rows
    assert found[0]["risk"] == "high"
    assert "only 1 orders were received so far" in [r["reason"] for r in found]


def test_papers_come_as_a_sheet_and_long_term_is_understood(strict, tmp_path):
    sheet = tmp_path / "资质.csv"
    sheet.write_text(
        "供应商,资质类型,证书编号,有效期至\n乐普文具,营业执照,9133,长期\n乐普文具,ISO9001,Q,2027-01-01\n",
        encoding="utf-8",
    )
    assert strict("import", str(sheet)).code == 0
    found = strict("supplier", "papers", "S-001", "--json").rows
    assert [(r["kind"], r["status"]) for r in found] == [
        ("business_licence", "long-term"),
        ("quality_system", "valid"),
    ]
    copy = tmp_path / "copy.xlsx"
    strict("export", "qualifications", str(copy))
    again = strict("import", str(copy), "--json").json
    assert again["entry"] is None


def test_search_finds_by_initials(scm):
    assert [r["supplier"] for r in scm("supplier", "search", "lpwj", "--json").rows] == ["S-001"]
    assert scm("supplier", "search", "nobody", "--json").rows == []
