"""`scm order`: list and show."""

from __future__ import annotations

import pytest


def test_list_begins_with_the_agreed_columns(scm):
    found = scm("order", "list", "--json").rows
    assert list(found[0])[:6] == ["order", "customer", "ordered_on", "status", "amount", "open_qty"]
    told = [(r["order"], r["amount"], r["open_qty"]) for r in found]
    assert told == [("SO-3", 16, 0), ("SO-2", 509, 18), ("SO-1", 240, 0)]


@pytest.mark.parametrize(
    ("asked", "orders"),
    [
        (("--open",), ["SO-2"]),
        (("--status", "closed"), ["SO-3"]),
        (("--customer", "C-001"), ["SO-2", "SO-1"]),
        (("--customer", "C-001", "--status", "cancelled"), []),
    ],
)
def test_list_filters(scm, asked, orders):
    assert [r["order"] for r in scm("order", "list", *asked, "--json").rows] == orders


def test_show_tells_how_far_each_line_has_come(scm):
    found = scm("order", "show", "SO-2", "--json").json
    assert (found["order"], found["customer"]) == ("SO-2", "C-001")
    names = ("sku", "qty", "allocated_qty", "shipped_qty", "promised_on", "expected_p50_on",
             "expected_p90_on", "status")  # fmt: skip
    assert [[line[n] for n in names] for line in found["rows"]] == [
        ["A4-80", 20, 0, 8, None, "2026-04-02", "2026-04-04", "part shipped"],
        ["PEN-R", 6, 6, 0, "2026-04-02", "2026-04-02", "2026-04-04", "allocated"],
    ]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("show", "SO-22"), 4, "Did you mean SO-2?"),
        (("list", "--customer", "C-01"), 4, "Did you mean C-001?"),
        (("list", "--status", "odd"), 2, "odd"),
    ],
)
def test_refusals(scm, args, code, said):
    ran = scm("order", *args)
    assert (ran.code, said in ran.err) == (code, True), ran.err
