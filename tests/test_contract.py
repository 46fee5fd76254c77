"""The contract that every command keeps: its help, its forms of answer, its exit codes.

The commands are found by walking the program's own tree, so a new one is tested as soon as it
is declared; one that needs arguments must be given them in `contract_cases`.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import shutil
import subprocess
import sys

import click
import pytest
import sample_shops
from contract_cases import (
    DOCUMENTS,
    ERRORS,
    READS,
    ROWS,
    TODAY,
    UNJOURNALLED,
    WRITES,
    files_of,
    filled,
    prepared,
    rows_of,
    run,
    tree,
)

from scm_cli.commands.door import Reads, Writes

COMMANDS = dict(tree())
READING = [name for name, command in COMMANDS.items() if isinstance(command, Reads)]
WRITING = [name for name, command in COMMANDS.items() if isinstance(command, Writes)]
COUNTS = {"inserted", "updated", "deleted"}


@pytest.fixture(scope="module")
def scratch(small_firm, tmp_path_factory):
    """A shop to write in, with a paper in every state that a command asks for."""

    def build(shop):
        shutil.copytree(small_firm, shop)
        prepared(shop)

    made = sample_shops.once(tmp_path_factory, "contract", build)
    return shutil.copytree(made, tmp_path_factory.mktemp("contract") / "shop")


@pytest.fixture(scope="module")
def entered(scratch):
    """The rows of that shop, which no test of it may change."""
    return rows_of(scratch)


def test_every_command_reads_or_writes():
    assert sorted(READING + WRITING) == sorted(COMMANDS)
    assert set(READS) <= set(READING)
    assert set(WRITES) <= set(WRITING)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_opens_with_an_example_that_parses(name):
    command = COMMANDS[name]
    _, example = command.help.split("Example: ")
    program, *words = shlex.split(example)
    assert program == "scm"
    assert words[: len(name.split())] == name.split()
    command.make_context(name, words[len(name.split()) :], parent=click.Context(command))


@pytest.mark.parametrize("name", READING)
def test_a_reading_command_answers_one_document_and_a_table_for_programs(name, scratch, tmp_path):
    args = filled(READS.get(name, []), scratch, tmp_path)
    asked = run(*name.split(), *args, "--json", shop=scratch)
    assert asked.code == 0, asked.err
    document = asked.json
    assert list(document)[:3] == ["schema_version", "command", "today"]
    assert (document["schema_version"], document["command"]) == (1, name)
    assert document["today"] == TODAY
    assert isinstance(document["rows"], list)
    table = run(*name.split(), *args, "--csv", shop=scratch)
    assert table.code == 0
    header, *lines = csv.reader(io.StringIO(table.out))
    assert all(len(line) == len(header) for line in lines)
    assert all(part and part == part.lower() and " " not in part for part in header)


@pytest.mark.parametrize("name", WRITING)
def test_a_dry_run_writes_nothing(name, scratch, entered, tmp_path):
    files = files_of(scratch)
    args = filled(WRITES.get(name, []), scratch, tmp_path)
    tried = run(*name.split(), *args, "--dry-run", "--json", shop=scratch)
    assert tried.code == 0, tried.err
    assert tried.json["command"] == name
    if name not in UNJOURNALLED:
        assert tried.json["entry"] is None
    assert rows_of(scratch) == entered
    assert files_of(scratch) == files
    assert not list(tmp_path.rglob("shop.duckdb"))


@pytest.mark.parametrize("name", [name for name in WRITING if name not in ("demo", "restore")])
def test_a_writing_command_names_its_entry_and_its_changes(name, scratch, tmp_path):
    shop = shutil.copytree(scratch, tmp_path / "shop", ignore=shutil.ignore_patterns("backups"))
    done = run(*name.split(), *filled(WRITES.get(name, []), shop, tmp_path), "--json", shop=shop)
    assert done.code == 0, done.err
    if name in UNJOURNALLED:
        return
    body = done.json
    assert isinstance(body["entry"], int)
    assert body["changes"]
    assert all(set(counts) == COUNTS for counts in body["changes"].values())
    if name in DOCUMENTS:
        assert body[DOCUMENTS[name]]
    where = shop if name != "init" else tmp_path / "new"
    newest = run("log", "--limit", "1", "--json", shop=where).json["rows"][0]
    assert (newest["entry"], newest["command"], newest["who"]) == (body["entry"], name, "test")
    assert run("check", shop=where).code == 0


@pytest.mark.parametrize("name", ROWS)
def test_the_fields_that_others_rely_on(name, small_firm):
    """The names, in their order; `customer list` and `supplier list` may have more after them."""
    wanted, args = ROWS[name]
    rows = run(*name.split(), *args, "--json", shop=small_firm).json["rows"]
    assert rows
    found = list(rows[0])
    assert found[: len(wanted)] == wanted


def test_the_fields_of_an_import(scratch, tmp_path):
    sheet = tmp_path / "items.csv"
    sheet.write_text("SKU,Name,Unit\nZ-1,New,pcs\nZ-2,,pcs\nTotal,2,\n", encoding="utf-8")
    done = run("import", str(sheet), "--partial", "--dry-run", "--json", shop=scratch).json
    assert {"entry", "files", "created"} <= set(done)
    file = done["files"][0]
    counted = ("inserted", "updated", "unchanged", "set_aside", "refused")
    assert {"file", "kind", "rows_read", *counted} <= set(file)
    assert [file[n] for n in ("file", "kind", "rows_read", *counted)] == [
        "items.csv", "items", 3, 1, 0, 0, 1, 1,
    ]  # fmt: skip


def test_the_fields_of_a_night(small_firm, tmp_path):
    shop = shutil.copytree(small_firm, tmp_path / "shop")
    night = run("nightly", "--json", shop=shop).json
    assert list(night)[3:13] == [
        "imported", "refused", "items_planned", "suggestions", "amount", "messages", "tracked",
        "problems", "seconds", "files",
    ]  # fmt: skip
    assert night["suggestions"] > 0
    again = run("nightly", "--json", shop=shop).json
    assert {n: v for n, v in again.items() if n != "seconds"} == {
        n: v for n, v in night.items() if n != "seconds"
    }


@pytest.fixture(scope="module")
def own_firm(small_firm, tmp_path_factory):
    """A copy for this worker alone: one of the errors holds its lock."""
    return shutil.copytree(small_firm, tmp_path_factory.mktemp("own") / "shop")


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: " ".join(case.args)[:40])
def test_an_error_is_one_sentence_and_its_code(case, own_firm, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    args = filled(case.args, own_firm, tmp_path)
    shop = own_firm if case.in_shop else None
    with case.trouble(monkeypatch, own_firm):
        asked = run(*args, "--json", shop=shop)
        told = run(*args, shop=shop)
    error = asked.json["error"]
    assert {"code", "message", "hint", "where"} <= set(error)
    assert (asked.code, error["code"], told.code) == (case.code, case.code, case.code)
    assert case.says in error["message"]
    assert told.out == ""
    assert "Traceback" not in told.err
    assert case.says in told.err


def test_talk_goes_to_stderr_and_data_to_stdout(scratch):
    told = run("stock", "list", "--output", str(scratch / "outbox" / "stock.csv"), shop=scratch)
    assert told.out == ""
    assert "written to" in told.err
    warned = run("money", "pay", "C002", "100000", "--dry-run", "--json", shop=scratch)
    assert warned.json["entry"] is None
    assert warned.err.startswith("Warning: ")


@pytest.mark.parametrize(
    "args",
    [
        ("--shop", "{shop}", "--today", TODAY, "stock", "list", "--limit", "1", "--json"),
        ("stock", "list", "--shop", "{shop}", "--today", TODAY, "--limit", "1", "--json"),
        ("--json", "stock", "list", "--limit", "1", "--shop", "{shop}", "--today", TODAY),
    ],
    ids=["before", "after", "both"],
)
def test_the_shared_options_stand_before_or_after_the_command(args, small_firm):
    found = run(*filled(args, small_firm, ""), shop=None, today=None)
    assert (found.json["today"], len(found.rows)) == (TODAY, 1)


def test_the_shop_is_found_by_environment_and_upward(small_firm, monkeypatch):
    named = run("stock", "list", "--limit", "2", "--json", shop=small_firm)
    monkeypatch.chdir(small_firm / "outbox")
    upward = run("stock", "list", "--limit", "2", "--json", shop=None)
    assert named.out == upward.out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_in_chinese(name):
    told = run("--lang", "zh", *name.split(), "--help", shop=None).out
    assert any("\u4e00" <= c <= "\u9fff" for c in told.splitlines()[2])


def test_a_chinese_windows_console_gets_what_it_can_draw(small_firm):
    told = sample_shops.scm(
        "--lang",
        "zh",
        "today",
        shop=small_firm,
        PYTHONUTF8="0",
        PYTHONIOENCODING="cp936",
        text="gbk",
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert "采购" in told.stdout


@pytest.mark.skipif(os.name == "nt", reason="a terminal of this kind is POSIX")
def test_no_color_is_obeyed_on_a_terminal(small_firm):
    import pty

    master, slave = pty.openpty()
    env = {**os.environ, "NO_COLOR": "1", "TERM": "xterm-256color", "SCM_SHOP": str(small_firm)}
    command = [sys.executable, "-m", "scm_cli", "--today", TODAY, "stock", "list", "--limit", "3"]
    subprocess.run(command, stdout=slave, env=env, check=True)
    os.close(slave)
    shown = os.read(master, 65536).decode()
    os.close(master)
    assert "PEN-001" in shown or "ART-001" in shown
    assert not re.search(r"\x1b\[[0-9;]*(3|4|9)[0-9]", shown)


def test_messages_in_chinese(small_firm):
    assert run("--lang", "zh", "stock", "show", "PEN-0011", shop=small_firm).err.startswith("错误")
