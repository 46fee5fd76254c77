"""What the contract's tests run: a command's arguments, the shops' papers, the errors."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import warnings
from contextlib import (
    contextmanager,
    nullcontext,
    redirect_stderr,
    redirect_stdout,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from sample_shops import DEMO_TODAY as TODAY

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # typer touches names that click retires
    from scm_cli.app import main, root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest


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


class _Console(io.StringIO):
    """A console that can draw Chinese."""

    encoding = "utf-8"


def run(*args: str, shop: Path | None, today: str | None = TODAY) -> Ran:
    """Run a command in this process, in English unless it says otherwise."""
    out, err = _Console(), _Console()
    kept = sys.argv, dict(os.environ)
    os.environ.pop("SCM_SHOP", None)
    os.environ |= {"SCM_LANG": "en", "SCM_USER": "test"} | ({"SCM_SHOP": str(shop)} if shop else {})
    sys.argv = ["scm", *(("--today", today) if today else ()), *args]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        return Ran(int(ended.code or 0), out.getvalue(), err.getvalue())
    finally:
        sys.argv = kept[0]
        os.environ.clear()
        os.environ.update(kept[1])
    raise AssertionError("the program ends with an exit code")


def filled(args: list[str], shop: Path, folder: Path) -> list[str]:
    """The arguments with the shop, a folder, and the newest order of either kind in their places."""
    newest = {
        kind: run(kind, "list", "--limit", "1", "--json", shop=shop).rows[0][kind]
        for kind in ("purchase", "order")
        if f"{{{kind}}}" in args
    }
    if {"{signed}", "{certificate}"} & set(args):
        newest |= signing(folder)
    return [word.format(shop=shop, folder=folder, **newest) for word in args]


def signing(folder: Path) -> dict[str, str]:
    """A certificate, its password, and a paper that is signed with it."""
    from certificates import written

    from scm_cli.paper.pdf import Paper, Text, pdf
    from scm_cli.paper.signing import signed

    names = {"certificate": "firm.p12", "key": "key", "signed": "signed.pdf"}
    made = {name: folder / file for name, file in names.items()}
    made["key"].write_text("abacus", encoding="utf-8")
    written(made["certificate"], "Our Firm", "abacus")
    paper = signed(pdf(Paper([Text("paper")])), made["certificate"], "abacus", "test")
    made["signed"].write_bytes(paper)
    return {name: str(path) for name, path in made.items()}


def tree(group: click.Group | None = None, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command of the program by its full name."""
    group = group or root()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from tree(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


#: Reading command → what it needs beside its name; the others need nothing.
READS: dict[str, list[str]] = {
    "export": ["items", "{folder}/items.xlsx"],
    "template": ["items", "{folder}/items.xlsx"],
    "search": ["pen"],
    "sql": ["SELECT sku, sum(on_hand_qty) AS qty FROM stock GROUP BY sku"],
    "supplier show": ["S01"],
    "supplier search": ["S01"],
    "supplier contract show": ["HT-2025-04"],
    "supplier contract print": ["HT-2025-04"],
    "supplier contract verify": ["{signed}"],
    "supplier compare": ["PEN-001"],
    "supplier share-plan": ["S01"],
    "supplier quote show": ["QT-000001"],
    "supplier rfq files": ["RFQ-000001"],
    "purchase show": ["{purchase}"],
    "stock show": ["PEN-001"],
    "stock why": ["PEN-001"],
    "stock policy compare": ["PEN-001"],
    "stock policy once": ["PEN-001", "--until", "2026-03-31"],
    "order show": ["{order}"],
    "order note": ["DN-000002"],
    "order promise": ["PEN-001", "5", "--by", "2026-02-01"],
    "order price": ["C001", "PEN-001"],
    "order share-stock": ["C001"],
    "customer show": ["C001"],
    "customer deal show": ["DL-000001"],
    "customer lead show": ["LD-000001"],
    "customer ticket show": ["TK-000001"],
    "customer recommend": ["C001"],
    "customer segment show": ["buyers"],
    "customer campaign show": ["CP-000001"],
    "customer campaign contacts": ["CP-000001"],
    "customer campaign report": ["CP-000001"],
    "forecast show": ["PEN-001"],
}

#: Writing command → what it needs; the papers are made by `prepared`.
WRITES: dict[str, list[str]] = {
    "init": ["{folder}/new"],
    "demo": ["{folder}/new"],
    "import": ["{shop}/new.csv"],
    "restore": ["--yes"],
    "supplier add": ["S99", "--name", "New Supplier"],
    "supplier edit": ["S01", "--set", "payment_days=45"],
    "supplier price": ["S01", "PEN-001", "0.91"],
    "supplier qualify": ["S01", "tax_status", "--number", "T-1", "--until", "2027-01-01"],
    "supplier approve": ["S98"],
    "supplier suspend": ["S01", "--reason", "late"],
    "supplier end": ["S01", "--reason", "late"],
    "supplier reinstate": ["S97"],
    "supplier contract add": [
        "S01",
        "PEN-001=5@1",
        "--from",
        "2026-01-01",
        "--until",
        "2026-12-31",
    ],
    "supplier contract end": ["HT-2025-04", "--reason", "sold"],
    "supplier contract sign": [
        "HT-2025-04",
        "--certificate",
        "{certificate}",
        "--password-file",
        "{key}",
    ],
    "supplier rfq new": ["PEN-001=100", "--supplier", "S01"],
    "supplier quote add": ["S01", "PEN-001", "0.80", "500=0.75"],
    "supplier quote accept": ["QT-000001"],
    "supplier quote decline": ["QT-000001"],
    "supplier rate": ["USD", "7.1"],
    "supplier inspect": ["S01", "PEN-001", "--inspected", "10", "--failed", "1"],
    "purchase ship": ["PO-O", "PEN-001=10"],
    "purchase new": ["PEN-001=100", "--supplier", "S01"],
    "purchase approve": ["PO-D"],
    "purchase confirm": ["PO-O", "--promised", "2026-01-20"],
    "purchase change": ["PO-O", "--line", "1", "--qty", "80"],
    "purchase cancel": ["PO-O"],
    "purchase receive": ["PO-O", "PEN-001=10"],
    "stock receive": ["PEN-001=10", "--supplier", "S01"],
    "stock issue": ["PEN-001=1"],
    "stock move": ["PEN-001=1", "--from", "MAIN", "--to", "EAST"],
    "stock count": ["PEN-001=57"],
    "stock policy adopt": ["PEN-001", "--min", "20", "--max", "80", "--rule", "owner"],
    "order new": ["--customer", "C001", "--line", "PEN-001=5"],
    "order sell": ["--line", "PEN-001=1"],
    "order approve": ["SO-D"],
    "order change": ["SO-O", "--line", "1", "--qty", "3"],
    "order cancel": ["SO-O"],
    "order ship": ["SO-O", "PEN-001=1"],
    "order deliver": ["SO-S"],
    "order return": ["SO-S", "PEN-001=1", "--disposition", "scrap"],
    "order track": ["--all"],
    "customer add": ["C999", "--name", "New Customer"],
    "customer edit": ["C001", "--set", "payment_days=45"],
    "customer tag": ["C001", "wholesale"],
    "customer note": ["called", "--customer", "C001"],
    "customer segment new": ["regulars", "orders >= 1"],
    "customer segment change": ["buyers", "订单数 >= 2"],
    "customer segment remove": ["buyers"],
    "customer campaign new": ["Spring", "--rule", "customer != C002"],
    "customer deal add": ["PEN-001=5", "--customer", "C001"],
    "customer deal move": ["DL-000001", "Engaging"],
    "customer deal edit": ["DL-000001", "--next-step", "call"],
    "customer lead add": ["--name", "Li", "--mobile", "13800138000"],
    "customer lead assign": ["LD-000001", "--owner", "Li"],
    "customer lead lose": ["LD-000001", "--because", "gone"],
    "customer lead convert": ["LD-000001", "C998"],
    "customer lead spend": ["fair", "500", "--from", "2026-01-01", "--to", "2026-01-05"],
    "customer ticket open": ["C001", "does not write", "--sku", "PEN-001", "--category", "quality"],
    "customer ticket reply": ["TK-000001", "new ones leave today"],
    "customer ticket wait": ["TK-000001", "a photo of it, please"],
    "customer ticket resume": ["TK-000003", "at the seam"],
    "customer ticket assign": ["TK-000001", "Li"],
    "customer ticket resolve": ["TK-000001"],
    "customer ticket close": ["TK-000001"],
    "customer ticket reopen": ["TK-000002", "--because", "still broken"],
    "customer ticket rate": ["TK-000002", "4"],
    "customer ticket edit": ["TK-000001", "--priority", "high"],
    "customer ticket survey": [],
    "forecast event edit": ["Fair", "--from", "2026-02-01", "--until", "2026-02-04"],
    "forecast event remove": ["Fair", "--from", "2026-02-01"],
    "forecast event add": ["New Year sale", "--from", "2026-01-10", "--until", "2026-01-12"],
    "money pay": ["C002", "10"],
    "money bill": ["DN-000002", "ART-001=3.33"],
}

#: Commands that write nothing into the journal by themselves.
UNJOURNALLED = {"nightly", "inbox", "backup", "forecast run", "order allocate", "order track"}

#: A command that makes a document answers its number under the document's name.
DOCUMENTS = {
    "supplier inspect": "inspection",
    "supplier rfq new": "rfq", "supplier quote add": "quote", "purchase ship": "notice",
    "purchase new": "purchase", "purchase receive": "receipt", "stock receive": "receipt",
    "stock issue": "shipment", "stock move": "transfer", "stock count": "count",
    "order new": "order", "order sell": "order", "order ship": "shipment", "order return": "return",
    "money pay": "payment", "customer add": "customer", "customer deal add": "deal",
    "customer lead add": "lead", "customer note": "interaction", "customer campaign new": "campaign",
    "customer ticket open": "ticket", "supplier add": "supplier",
}  # fmt: skip

_BUY = (
    "sku warehouse kind supplier order_qty unit order_by_on need_by_on on_hand_qty inbound_qty "
    "reserved_qty reorder_point_qty target_qty unit_price amount reason"
)
_OFFER = (
    "sku supplier qty unit_price freight duty overbuy financing lateness true_unit_cost rank "
    "break_even_qty"
)
_SCORE = (
    "supplier period lines on_time_pct delivered_pct on_time_in_full_pct on_time_low_pct "
    "on_time_high_pct late_days_p90 quality_pct price_index price_coverage_pct score_pct tier role "
    "advice"
)
_FUNNEL = "stage entered advanced lost open conversion_pct low_pct high_pct median_days p90_days"
_CHURN = "customer last_order_on usual_interval_days overdue_days churn_pct value_amount next_item"
_FORECAST = "sku warehouse bucket_on mean_qty p50_qty p90_qty p95_qty method"

#: Command → the fields of its JSON rows that other programs rely on, and its arguments.
ROWS: dict[str, tuple[list[str], list[str]]] = {
    "stock reorder": (_BUY.split(), []),
    "stock list": (
        ["sku", "warehouse", "on_hand_qty", "reserved_qty", "inbound_qty", "available_qty"], [],
    ),
    "forecast show": (_FORECAST.split(), ["PEN-001"]),
    "supplier score": (_SCORE.split(), []),
    "supplier compare": (_OFFER.split(), ["PEN-001"]),
    "order promise": (
        ["sku", "qty", "promise_p50_on", "promise_p90_on", "limited_by", "options"], ["PEN-001", "5"],
    ),
    "order late": (
        ["order", "customer", "line", "promised_on", "expected_on", "cause", "document"], [],
    ),
    "log": (["entry", "at", "who", "command", "reason", "undone_by"], []),
    "customer list": (["customer", "name"], []),
    "customer funnel": (_FUNNEL.split(), []),
    "customer churn": (_CHURN.split(), []),
    "customer segment show": (["customer", "reason"], ["orders >= 0"]),
    "supplier list": (["supplier", "name"], []),
}  # fmt: skip

DRAFT = (
    "Purchase order no.,Supplier code,Order date,Order status,SKU,Quantity,Unit price\n"
    "PO-D,S01,2026-01-04,draft,PEN-001,100,0.9\nPO-O,S01,2026-01-04,confirmed,PEN-001,100,0.9\n"
)

SALES = (
    "Order no.,Order date,Customer code,SKU,Quantity,Unit price,Order status\n"
    "SO-D,2026-01-05,C001,PEN-001,5,2,draft\nSO-O,2026-01-05,C001,PEN-001,5,2,confirmed\n"
    "SO-S,2026-01-05,C001,PEN-001,5,2,confirmed\n"
)

PARTNERS = "Supplier code,Supplier name,State\nS97,Held Ltd,suspended\nS98,New Ltd,candidate\n"


def prepared(shop: Path) -> None:
    """Enter a draft and an open order, and leave a file to import."""
    (shop / "new.csv").write_text("SKU,Name,Unit\nZ-1,New item,pcs\n", encoding="utf-8")
    (shop / "orders.csv").write_text(DRAFT, encoding="utf-8")
    done = run("import", str(shop / "orders.csv"), shop=shop)
    assert done.code == 0, done.err
    (shop / "partners.csv").write_text(PARTNERS, encoding="utf-8")
    done = run("import", str(shop / "partners.csv"), shop=shop)
    assert done.code == 0, done.err
    fair = ("forecast", "event", "add", "Fair", "--from", "2026-02-01", "--until", "2026-02-03")
    assert run(*fair, shop=shop).code == 0
    (shop / "sales.csv").write_text(SALES, encoding="utf-8")
    done = run("import", str(shop / "sales.csv"), shop=shop)
    assert done.code == 0, done.err
    done = run("order", "ship", "SO-S", shop=shop)
    assert done.code == 0, done.err
    for serving in (
        "open C001 broken", "open C002 late", "resolve TK-000002", "open C001 torn", "wait TK-000003 where",
    ):  # fmt: skip
        done = run("customer", "ticket", *serving.split(), shop=shop)
        assert done.code == 0, done.err
    for selling in ("deal add PEN-001=9 --customer C002", "lead add --name Han --channel fair"):
        done = run("customer", *selling.split(), shop=shop)
        assert done.code == 0, done.err
    done = run("customer", "segment", "new", "buyers", "orders >= 1", shop=shop)
    assert done.code == 0, done.err
    done = run("customer", "campaign", "new", "Fair", "--customer", "C002", shop=shop)
    assert done.code == 0, done.err
    for asking in ("rfq PEN-001=500 -s S01", "quote S01 PEN-001 0.82"):
        done = run("supplier", *asking.split(), shop=shop)
        assert done.code == 0, done.err


def rows_of(shop: Path) -> dict[str, list[object]]:
    """How many rows each table has, and what they come to."""
    import duckdb

    with duckdb.connect(str(shop / "shop.duckdb"), read_only=True) as con:
        tables = con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        each = (f"SELECT '{name}', count(*), bit_xor(hash(t)) FROM {name} t" for (name,) in tables)
        return {name: told for name, *told in con.execute(" UNION ALL ".join(each)).fetchall()}


def files_of(shop: Path) -> dict[str, int]:
    """The files beside the shop's own, and when each was written last."""
    own = ("shop.duckdb", "nightly.lock")
    files = sorted(p for p in shop.rglob("*") if p.is_file() and not p.name.startswith(own))
    return {str(p.relative_to(shop)): p.stat().st_mtime_ns for p in files}


@contextmanager
def full_disk(patch: pytest.MonkeyPatch, shop: Path) -> Iterator[None]:
    """A disk with one megabyte left."""
    usage = shutil.disk_usage(shop)._replace(free=1_000_000)
    with patch.context() as local:
        local.setattr(shutil, "disk_usage", lambda _: usage)
        yield


@contextmanager
def no_space(patch: pytest.MonkeyPatch, shop: Path) -> Iterator[None]:
    """A disk that fills up while something is written."""

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "no space left on the disk", str(shop / "outbox"))

    with patch.context() as local:
        local.setattr("scm_cli.jobs.levels.listed", fails)
        yield


