"""`scm search` and `scm sql`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from openpyxl import load_workbook


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        (("A4-80",), [("item", "A4-80")]),
        (("pen", "gel"), [("item", "PEN-B"), ("item", "PEN-R")]),
        (("red",), [("item", "PEN-R")]),
        (("6901234567892",), [("item", "PEN-R")]),
        (("0.5",), [("item", "PEN-R")]),
        (("dl",), [("item", "A4-80")]),
        (("cssd",), [("customer", "C-001")]),
        (("ＬＰＷＪ",), [("supplier", "S-001")]),
        (("paper",), [("supplier", "S-002")]),
        (("nothing", "at", "all"), []),
    ],
)
def test_search_finds_by_code_words_and_initials(scm, words, hits):
    assert [(r["kind"], r["code"]) for r in scm("search", *words, "--json").rows] == hits


def test_search_shows_price_stock_arrival_and_last_deal(scm):
    item = scm("search", "a4-80", "--json").rows[0]
    assert item == {
        "kind": "item", "code": "A4-80", "name": "得力A4复印纸", "price": 25, "on_hand_qty": 82,
        "next_arrival_on": "2026-04-05", "last_deal_on": "2026-03-01",
        "last_deal": "20 at 25, C-001 (SO-2)",
    }  # fmt: skip
    supplier = scm("search", "s-001", "--json").rows[0]
    assert (supplier["next_arrival_on"], supplier["last_deal"]) == ("2026-04-05", "PO-1: 1,770.00")


def test_sql_answers_every_form(scm, tmp_path):
    question = "SELECT sku, sum(on_hand_qty) AS qty FROM stock GROUP BY sku ORDER BY sku"
    assert scm("sql", question, "--json").rows == [
        {"sku": "A4-80", "qty": 82},
        {"sku": "PEN-R", "qty": 9},
    ]
    assert scm("sql", question, "--csv", "--limit", "1").out == "sku,qty\nA4-80,82\n"
    assert scm("sql", question, "-o", str(tmp_path / "x.xlsx")).code == 0
    sheet = load_workbook(tmp_path / "x.xlsx").active
    assert [c.value for c in sheet[2]] == ["A4-80", 82]


def test_sql_takes_any_value_and_keeps_equal_names_apart(scm):
    row = scm("sql", "SELECT 1 AS a, 2 AS a, 'nan'::DOUBLE AS b, [1, 2] AS c", "--json").rows[0]
    assert row == {"a": 1, "a_2": 2, "b": None, "c": "[1, 2]"}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("DELETE FROM item", "only one SELECT"),
        ("WITH x AS (SELECT 1) INSERT INTO warehouse SELECT * FROM x", "only one SELECT"),
        ("SELECT 1; SELECT 2", "only one SELECT"),
        ("COPY (SELECT 1) TO '/tmp/x'", "only one SELECT"),
        ("ATTACH '/tmp/x.duckdb'", "only one SELECT"),
        ("SET memory_limit = '1GB'", "only one SELECT"),
        ("", "only one SELECT"),
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM stok", "Did you mean stock?"),
        ("SELECT skuu FROM stock", 'Candidate bindings: "sku"'),
        ("SELECT sku + name FROM stock", "No function matches"),
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled"),
        ("SELECT now()", "TIMESTAMP"),
    ],
)
def test_sql_refuses_in_one_sentence(scm, question, said):
    ran = scm("sql", question)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) <= 2


def test_sql_lists_the_documented_views(scm):
    found = scm("sql", "--views", "--json").rows
    assert {r["view"] for r in found} == {"stock", "sales", "purchases", "plan", "moves"}
    assert {"view": "stock", "column": "on_hand_qty", "type": "DECIMAL(18,4)"}.items() <= next(
        r for r in found if r["column"] == "on_hand_qty"
    ).items()
    assert scm("sql").code == 2


def test_reading_commands_load_no_heavy_modules(shop):
    """One process runs them all; what they import stays in it.

    Not among them: `customer show`, which ranks the customer among all others, and `supplier
    show`, whose checklist reads the checked settings.
    """
    commands = [
        "supplier list", "customer list", "order list", "order show SO-2", "money due",
        "money ageing", "search a4", "doctor",
    ]  # fmt: skip
    code = (
        "import sys, scm_cli.app as app\n"
        f"for command in {commands!r}:\n"
        "    sys.argv = ['scm', *command.split()]\n"
        "    try:\n        app.main()\n"
        "    except SystemExit as end:\n        assert not end.code, command\n"
        "heavy = {'polars', 'numpy', 'pydantic', 'openpyxl', 'pypinyin', 'rapidfuzz', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    environment = {**os.environ, "SCM_SHOP": str(shop), "SCM_LANG": "en"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stderr.splitlines()[-1] == "[]"
