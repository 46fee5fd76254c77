"""The records' declarations, the page of keys and the tables of the store say the same."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from functools import cache

import duckdb
import pytest
from pydantic import ValidationError

from scm_cli.core.records.base import PLACES, Column, Record
from scm_cli.core.records.catalog import RECORDS, SHEETS, record, sheet
from scm_cli.core.records.keys import DERIVED, KEYS, LEDGER, REFERENCES
from scm_cli.core.records.master import Item, Supplier
from scm_cli.core.records.papers import OpeningStock
from scm_cli.core.records.words import CHOICE_WORDS, shown, synonyms
from scm_cli.store import migrate

BOOKKEEPING = {"shop_fact", "import_batch", "file_mapping"}
#: A record's field may be required and its column still empty: what the program fills in later.
SQL_TYPES = {
    "code": "VARCHAR", "text": "VARCHAR", "choice": "VARCHAR", "number": "BIGINT", "day": "DATE",
    "flag": "BOOLEAN", **{kind: f"DECIMAL(18,{places})" for kind, places in PLACES.items()},
}  # fmt: skip
ENDINGS = {"qty": "_qty", "price": "_price", "amount": "_amount", "pct": "_pct", "day": "_on"}

each_record = pytest.mark.parametrize("cls", RECORDS, ids=[r.table for r in RECORDS])


@cache
def ddl() -> dict[str, dict[str, tuple[str, bool]]]:
    """Table → column → (type, may be empty), from the migrations as they run."""
    with duckdb.connect() as con:
        migrate.apply(con, datetime(2026, 1, 1))
        found: dict[str, dict[str, tuple[str, bool]]] = {}
        for table, column, kind, empty in con.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
            "JOIN duckdb_tables() USING (table_name) ORDER BY column_index"
        ).fetchall():
            found.setdefault(table, {})[column] = (kind, empty)
        return found


@cache
def primary_keys() -> dict[str, tuple[str, ...]]:
    with duckdb.connect() as con:
        migrate.apply(con, datetime(2026, 1, 1))
        found = con.execute(
            "SELECT table_name, constraint_column_names FROM duckdb_constraints() "
            "WHERE constraint_type = 'PRIMARY KEY'"
        ).fetchall()
        return {table: tuple(columns) for table, columns in found}


def test_every_record_has_a_table_and_every_table_a_record() -> None:
    assert set(KEYS) == {r.table for r in RECORDS} | BOOKKEEPING
    assert set(KEYS) - set(ddl()) == set()
    assert len({r.table for r in RECORDS}) == len(RECORDS)


@each_record
def test_the_columns_of_the_table_are_the_fields(cls: type[Record]) -> None:
    table = {n: kind for n, (kind, _) in ddl()[cls.table].items()}
    assert table.pop("entry") == "BIGINT"
    assert table == {name: SQL_TYPES[c.kind] for name, c in cls.columns().items()}


@each_record
def test_what_is_required_may_not_be_empty(cls: type[Record]) -> None:
    for name, column in cls.columns().items():
        _, may_be_empty = ddl()[cls.table][name]
        assert may_be_empty == (not column.required and column.default is None), name


@each_record
def test_keys_are_declared_alike(cls: type[Record]) -> None:
    assert KEYS[cls.table] == cls.key
    assert set(cls.key) <= set(cls.columns())
    if cls is not OpeningStock:  # its lot may be empty, which a primary key forbids
        assert primary_keys().get(cls.table, cls.key) == cls.key


def test_references_are_declared_alike() -> None:
    declared = {
        (r.table, name, column.refers)
        for r in RECORDS
        for name, column in r.columns().items()
        if column.refers
    }
    assert set(REFERENCES) == declared
    assert len(set(REFERENCES)) == len(REFERENCES)


def test_what_is_referred_to_has_one_key_column() -> None:
    assert [parent for _, _, parent in REFERENCES if len(KEYS[parent]) != 1] == []


def test_the_ledger_and_the_derived_tables_are_records() -> None:
    assert {r.table for r in RECORDS} >= LEDGER | DERIVED
    assert not LEDGER & DERIVED


@each_record
def test_names_end_in_their_unit(cls: type[Record]) -> None:
    """`qty`, `factor` and counts need no ending; what has one means it."""
    plain = {"qty", "factor"}
    for name, column in cls.columns().items():
        ending = ENDINGS.get(column.kind, "")
        if ending and name not in plain and not (column.kind == "price" and name.endswith("_cost")):
            assert name == ending[1:] or name.endswith(ending), f"{cls.table}.{name}"
        for kind, suffix in ENDINGS.items():
            assert not name.endswith(suffix) or column.kind == kind, f"{cls.table}.{name}"


@each_record
def test_defaults_keep_to_their_own_bounds(cls: type[Record]) -> None:
    for name, column in cls.columns().items():
        if column.choices:
            assert column.default is None or column.default in column.choices, name
            assert column.kind == "choice", name
        if isinstance(column.default, Decimal | int) and not isinstance(column.default, bool):
            assert column.low is None or column.default >= column.low, name
            assert column.high is None or column.default <= column.high, name


@pytest.mark.parametrize("kind", [s.kind for s in SHEETS])
def test_the_headers_of_a_sheet_are_unlike(kind: str) -> None:
    """Two columns under one header could not be read back."""
    columns = sheet(kind).columns.values()
    assert len({c.en for c in columns}) == len({c.zh for c in columns}) == len(columns)


def test_every_choice_has_its_words() -> None:
    """What a sheet shows in Chinese is read back as the same choice."""
    for each in RECORDS:
        for name, column in each.columns().items():
            if column.sheet and any(s.head is each or s.line is each for s in SHEETS):
                back = synonyms(column.choices)
                for choice in column.choices:
                    assert choice in CHOICE_WORDS, f"{each.table}.{name}: {choice}"
                    words = {shown(choice, "zh"), *CHOICE_WORDS[choice], choice}
                    assert any(back[w] == choice for w in words if re.search("[一-鿿]", w))


def test_a_record_is_frozen_and_knows_its_fields() -> None:
    pen = Item.model_validate({"sku": "A", "name": "Pen"})
    assert (pen.unit, pen.status, pen.spec) == ("pcs", "active", None)
    with pytest.raises(ValidationError):
        pen.name = "Pencil"
    with pytest.raises(ValidationError):
        Item.model_validate({"sku": "A", "name": "Pen", "colour": "red"})


def test_a_column_knows_its_places() -> None:
    columns: dict[str, Column] = Supplier.columns()
    assert columns["min_order_amount"].places == 2
    assert columns["tax_rate_pct"].places == 2
    assert columns["name"].places == 0
    assert record("supplier") is Supplier


def test_there_is_no_sheet_of_an_unknown_kind() -> None:
    with pytest.raises(KeyError):
        sheet("nothing")
