"""What went wrong beneath the program is found: a lost log, a changed entry, a missing guard."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import duckdb
import pytest
from store_shops import Shop, item, move

from scm_cli.errors import ScmError
from scm_cli.store import lock, mark
from scm_cli.store.findings import POSTED, TRIGGERS
from scm_cli.store.gateway import lock_path, reading

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.errors import Say


def tampered(shop: Shop, *statements: str) -> None:
    """Change the file as a database tool would, past every door."""
    with duckdb.connect(str(shop.run.database)) as con:
        for sql in statements:
            con.execute(sql)


def test_a_fresh_shop_has_no_findings(shop: Shop) -> None:
    assert shop.findings(deep=True) == []


@pytest.mark.parametrize(
    ("statements", "check"),
    [
        (["DROP TRIGGER journal_no_update ON journal", "UPDATE journal SET hash = left(hash, 60)"], "journal"),
        (["DROP TRIGGER journal_no_update ON journal", "UPDATE journal SET who = 'x' WHERE entry = 1"], "journal"),
        (["DROP TRIGGER journal_no_delete ON journal", "DELETE FROM journal WHERE entry = 1"], "journal"),
        (["DROP TRIGGER journal_no_delete ON journal", "DELETE FROM journal WHERE entry = 2"], "mark"),
        (["DROP TRIGGER stock_move_no_update ON stock_move"], "trigger"),
        (["DROP TRIGGER stock_move_no_update ON stock_move", "UPDATE stock_move SET qty = 99"], "digest"),
        (["DROP TRIGGER stock_move_no_delete ON stock_move", "DELETE FROM stock_move"], "digest"),
        (["DELETE FROM item WHERE sku = 'A'"], "reference"),
        (["DELETE FROM warehouse"], "place"),
    ],
)  # fmt: skip
def test_tampering_is_found(shop: Shop, statements: list[str], check: str) -> None:
    tampered(shop, *statements)
    assert check in shop.findings(deep=True)


def test_a_document_without_its_move_is_found(shop: Shop) -> None:
    shop.write({
        "shipment": [{"shipment_no": "DN-1", "customer": "C1", "warehouse": "MAIN",
                      "shipped_on": shop.run.today}],
        "shipment_line": [{"shipment_no": "DN-1", "line_no": 1, "sku": "A", "qty": 5,
                           "factor": 1, "tax_included": True}],
    })  # fmt: skip
    assert shop.findings() == ["ledger"]
    sent = {**move("A", 5, "MAIN", "@customer"), "document_kind": "shipment", "document_no": "DN-1"}
    shop.write({"stock_move": [sent]})
    assert shop.findings() == []


def test_a_lost_entry_stops_the_next_one(shop: Shop) -> None:
    """As when the write-ahead log was lost: the file is older than what was acknowledged."""
    old = shop.run.shop / "old"
    shutil.copyfile(shop.run.database, old)
    shop.write({"item": [item("C")]})
    shutil.copyfile(old, shop.run.database)
    assert shop.findings() == ["mark"]
    with pytest.raises(ScmError, match="entry 3 was saved, the file ends at 2"):
        shop.write({"item": [item("D")]})


def test_a_file_ahead_of_its_mark_is_a_crash_between_the_two_and_mends_itself(shop: Shop) -> None:
    path = mark.path_of(shop.run.database)
    old = path.read_bytes()
    shop.write({"item": [item("C")]})
    path.write_bytes(old)
    assert shop.findings() == []
    shop.write({"item": [item("D")]})
    assert mark.read(shop.run.database)[0] == 4


@pytest.mark.parametrize("content", [b"", b"{", b'{"entry": "x"}'])
def test_an_unreadable_mark_counts_as_none(shop: Shop, content: bytes) -> None:
    mark.path_of(shop.run.database).write_bytes(content)
    assert mark.read(shop.run.database) == (0, "")
    assert shop.write({"item": [item("C")]}).entry == 3


def test_the_guards_that_are_checked_are_those_of_the_file(shop: Shop) -> None:
    found = shop.query("SELECT trigger_name FROM duckdb_triggers() ORDER BY 1")
    assert [r["trigger_name"] for r in found] == sorted(TRIGGERS)


@pytest.mark.parametrize("kind", POSTED)
def test_posted_lines_can_be_read(shop: Shop, kind: str) -> None:
    with reading(shop.run) as con:
        named = con.execute(POSTED[kind]).description
    assert [column[0] for column in named or []] == ["no", "line_no", "on_day", "qty"]


def test_who_holds_the_shop_is_said(shop: Shop, tmp_path: Path) -> None:
    path = lock_path(shop.run.database)
    said: list[Say] = []
    holder = {"pid": 7, "command": "scm import", "since": "09:00:00"}
    with lock.held(path, shared=False, holder=holder, wait_seconds=0, talk=said.append):
        with (
            pytest.raises(ScmError, match=r"pid 7 \(scm import, since 09:00:00\)"),
            lock.held(path, shared=True, holder={}, wait_seconds=0.05, talk=said.append),
        ):
            pass
        assert "in use by pid 7" in said[0].english


def test_readers_share_the_shop(shop: Shop) -> None:
    with reading(shop.run), reading(shop.run) as con:
        assert con.execute("SELECT count(*) FROM item").fetchall() == [(2,)]
