"""A small shop, built once and copied for each test, and a way to run commands in it."""

from __future__ import annotations

import io
import json
import shutil
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sample_shops import once

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # typer touches names that click retires
    from scm_cli.app import main

from scm_cli.core import master
from scm_cli.core.changes import Changes
from scm_cli.jobs import opening
from scm_cli.run import Run
from scm_cli.store.commit import commit
from scm_cli.store.gateway import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2026, 3, 31)
START = date(2026, 1, 1)
D = Decimal


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json["rows"]
        return found


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def _move(on: date, sku: str, qty: int, *way: str) -> dict[str, Any]:
    source, target, document = way
    kind, number = document.split()
    return {
        "moved_on": on, "sku": sku, "lot": None, "expiry_on": None, "qty": D(qty),
        "from_place": source, "to_place": target, "unit_cost": None,
        "document_kind": kind, "document_no": number, "line_no": 1,
    }  # fmt: skip


#: What the small shop holds, table by table; defaults are the records' own.
FACTS: dict[str, list[dict[str, Any]]] = {
    "supplier": [
        {"supplier": "S-001", "name": "乐普文具", "payment_days": 30, "lead_time_days": 7},
        {"supplier": "S-002", "name": "Ningbo Paper", "state": "suspended", "bank_account": "6222"},
    ],
    "customer": [
        {"customer": "C-001", "name": "长沙书店", "payment_days": 30, "city": "长沙"},
        {"customer": "C-002", "name": "Corner Shop", "customer_class": "retail"},
    ],
    "item": [
        {"sku": "A4-80", "name": "得力A4复印纸", "unit": "pack", "sale_price": D(25)},
        {"sku": "PEN-R", "name": "Gel pen red", "spec": "0.5 mm", "barcode": "6901234567892"},
        {"sku": "PEN-B", "name": "Gel pen blue"},
    ],
    "item_unit": [{"sku": "A4-80", "unit": "box", "factor": D(5)}],
    "supplier_item": [
        {"supplier": "S-001", "sku": "A4-80", "unit_price": D(18), "valid_until_on": day(2, 1)},
    ],
    "purchase_order": [
        {"purchase_no": "PO-1", "supplier": "S-001", "ordered_on": day(3, 20), "warehouse": "MAIN"},
    ],
    "purchase_order_line": [
        {"purchase_no": "PO-1", "line_no": 1, "sku": "A4-80", "qty": D(100),
         "unit_price": D("17.70"), "tax_included": False, "tax_rate_pct": D(13),
         "promised_on": day(4, 5)},
    ],
    "receipt": [
        {"receipt_no": "GR-1", "supplier": "S-001", "warehouse": "MAIN", "received_on": day(3, 25)},
    ],
    "receipt_line": [
        {"receipt_no": "GR-1", "line_no": 1, "purchase_no": "PO-1", "purchase_line_no": 1,
         "sku": "A4-80", "accepted_qty": D(40)},
    ],
    "sales_order": [
        {"order_no": "SO-1", "customer": "C-001", "ordered_on": day(1, 10)},
        {"order_no": "SO-2", "customer": "C-001", "ordered_on": day(3, 1)},
        {"order_no": "SO-3", "customer": "C-002", "ordered_on": day(3, 2), "status": "closed"},
    ],
    "sales_order_line": [
        {"order_no": "SO-1", "line_no": 1, "sku": "A4-80", "qty": D(10), "unit": "box",
         "factor": D(5), "unit_price": D(120)},
        {"order_no": "SO-2", "line_no": 1, "sku": "A4-80", "qty": D(20), "unit_price": D(25)},
        {"order_no": "SO-2", "line_no": 2, "sku": "PEN-R", "qty": D(6), "unit_price": D("1.50"),
         "promised_on": day(4, 2)},
        {"order_no": "SO-3", "line_no": 1, "sku": "PEN-B", "qty": D(8), "unit_price": D(2)},
    ],
    "shipment": [
        {"shipment_no": "DN-1", "customer": "C-001", "warehouse": "MAIN", "shipped_on": day(1, 15)},
        {"shipment_no": "DN-2", "customer": "C-001", "warehouse": "MAIN", "shipped_on": day(3, 5)},
    ],
    "shipment_line": [
        {"shipment_no": "DN-1", "line_no": 1, "order_no": "SO-1", "order_line_no": 1,
         "sku": "A4-80", "qty": D(10)},
        {"shipment_no": "DN-2", "line_no": 1, "order_no": "SO-2", "order_line_no": 1,
         "sku": "A4-80", "qty": D(8)},
    ],
    "reservation": [
        {"reservation_no": 1, "order_no": "SO-2", "line_no": 2, "sku": "PEN-R", "source": "stock",
         "warehouse": "MAIN", "qty": D(6)},
    ],
    "opening_balance": [
        {"kind": "receivable", "partner": "C-002", "document_no": "OLD-7", "balance_on": day(1, 1),
         "due_on": day(1, 31), "amount": D(300)},
        {"kind": "advance_paid", "partner": "S-002", "amount": D(50)},
    ],
    "opening_stock": [
        {"warehouse": "MAIN", "sku": "A4-80", "qty": D(60)},
        {"warehouse": "MAIN", "sku": "PEN-R", "qty": D(9)},
    ],
    "stock_move": [
        _move(START, "A4-80", 60, "@opening", "MAIN", "opening_stock MAIN"),
        _move(START, "PEN-R", 9, "@opening", "MAIN", "opening_stock MAIN"),
        _move(day(1, 15), "A4-80", 10, "MAIN", "@customer", "shipment DN-1"),
        _move(day(3, 5), "A4-80", 8, "MAIN", "@customer", "shipment DN-2"),
        _move(day(3, 25), "A4-80", 40, "@supplier", "MAIN", "receipt GR-1"),
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's folder as built; never written to, tests get copies."""
    return once(tmp_path_factory, "small", _made)


def _made(folder: Path) -> None:
    now = datetime(2026, 3, 31, 9, 0)
    run = Run(now=now, today=TODAY, folder=folder, command="init", who="test")
    opening.make(run, START)
    changes = Changes()
    for table, found in FACTS.items():
        plain = table == "stock_move"  # the store numbers moves
        changes.insert(table, found if plain else [master.row(table, r) for r in found])
    run.command = "import"
    with writing(run) as con:
        commit(con, run, changes)


@pytest.fixture(scope="module")
def prepared(
    request: pytest.FixtureRequest, small_shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The small shop after what a test module does first (its `prepare`), done once for all."""
    prepare = getattr(request.module, "prepare", None)
    if prepare is None:
        return small_shop

    def build(folder: Path) -> None:
        shutil.copytree(small_shop, folder)
        with pytest.MonkeyPatch.context() as patch:
            prepare(folder, in_shop(folder, patch))

    return once(tmp_path_factory, request.module.__name__, build)


@pytest.fixture
def shop(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the shop, to do with as one likes."""
    return shutil.copytree(prepared, tmp_path / "shop")


@pytest.fixture
def scm(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run a command in the shop on the last of March 2026, English unless asked otherwise."""
    return in_shop(shop, monkeypatch)


def in_shop(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """What runs commands in a shop."""
    monkeypatch.setenv("SCM_LANG", "en")
    monkeypatch.setenv("SCM_SHOP", str(shop))

    def ran(*args: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "argv", ["scm", "--today", "2026-03-31", *args])
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main()
        return Ran(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    return ran
