"""Order lines have no index: commit refuses a key that is there twice, and check finds one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import polars as pl
import pytest
from store_shops import Shop

from scm_cli.core.changes import Changes
from scm_cli.core.records.keys import KEYS, UNINDEXED
from scm_cli.errors import ScmError
from scm_cli.store import migrate, unique
from scm_cli.store.commit import commit
from scm_cli.store.gateway import writing

LINE: dict[str, Any] = {
    "order_no": "SO-1", "sku": "A", "qty": 2, "factor": 1, "tax_included": True, "kind": "normal",
    "cancelled_qty": 0, "shipped_before_qty": 0,
}  # fmt: skip


def line(no: int, order: str = "SO-1") -> dict[str, Any]:
    return {**LINE, "order_no": order, "line_no": no}


def order(number: str) -> dict[str, Any]:
    return {
        "order_no": number, "customer": "C1", "ordered_on": datetime(2026, 3, 1).date(),
        "status": "confirmed", "priority": 5, "is_pinned": False, "deposit_holds": "confirming",
    }  # fmt: skip


@pytest.fixture
def ordered(shop: Shop) -> Shop:
    shop.write({"sales_order": [order("SO-1"), order("SO-2")], "sales_order_line": [line(1)]})
    return shop


@pytest.mark.parametrize("many", [10_000, 0], ids=["by document", "the whole table"])
@pytest.mark.parametrize("blocks", [
    [[line(1)]],
    [[line(2), line(2)]],
    [[line(2)], [line(2)]],
    [pl.DataFrame([line(1)])],
    [pl.DataFrame([line(2), line(2)])],
    [pl.DataFrame([line(2)]), [line(2)]],
])  # fmt: skip
def test_a_line_that_is_there_already_is_refused(
    ordered: Shop, monkeypatch: pytest.MonkeyPatch, blocks: list[Any], many: int
) -> None:
    monkeypatch.setattr(unique, "MANY", many)
    before, changes = ordered.content(), Changes()
    for rows in blocks:
        changes.insert("sales_order_line", rows)
    with (
        pytest.raises(ScmError, match=r"sales order SO-1 has a line [12] already"),
        writing(ordered.run) as con,
    ):
        commit(con, ordered.run, changes)
    assert ordered.content() == before


def test_other_lines_come_in_and_a_line_that_went_may_come_back(ordered: Shop) -> None:
    ordered.write({"sales_order_line": [line(2), line(1, "SO-2")]})
    ordered.write(delete={"sales_order_line": [{"order_no": "SO-1", "line_no": 1}]})
    ordered.undo()
    keys = ordered.query("SELECT order_no, line_no FROM sales_order_line ORDER BY ALL")
    assert [tuple(key.values()) for key in keys] == [("SO-1", 1), ("SO-1", 2), ("SO-2", 1)]


def test_a_key_that_got_in_twice_is_found(ordered: Shop) -> None:
    with duckdb.connect(str(ordered.run.database)) as con:
        con.execute("INSERT INTO sales_order_line SELECT * FROM sales_order_line")
    assert ordered.findings() == ["twice"]


def test_tables_without_an_index_are_those_that_are_looked_after() -> None:
    with duckdb.connect() as con:
        migrate.apply(con, datetime(2026, 1, 1))
        indexed = con.execute(
            "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    derived = {"forecast", "forecast_accuracy"}  # replaced whole, from one frame
    assert set(KEYS) - {name for (name,) in indexed} - derived == set(UNINDEXED)


def test_lines_of_an_older_shop_keep_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = migrate.steps()
    with duckdb.connect() as con:
        monkeypatch.setattr(migrate, "steps", lambda: [s for s in steps if s[0] < 13])
        migrate.apply(con, datetime(2026, 1, 1))
        row = {**line(1), "price_source": "list", "entry": 7}
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        con.execute(f"INSERT INTO sales_order_line ({names}) VALUES ({marks})", list(row.values()))
        before = con.sql("FROM sales_order_line").fetchall()
        monkeypatch.setattr(migrate, "steps", lambda: steps)
        assert migrate.apply(con, datetime(2026, 1, 2)) == [13]
        assert con.sql("FROM sales_order_line").fetchall() == before
        assert con.execute("SELECT count(*) FROM order_line").fetchall() == [
            (0,)
        ]  # views still work
