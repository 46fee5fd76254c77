"""One commit is one transaction and one entry: all of it, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
from store_shops import Shop, customer, item, move

from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, ScmError
from scm_cli.store import mark
from scm_cli.store.commit import Pending, commit
from scm_cli.store.gateway import last_entry, reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_commit_is_an_entry_with_its_counts(shop: Shop) -> None:
    done = shop.write(
        {"item": [item("C"), item("D")]}, {"customer": [{"customer": "C1", "city": "X"}]}
    )
    assert done.entry == 3  # after making the shop and filling it
    assert done.counts["item"] == {"inserted": 2, "updated": 0, "deleted": 0}
    assert done.counts["customer"] == {"inserted": 0, "updated": 1, "deleted": 0}
    entry = shop.query("SELECT who, command, reason, today FROM journal WHERE entry = 3")[0]
    assert entry == {"who": "test", "command": "test", "reason": None, "today": shop.run.today}


def test_new_rows_carry_the_entry_that_made_them(shop: Shop) -> None:
    shop.write({"item": [item("C")]})
    shop.write(update={"item": [{"sku": "C", "name": "Sea"}]})
    assert shop.query("SELECT name, entry FROM item WHERE sku = 'C'") == [
        {"name": "Sea", "entry": 3}
    ]


def test_a_frame_and_rows_write_the_same(shop: Shop) -> None:
    shop.write({"item": [item("C", min_qty=5)]})
    as_rows = shop.content()["item"]
    shop.undo()
    changes = Changes()
    changes.insert("item", pl.DataFrame([item("C", min_qty=5)]))
    with writing(shop.run) as con:
        commit(con, shop.run, changes)
    assert shop.content()["item"] == as_rows


def test_rows_may_differ_in_the_fields_they_state(shop: Shop) -> None:
    shop.write(
        update={"customer": [{"customer": "C1", "city": "X"}, {"customer": "C2", "note": "n"}]}
    )
    found = shop.query("SELECT customer, city, note FROM customer ORDER BY 1")
    assert found == [
        {"customer": "C1", "city": "X", "note": None},
        {"customer": "C2", "city": None, "note": "n"},
    ]


def test_nothing_to_write_makes_no_entry(shop: Shop) -> None:
    assert shop.write().entry is None
    assert shop.query("SELECT max(entry) AS entry FROM journal") == [{"entry": 2}]


def test_a_dry_run_tells_and_writes_nothing(shop: Shop) -> None:
    before = shop.content()
    told = shop.write(
        {"item": [item("C")]}, delete={"customer": [{"customer": "C2"}]}, dry_run=True
    )
    assert told.entry is None
    assert told.counts["item"]["inserted"] == told.counts["customer"]["deleted"] == 1
    assert shop.content() == before
    assert shop.query("SELECT max(entry) AS entry FROM journal") == [{"entry": 2}]


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda s: s.write({"item": [item("A")]}), "refused by the shop's file"),
        (lambda s: s.write({"item": [item("C"), item("C")]}), "refused by the shop's file"),
        (lambda s: s.write(update={"item": [{"sku": "Z", "name": "z"}]}), "no longer there"),
        (lambda s: s.write(delete={"customer": [{"customer": "Z"}]}), "no longer there"),
        (
            lambda s: s.write({"item": [item("C", supplier="S9")]}),
            "the item would name the supplier S9, which is not there",
        ),
        (
            lambda s: s.write({"stock_move": [move("Z", 1)]}),
            "the stock move would name the item Z,",
        ),
        (
            lambda s: s.write(delete={"item": [{"sku": "A"}]}),
            "the stock move would name the item A,",
        ),
    ],
    ids=[
        "key taken",
        "key twice",
        "update gone",
        "delete gone",
        "no parent",
        "no item",
        "still used",
    ],
)
def test_what_does_not_fit_is_refused_whole(
    shop: Shop, write: Callable[[Shop], Any], said: str
) -> None:
    before = shop.content()
    with pytest.raises(ScmError, match=said):
        write(shop)
    assert shop.content() == before
    assert shop.findings() == []


def test_good_rows_are_not_kept_beside_bad_ones(shop: Shop) -> None:
    before = shop.content()
    with pytest.raises(ScmError):
        shop.write({"item": [item("C")], "customer": [customer("C1")]})
    assert shop.content() == before


def test_parts_applied_one_by_one_are_one_entry(shop: Shop) -> None:
    first, second = Changes(), Changes()
    first.insert("item", [item("C")])
    second.insert("stock_move", [move("C", 5)])
    with writing(shop.run) as con:
        pending = Pending(con)
        pending.apply(first)
        assert con.execute("SELECT count(*) FROM item WHERE sku = 'C'").fetchall() == [(1,)]
        done = commit(con, shop.run, second, pending=pending)
    assert set(done.counts) == {"item", "stock_move"}
    assert shop.findings(deep=True) == []


def test_what_verify_refuses_is_not_written(shop: Shop) -> None:
    def refuse() -> None:
        raise ScmError("no")

    before = shop.content()
    changes = Changes()
    changes.insert("item", [item("C")])
    with pytest.raises(ScmError, match="no"), writing(shop.run) as con:
        commit(con, shop.run, changes, verify=refuse)
    assert shop.content() == before


def test_an_error_inside_the_block_rolls_back(shop: Shop) -> None:
    before = shop.content()
    changes = Changes()
    changes.insert("item", [item("C")])

    def fail(pending: Pending) -> None:
        pending.apply(changes)
        raise KeyError

    with pytest.raises(KeyError), writing(shop.run) as con:
        fail(Pending(con))
    assert shop.content() == before


def test_the_mark_follows_the_journal(shop: Shop) -> None:
    shop.write({"item": [item("C")]})
    with reading(shop.run) as con:
        assert mark.read(shop.run.database) == last_entry(con)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE stock_move SET qty = 1",
        "DELETE FROM stock_move",
        "UPDATE journal SET who = 'x'",
        "DELETE FROM journal",
    ],
)
def test_the_ledger_and_the_journal_are_append_only(shop: Shop, sql: str) -> None:
    with pytest.raises(duckdb.Error), writing(shop.run) as con:
        con.execute(sql)
    assert shop.findings(deep=True) == []


def test_moves_are_numbered_by_the_store(shop: Shop) -> None:
    shop.write({"stock_move": [move("A", 1), move("B", 2)]})
    shop.write({"stock_move": [move("B", 3)]})
    assert [r["move_no"] for r in shop.query("SELECT move_no FROM stock_move ORDER BY 1")] == [
        1,
        2,
        3,
        4,
    ]


def test_there_must_be_a_shop(shop: Shop) -> None:
    away = replace(shop.run, folder=shop.run.shop / "nowhere")
    with pytest.raises(ScmError) as refused, reading(away):
        pass
    assert refused.value.exit_code is Exit.NOT_FOUND


def test_a_full_disk_is_told_before_anything_is_written(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scm_cli.store.gateway.ROOM_BYTES", 10**18)
    with pytest.raises(ScmError) as refused:
        shop.write({"item": [item("C")]})
    assert refused.value.exit_code is Exit.DISK
