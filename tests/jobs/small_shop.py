"""A small shop to import into: its papers, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from scm_cli.errors import ScmError
from scm_cli.jobs import history, importing
from scm_cli.run import Run
from scm_cli.store.commit import columns_of
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from pathlib import Path

TODAY, START = date(2026, 3, 31), date(2026, 1, 1)

#: The papers of the small shop; the first file that is needed comes last on purpose.
PAPERS: dict[str, str] = {
    "orders.csv": "order_no,customer,ordered_on,sku,qty,unit_price\nSO-1,C1,2026-02-01,A1,30,3\n",
    "purchases.csv": "purchase_no,supplier,ordered_on,sku,qty,status\n"
    "PO-1,S1,2026-02-01,A1,100,confirmed\nPO-1,S1,2026-02-01,A2,10,confirmed\n"
    "PO-9,S1,2026-02-01,A1,100,cancelled\n",
    "opening.csv": "warehouse,sku,opening quantity,unit cost\nMAIN,A1,500,1.5\nMAIN,A2,50,17\n",
    "items.csv": "sku,name,unit,副单位,换算率\n"
    "A1,得力笔,支,箱,24\nA2,Paper,pack,box,1箱=5\nA3,Glue,pcs,,\n",
    "customers.csv": "customer,name\nC1,长沙书店\nC2,Corner Shop\n",
    "suppliers.csv": "供应商编码,供应商名称\nS1,乐普文具\nS2,Ningbo Paper\n",
    "warehouses.csv": "warehouse,name\nEAST,东仓\n",
}


@dataclass
class Shop:
    """A shop to import into, and what can be asked of it."""

    run: Run
    folder: Path

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def take(
        self, *contents: str | bytes | Path, dry_run: bool = False, **asked: Any
    ) -> importing.Imported:
        paths = [
            each if hasattr(each, "suffix") else self.file(f"file{n}.csv", each)  # type: ignore[arg-type]
            for n, each in enumerate(contents)
        ]
        run = replace(self.run, dry_run=dry_run)
        return importing.run_import(run, paths, importing.Asked(**asked))  # type: ignore[arg-type]

    def refusal(self, *contents: str | bytes | Path, **asked: Any) -> ScmError:
        """The refusal of an import that changes nothing."""
        before = self.state()
        with pytest.raises(ScmError) as caught:
            self.take(*contents, **asked)
        assert self.state() == before
        return caught.value

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with reading(self.run) as con:
            found: list[tuple[Any, ...]] = con.execute(sql).fetchall()
        return found

    def state(self) -> dict[str, object]:
        """Every table by its content; the ledger, which only grows, by what lies where."""
        found: dict[str, object] = {}
        with reading(self.run) as con:
            tables = con.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            ).fetchall()
            for (table,) in tables:
                names = [n for n in columns_of(con, table) if n != "entry"]
                sql = f"SELECT count(*), bit_xor(hash({', '.join(names)})) FROM {table}"
                if table == "stock_move":
                    sql = (
                        "SELECT place, sku, lot, sum(qty) AS qty, sum(qty * unit_cost) FROM stock_entry "
                        "GROUP BY ALL HAVING sum(qty) <> 0 ORDER BY ALL"
                    )
                if table not in ("journal", "journal_row", "number_series"):
                    found[table] = con.execute(sql).fetchall()
        return found

    def broken(self) -> list[dict[str, Any]]:
        return history.check(self.run, deep=True)


def counted(done: importing.Imported) -> list[tuple[int, ...]]:
    """Per sheet: rows read, inserted, updated, unchanged, set aside, refused. They add up."""
    names = ("rows_read", "inserted", "updated", "unchanged", "set_aside", "refused")
    found = [tuple(int(f[n]) for n in names) for f in done.files]
    assert all(read == sum(rest) for read, *rest in found)
    return found
