"""Counting by command: what was counted, and in a full count what was not there at all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.stock import moves
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.jobs import documents
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.stock.entry import Typed
    from scm_cli.jobs.documents import Entered
    from scm_cli.jobs.stock import Movement
    from scm_cli.run import Run


@dataclass(frozen=True, slots=True)
class Counted:
    """The count that was entered, and the lines of a full one that nobody named."""

    entered: Entered
    left_out: int

    @property
    def told(self) -> Say:
        if not self.left_out:
            return Say("Count {number} is entered.", number=self.entered.number)
        return Say(
            "Count {number} is entered; {n} {n:line that it does not name counts|"
            "lines that it does not name count} as nothing.",
            number=self.entered.number,
            n=self.left_out,
        )

    def as_json(self) -> dict[str, Any]:
        return {**self.entered.as_json("count"), "left_out": self.left_out}


def count(run: Run, typed: Sequence[Typed], said: Movement, *, full: bool = False) -> Counted:
    """What was counted; the difference to the books of that day becomes a move.

    A full count is of the whole warehouse: what the books hold and it does not name was not there.

    Raises:
        ScmError: an item is counted twice.
    """
    from scm_cli.core.records.papers import StockCount, StockCountLine

    with writing(run) as con:
        changes = Changes()
        lines = documents.resolved(con, typed)
        _require_once([line["sku"] for line in lines])
        place = documents.warehouse(con, run, said.warehouse)
        books = _books(con, place, said)
        no = documents.number(con, run, changes, "stock_count")
        head = StockCount(
            count_no=no, warehouse=place, counted_on=said.on, is_full=full, person=run.who,
            note=said.note,
        )  # fmt: skip
        found = [
            {"sku": line["sku"], "lot": said.lot, "counted_qty": line["qty"], "unit": line["unit"],
             "factor": line["factor"], "book_qty": _book(books, line["sku"], said.lot)}
            for line in lines
        ]  # fmt: skip
        missed = _left_out(books, found) if full else []
        made = [
            StockCountLine(count_no=no, line_no=n, reason=said.reason, **line).model_dump()
            for n, line in enumerate([*found, *missed], 1)
        ]
        changes.insert("stock_count", [head.model_dump()])
        changes.insert("stock_count_line", made)
        gaps = [moves.count_move({**head.model_dump(), **line}) for line in made]
        changes.insert("stock_move", [row for row in gaps if row is not None])
        entered = documents.post(con, run, changes, [line["sku"] for line in made], no)
        return Counted(entered.also(documents.broken(run, lines)), len(missed))


def _require_once(skus: list[str]) -> None:
    twice = next((sku for n, sku in enumerate(skus) if sku in skus[:n]), None)
    if twice is not None:
        raise ScmError(
            "{sku} is counted twice",
            hint="Add its quantities up, or count each lot by itself with --lot.",
            exit_code=Exit.USAGE,
            sku=twice,
        )


def _books(con: Any, place: str, said: Movement) -> list[dict[str, Any]]:  # noqa: ANN401
    """What the ledger says lay there at the end of that day: sku, lot, qty."""
    return rows(
        con,
        "SELECT sku, lot, sum(qty)::DECIMAL(18,4) AS qty FROM stock_entry "
        "WHERE place = ? AND moved_on <= ? GROUP BY ALL HAVING sum(qty) <> 0 ORDER BY ALL",
        [place, said.on],
    )


def _book(books: list[dict[str, Any]], sku: str, lot: str | None) -> Decimal:
    """Of an item, or of one lot of it."""
    mine = (b["qty"] for b in books if b["sku"] == sku and lot in (None, b["lot"]))
    return sum(mine, Decimal(0))


def _left_out(books: list[dict[str, Any]], named: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of zero for what the books hold; an item counted without a lot is counted whole."""
    whole = {line["sku"] for line in named if line["lot"] is None}
    lots = {(line["sku"], line["lot"]) for line in named}
    return [
        {"sku": b["sku"], "lot": b["lot"], "counted_qty": Decimal(0), "book_qty": b["qty"]}
        for b in books
        if b["sku"] not in whole and (b["sku"], b["lot"]) not in lots
    ]
