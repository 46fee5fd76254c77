"""`scm check --islands`: each island planted in the small shop, told, and mended by its command."""

from __future__ import annotations

import shlex

import pytest


def planted(scm, *commands: str) -> None:
    for command in commands:
        ran = scm(*shlex.split(command))
        assert ran.code == 0, (command, ran.err)


def islands(scm, kind: str) -> list[dict]:
    return [row for row in scm("check", "--islands", "--json").rows if row["kind"] == kind]


def mended(scm, row: dict) -> None:
    assert row["mend"].startswith("scm ")
    planted(scm, row["mend"].removeprefix("scm "))


def test_rows_have_the_agreed_fields_and_exit_3_says_that_something_was_found(scm):
    ran = scm("check", "--islands", "--json")
    assert (ran.code, list(ran.rows[0])) == (3, ["kind", "who", "document", "what", "mend"])


def test_shipped_by_the_supplier_and_not_received(scm):
    planted(scm, "purchase ship PO-1 A4-80=60 --on 2026-03-20 --expected 2026-03-25")
    (row,) = islands(scm, "shipped, not received")
    assert (row["who"], row["document"]) == ("S-001", "SN-000001 PO-1")
    mended(scm, row)
    assert islands(scm, "shipped, not received") == []


def test_a_notice_whose_day_is_still_to_come_is_no_island(scm):
    planted(scm, "purchase ship PO-1 A4-80=60 --on 2026-03-20 --expected 2026-04-01")
    assert islands(scm, "shipped, not received") == []


def test_in_stock_and_not_allocated_to_who_waits(scm):
    (row,) = islands(scm, "in stock, not allocated")  # 82 lie there, SO-2 waits for 12
    assert (row["who"], row["document"]) == ("MAIN", "SO-2")
    mended(scm, row)
    assert islands(scm, "in stock, not allocated") == []


@pytest.fixture
def next_day(shop):
    """Parcels of this shop are there on the next day."""
    settings = shop / "scm.toml"
    told = "[orders]\nlane_days = 1\nlane_slow_days = 1\n"
    settings.write_text(settings.read_text(encoding="utf-8") + told, encoding="utf-8")


@pytest.mark.usefixtures("next_day")
def test_promised_for_the_next_day_and_still_here(scm):
    planted(
        scm,
        "stock receive PEN-B=9 --supplier S-001",
        "--today 2026-03-30 order new --customer C-001 --line PEN-B=4@2",
        "order new --customer C-001 --line PEN-B=1@2",
    )
    (row,) = islands(scm, "promised next day, not shipped")  # today's order may still leave
    assert (row["who"], row["document"]) == ("C-001", "SO-000001/1")
    mended(scm, row)
    assert islands(scm, "promised next day, not shipped") == []


def test_left_without_a_price_is_owed_by_nobody(scm):
    planted(scm, "stock issue PEN-R=1 --customer C-001", "stock issue PEN-R=1@4 --customer C-001")
    (row,) = islands(scm, "delivered, not billed")
    assert (row["who"], row["document"]) == ("C-001", "DN-000001")
    assert row["mend"] == "scm money bill DN-000001 PEN-R=PRICE"
    planted(scm, row["mend"].removeprefix("scm ").replace("PRICE", "4"))
    assert islands(scm, "delivered, not billed") == []
    (owed,) = [r for r in scm("money", "due", "--json").rows if r["partner"] == "C-001"]
    planted(scm, "undo")
    (before,) = [r for r in scm("money", "due", "--json").rows if r["partner"] == "C-001"]
    assert owed["amount"] - before["amount"] == 4


@pytest.mark.parametrize(
    ("customer", "on", "told"),
    [
        ("C-002", "2026-03-20", 1),  # pays at once, left eleven days ago
        ("C-002", "2026-03-31", 0),  # left today
        ("C-001", "2026-03-20", 0),  # thirty days of credit
    ],
)
def test_delivered_to_who_pays_at_once_and_not_paid(scm, customer, on, told):
    planted(scm, f"stock issue PEN-R=1@4 --customer {customer} --on {on}")
    found = islands(scm, "delivered, not paid")
    assert len(found) == told
    for row in found:
        mended(scm, row)
    assert islands(scm, "delivered, not paid") == []


def test_bought_again_and_again_and_nothing_planned(scm):
    planted(
        scm,
        "customer add C-003 --name Harbour",
        *(
            f"stock issue PEN-B=5@2 --customer C-00{n} --on 2026-03-{day}"
            for n in (1, 2, 3)
            for day in (10, 24)
        ),
    )
    (row,) = islands(scm, "bought again, not planned")
    assert row["document"] == "PEN-B MAIN"
    assert row["mend"] == "scm supplier price SUPPLIER PEN-B PRICE"  # nobody sells it to us yet
    planted(scm, "supplier price S-001 PEN-B 1.2")
    (row,) = islands(scm, "bought again, not planned")
    mended(scm, row)
    assert islands(scm, "bought again, not planned") == []


def test_nothing_is_told_of_a_shop_in_which_nothing_is_adrift(scm):
    planted(scm, "order allocate", "order ship SO-2 A4-80=12", "order ship SO-2 PEN-R=6")
    ran = scm("check", "--islands")
    assert (ran.code, ran.out) == (0, "Nothing fell between two systems.\n")
