"""`scm order allocate` and the night's turn: everything served by rank, promises made where none was."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.jobs import allocate, ordering, promise
from scm_cli.store import lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.jobs.allocate import Desk
    from scm_cli.jobs.promise import Roads
    from scm_cli.run import Run

ZERO = Decimal(0)


@dataclass(slots=True)
class Allocated:
    """What allocation changed, line by line, and how many lines still wait."""

    committed: Committed
    rows: list[dict[str, Any]] = field(default_factory=list)
    waiting: int = 0
    confirmed: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            **self.committed.as_json(), "rows": self.rows, "waiting": self.waiting,
            "confirmed": self.confirmed,
        }  # fmt: skip


def run_all(run: Run, skus: Sequence[str] | None, *, anew: bool) -> Allocated:
    """Serve waiting orders by rank; lines without a promise get theirs once supply is firm.

    Raises:
        ScmError: an item is not there.
    """
    with writing(run) as con:
        if skus is not None:
            skus = [lookup.item(con, sku)["sku"] for sku in skus]
        desk = allocate.desk(con, run, skus)
        promised = _settled(con, run, desk, anew=anew)
        changes = allocate.decided(con, desk, anew=anew)
        told = _told(desk, changes)
        changes.update("sales_order_line", promised)
        done = Allocated(Committed(None), told[0], told[1])
        done.committed = commit(con, run, changes)
        return done


def _settled(
    con: Any,  # noqa: ANN401
    run: Run,
    desk: Desk,
    *,
    anew: bool,
) -> list[dict[str, Any]]:
    """The promises that lines without one get; they stand in the desk's lines at once.

    A promised day changes who is served first, and who is served first changes what can be
    promised to the rest: it is asked again until nothing follows, so that the next run of the
    day finds nothing to do.
    """
    bare = [sku for sku in desk.skus() if any(r["promised_on"] is None for r in desk.lines[sku])]
    part = replace(desk, lines=defaultdict(list, {sku: desk.lines[sku] for sku in bare}))
    known = promise.roads(con, run) if bare else None
    found: list[dict[str, Any]] = []
    while True:
        part.held = defaultdict(list, {sku: desk.held[sku] for sku in bare})
        after = _after(part, allocate.decided(con, part, anew=anew))
        part.held = defaultdict(list)
        for row in after.values():
            part.held[row["sku"]].append(row)
        fresh = _promises(known, part) if known is not None else []
        if not fresh:
            return found
        found += fresh
        days = {(row["order_no"], row["line_no"]): row["promised_on"] for row in fresh}
        for row in (row for sku in bare for row in part.lines[sku]):
            row["promised_on"] = days.get((row["order_no"], row["line_no"]), row["promised_on"])


def _promises(known: Roads, desk: Desk) -> list[dict[str, Any]]:
    """Lines that were never promised a day and now can be."""
    found = []
    for sku in desk.skus():
        bare = [r for r in desk.lines[sku] if r["promised_on"] is None]
        for warehouse in {r["warehouse"] for r in bare}:
            days = promise.expected_days(desk, sku, warehouse)
            for row in bare:
                if row["warehouse"] != warehouse:
                    continue
                way = known.way(warehouse, row["city"])
                _, p90 = promise.expected_on(days[row["order_no"], row["line_no"]], way)
                if p90 is not None:
                    wanted = max(p90, row["requested_on"] or p90)
                    found.append(
                        {
                            "order_no": row["order_no"],
                            "line_no": row["line_no"],
                            "promised_on": wanted,
                        }
                    )
    return found


def _after(desk: Desk, changes: Changes) -> dict[int, dict[str, Any]]:
    """The holds of a desk, by number, once `changes` are made."""
    found: dict[int, dict[str, Any]] = {
        r["reservation_no"]: r for sku in desk.skus() for r in desk.held[sku]
    }
    for row in _rows(changes.deletes):
        found.pop(row["reservation_no"])
    for row in _rows(changes.updates):
        found[row["reservation_no"]] = {**found[row["reservation_no"]], **row}
    return found | {row["reservation_no"]: row for row in _rows(changes.inserts)}


def _told(desk: Desk, changes: Changes) -> tuple[list[dict[str, Any]], int]:
    """Per line what it held of stock and inbound, and holds now; lines that still wait."""
    before = _sums(row for sku in desk.skus() for row in desk.held[sku])
    after = _sums(_after(desk, changes).values())
    found, waiting = [], 0
    for sku in desk.skus():
        for row in desk.lines[sku]:
            key = (row["order_no"], row["line_no"])
            was, now = before.get(key, (ZERO, ZERO)), after.get(key, (ZERO, ZERO))
            waiting += now[0] < row["open_qty"]
            if was != now:
                found.append(
                    {
                        "order": key[0], "line": key[1], "sku": sku, "open_qty": row["open_qty"],
                        "allocated_before_qty": was[0], "allocated_qty": now[0],
                        "pegged_before_qty": was[1], "pegged_qty": now[1],
                    }
                )  # fmt: skip
    return found, waiting


def _rows(blocks: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [row for block in blocks.get("reservation", []) for row in block]


def _sums(held: Any) -> dict[tuple[str, int], tuple[Decimal, Decimal]]:  # noqa: ANN401
    found: dict[tuple[str, int], tuple[Decimal, Decimal]] = {}
    for row in held:
        key = (row["order_no"], row["line_no"])
        stock, inbound = found.get(key, (ZERO, ZERO))
        if row["source"] == "stock":
            stock += row["qty"]
        else:
            inbound += row["qty"]
        found[key] = (stock, inbound)
    return found


def night(run: Run) -> Allocated:
    """The night's turn: deposits that came confirm their orders, then all is served by rank."""
    confirmed = []
    with writing(run) as con:
        waiting = rows(
            con,
            "SELECT * EXCLUDE (entry) FROM sales_order WHERE waits_for = 'deposit' "
            "AND status = 'draft' ORDER BY order_no",
        )
    for head in waiting:
        with writing(run) as con:
            changes = Changes()
            made = ordering.confirmed(con, run, changes, head, approved=False)
            if made.status == "confirmed":
                commit(con, run, changes)
                confirmed.append(head["order_no"])
    done = run_all(run, None, anew=True)
    done.confirmed = confirmed
    return done
