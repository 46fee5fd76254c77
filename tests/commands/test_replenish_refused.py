"""What the planning commands refuse before they begin, and what they say of what nobody sells."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("stock policy adopt PEN-R --min 20 --max 10", 3, "min 20 is above max 10"),
        ("stock policy adopt PEN-R --room 0", 2, "room for 0 PEN-R would mean"),
        ("stock policy adopt PEN-R --rule owner", 2, "there is no min of PEN-R"),
        ("stock simulate --order-cost nan", 2, "--order-cost nan is no number to reckon with"),
        ("stock sites --km-cost inf", 2, "--km-cost inf is no number to reckon with"),
        ("stock reorder --today 9999-12-31", 2, "9999-12-31 is no date"),
        ("stock expiring --days 99999999", 2, "--days: 99999999 is not in the range"),
        (
            "forecast event add X --from 2026-06-01 --until 2026-06-02 --uplift nan",
            2,
            "--uplift nan",
        ),
        (
            "forecast event add X --from 2026-06-01 --until 2026-06-02 --uplift 5000",
            2,
            "an uplift of 5000",
        ),
        (
            "forecast event add X --from 2026-06-01 --until 2036-06-02",
            2,
            "the event lasts 3655 days",
        ),
        (
            "forecast event add X --from 2026-06-02 --until 2026-06-01",
            2,
            "the event ends on 2026-06-01",
        ),
        ("stock simulate --book x.pdf", 2, "x.pdf: a workbook ends in .xlsx"),
        (
            "forecast event add 618 --from 2026-06-01 --until 2026-06-18 --category penz",
            4,
            "there is no category penz",
        ),
    ],
)
def test_what_cannot_be_is_said_at_once(scm, words, code, said):
    done = scm(*words.split())
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(f"Error: {said}")


@pytest.mark.parametrize(
    "words",
    [
        "stock list", "stock value", "stock why PEN-R", "stock policy compare PEN-R",
        "stock policy once PEN-R --until 2026-12-31", "forecast show PEN-R", "forecast show",
        "order pick",
    ],
)  # fmt: skip
def test_a_warehouse_that_is_not_there_is_refused_with_those_that_are(scm, words):
    far = scm(*words.split(), "-w", "XX")
    assert (far.code, far.out) == (4, "")
    assert far.err == "Error: there is no warehouse XX\nThere are: MAIN.\n"
    assert "Did you mean MAIN?" in scm(*words.split(), "-w", "MIAN").err


def test_our_policy_stays_to_compare_while_the_owners_rules(demo_copy):
    """Adopted min and max rule the plan; `ours` is what the plan would do without them."""
    from sample_shops import scm as run

    def compared():
        found = run("stock", "policy", "compare", "PEN-001", "--json", shop=demo_copy).stdout
        rows = json.loads(found)["rows"]
        return {(r["warehouse"], r["policy"]): (r["trigger_qty"], r["target_qty"]) for r in rows}

    before = compared()
    adopt = ["stock", "policy", "adopt", "PEN-001", "--min", "20", "--max", "80", "--rule", "owner"]
    assert run(*adopt, shop=demo_copy).returncode == 0
    after = compared()
    assert after["MAIN", "own min, max"] == (20, 80) != before["MAIN", "ours"]
    assert after["MAIN", "ours"] == before["MAIN", "ours"]


def test_what_is_needed_and_offered_by_nobody_is_counted_under_the_list(scm):
    every = scm("stock", "reorder", "--all", "--json").rows
    lacking = [row["sku"] for row in every if "no approved supplier offers it" in row["reason"]]
    assert lacking == ["PEN-B", "PEN-R"]
    assert (
        "; 2 more are needed, but no approved supplier offers them" in scm("stock", "reorder").out
    )
