"""`scm backup`, `restore`, `config`, `doctor`."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import duckdb
import pytest

from scm_cli.store import lock


def facts(shop):
    with duckdb.connect(str(shop / "shop.duckdb"), read_only=True) as con:
        return dict(con.execute("SELECT name, value FROM shop_fact").fetchall())


def states(ran):
    return {r["check"]: r["state"] for r in ran.rows}


def test_backup_is_verified_and_private(scm):
    made = scm("backup", "--json").json
    assert (made["entry"], made["verified"]) == (2, True)
    assert made["rows"] > 20
    assert stat.S_IMODE(Path(made["path"]).stat().st_mode) == 0o600


def test_a_dry_run_takes_no_backup(scm, shop):
    assert scm("backup", "--dry-run", "--json").json["verified"] is False
    assert not list((shop / "backups").iterdir())


def test_restore_asks_first_and_then_says_what_it_replaced(scm, shop):
    scm("backup")
    scm("customer", "add", "C-009", "--name", "Late")
    asked = scm("restore")
    assert asked.code == 6
    assert asked.err.startswith("Error: nothing was restored yet: ")
    assert "(entry 2) would take the place of the shop's file (entry 3)" in asked.err
    assert scm("restore", "--dry-run", "--json").json["restored_entry"] == 2
    done = scm("restore", "--yes", "--json").json
    assert (done["entry"], done["restored_entry"], done["replaced_entry"]) == (3, 2, 3)
    assert scm("customer", "show", "C-009").code == 4
    assert scm("log", "--json").rows[0]["command"] == "restore"
    told = next(json.loads(v) for n, v in facts(shop).items() if n.startswith("restored"))
    assert (told["replaced_entry"], len(told["replaced_hash"])) == (3, 64)
    assert states(scm("doctor", "--json"))["mark"] == "ok"
    assert scm("check", "--deep").out == "Everything adds up.\n"


def test_what_was_replaced_can_be_put_back_with_its_log(scm, shop):
    scm("backup")
    scm("customer", "add", "C-009", "--name", "Late")
    kept = Path(scm("restore", "--yes", "--json").json["kept"])
    assert scm("restore", str(kept / "shop.duckdb"), "--yes").code == 0
    assert scm("customer", "show", "C-009").code == 0


def test_a_restore_works_where_the_file_is_gone_or_damaged(scm, shop):
    scm("backup")
    (shop / "shop.duckdb").write_bytes(b"not a database")
    assert states(scm("doctor", "--json"))["file"] == "bad"
    assert scm("restore", "--yes").code == 0
    (shop / "shop.duckdb").unlink()
    assert scm("restore", "--yes").code == 0
    assert scm("customer", "show", "C-001").code == 0


def test_a_damaged_backup_moves_nothing(scm, shop):
    source = Path(scm("backup", "--json").json["path"])
    blocks = bytearray(source.read_bytes())
    blocks[len(blocks) // 2 :] = bytes(len(blocks) - len(blocks) // 2)
    source.write_bytes(blocks)
    before = (shop / "shop.duckdb").read_bytes()
    ran = scm("restore", source.name, "--yes")
    assert ran.code == 3
    assert (shop / "shop.duckdb").read_bytes() == before
    assert states(scm("doctor", "--json"))["backup"] == "bad"


@pytest.mark.parametrize(
    ("file", "code", "said"),
    [
        (None, 4, "there is no backup"),
        ("nosuch.duckdb", 2, "is no file"),
        ("scm.toml", 3, "no shop's file"),
        ("shop.duckdb", 2, "itself"),
        ("other.duckdb", 3, "no shop's file"),
    ],
)
def test_restore_refuses(scm, shop, file, code, said):
    duckdb.connect(str(shop / "other.duckdb")).close()
    ran = scm("restore", *([str(shop / file)] if file else []), "--yes")
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_config_tells_where_each_value_comes_from(scm, shop):
    with (shop / "scm.toml").open("a") as told:
        told.write("[planning]\nreview_days = 14\n")
    found = {r["key"]: r for r in scm("config", "--json").rows}
    assert found["company"]["origin"] == "scm.toml"
    review = {"key": "planning.review_days", "value": 14, "origin": "scm.toml", "default": 7}
    assert found["planning.review_days"] == review
    assert found["service.a_pct"]["origin"] == "default"
    assert {r["key"].split(".")[0] for r in scm("config", "planning", "--json").rows} == {
        "planning"
    }
    assert "Did you mean planning.review_days?" in scm("config", "planning.review_day").err


def test_doctor_is_well_after_a_backup(scm):
    assert states(scm("doctor", "--json"))["backup"] == "warn"
    scm("backup")
    ran = scm("doctor", "--json")
    found = states(ran)
    assert ran.code == 0
    assert found.pop("nightly") == "warn"
    assert set(found.values()) == {"ok"}, ran.rows


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_doctor_sees_open_permissions(scm, shop):
    (shop / "shop.duckdb").chmod(0o644)
    assert states(scm("doctor", "--json"))["permissions"] == "warn"


def test_doctor_sees_entries_that_were_lost(scm, shop):
    mark = shop / "shop.duckdb.mark"
    mark.write_text(json.dumps({"entry": 9, "hash": "f" * 64}))
    ran = scm("doctor", "--json")
    assert (ran.code, states(ran)["mark"]) == (3, "bad")


def test_doctor_does_not_wait_for_a_writer(scm, shop):
    holder = {"pid": 1, "command": "scm import", "since": "09:00:00"}
    path = shop / "shop.duckdb.lock"
    with lock.held(path, shared=False, holder=holder, wait_seconds=1, talk=print):
        ran = scm("doctor", "--json")
    row = next(r for r in ran.rows if r["check"] == "lock")
    assert (ran.code, row["state"]) == (0, "warn")
    assert "scm import" in row["detail"]