@contextmanager
def busy(patch: pytest.MonkeyPatch, shop: Path) -> Iterator[None]:
    """Somebody else holds the lock, and nobody likes to wait."""
    from scm_cli.store import gateway, lock

    holder = {"pid": 4711, "command": "scm import", "since": "08:59:30"}
    path = gateway.lock_path(shop / "shop.duckdb")
    held = lock.held(path, shared=False, holder=holder, wait_seconds=0, talk=lambda _: None)
    with patch.context() as local, held:
        local.setattr(gateway, "BUSY_WAIT_SECONDS", 0.1)
        yield


def raising(error: BaseException) -> Any:
    """A command that ends in `error`."""

    @contextmanager
    def trouble(patch: pytest.MonkeyPatch, shop: Path) -> Iterator[None]:
        def fails(*_: object) -> None:
            raise error

        with patch.context() as local:
            local.setattr("scm_cli.jobs.levels.card", fails)
            yield

    return trouble


@dataclass(frozen=True)
class Error:
    """A command that fails, its exit code, and a part of what it says."""

    args: list[str]
    code: int
    says: str
    in_shop: bool = True
    trouble: Any = lambda *_: nullcontext()


ERRORS = [
    Error(["stock", "lsit"], 2, "stock lsit"),
    Error(["stock", "list", "--limit", "none"], 2, "--limit"),
    Error(["--today", "tomorrow", "stock", "list"], 2, "tomorrow is no date"),
    Error(["import", "{folder}/none.csv"], 2, "there is no file"),
    Error(["import", "{folder}"], 2, "is a folder"),
    Error(["sql", "DROP TABLE item"], 2, "only one SELECT"),
    Error(["stock", "issue", "PEN-001=-1"], 3, "must be above 0"),
    Error(["stock", "show", "PEN-0011"], 4, "there is no item PEN-0011"),
    Error(["stock", "list"], 4, "no shop here", in_shop=False),
    Error(["undo", "999"], 4, "there is no entry 999"),
    Error(["restore"], 6, "would take the place of the shop's file"),
    Error(["stock", "count", "PEN-001=1"], 74, "the disk is nearly full", trouble=full_disk),
    Error(["stock", "list"], 74, "no space left on the disk", trouble=no_space),
    Error(["stock", "count", "PEN-001=1"], 75, "pid 4711 (scm import", trouble=busy),
    Error(["stock", "show", "A"], 1, "KeyError", trouble=raising(KeyError("A"))),
]
