"""A purchase order above the approval limit waits, and says so."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("price", "status"), [("9", "approved"), ("11", "draft")])
def test_an_order_above_the_limit_waits_for_approval_and_says_how_it_goes_on(
    scm, shop, price, status
):
    settings = shop / "scm.toml"
    text = settings.read_text(encoding="utf-8") if settings.exists() else ""
    settings.write_text(f"{text}\n[approval]\npurchase_amount = 100\n", encoding="utf-8")
    made = scm("purchase", "new", f"A4-80=10@{price}", "--supplier", "S-001", "--json")
    number = made.json["purchase"]
    listed = {row["purchase"]: row["status"] for row in scm("purchase", "list", "--json").rows}
    assert (made.code, listed[number]) == (0, status)
    waits = "above the limit of 100.00: it waits for approval" in made.out
    assert waits == (status == "draft")
    assert scm("purchase", "approve", number).code == (0 if status == "draft" else 3)
