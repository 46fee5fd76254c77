"""Workbooks of ours that come back: requests become quotes, plans promises, waybills get numbers."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.jobs import documents, quote
from scm_cli.jobs.importing import Imported
from scm_cli.store import lookup
from scm_cli.store.commit import commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scm_cli.excel.own_book import Answer
    from scm_cli.run import Run

COMPARED = (
    "sku",
    "from_qty",
    "unit_price",
    "moq_qty",
    "order_multiple_qty",
    "lead_time_days",
    "freight_price",
    "duty_pct",
)
TERMS = (
    "valid_until_on",
    "currency",
    "tax_included",
    "tax_rate_pct",
    "payment_days",
    "freight_amount",
)


def accepted(run: Run, paths: Sequence[Path]) -> Imported | None:
    """Take workbooks that came back from suppliers; None when the files are none.

    Raises:
        ScmError: they stand among other files, or a cell is wrong; nothing is written.
    """
    from scm_cli.excel import own_book

    kinds = {path: own_book.kind_of(path) for path in paths if path.is_file()}
    if not any(kinds.values()):
        return None
    other = next((path for path in paths if not kinds.get(path)), None)
    if other is not None:
        raise ScmError(
            "{file} is no workbook of ours that came back; those are imported by themselves",
            hint="Import it in a command of its own.",
            exit_code=Exit.USAGE,
            file=other.name,
        )
    answers = [(str(kind), _read(str(kind), path)) for path, kind in kinds.items()]
    wrong = [problem for _, answer in answers for problem in answer.problems]
    if wrong:
        raise ScmError(
            "{n} {n:cell|cells} of the answer {n:is|are} wrong; nothing was imported",
            hint="Correct them, or ask whoever filled them in, and import the file again.",
            where=wrong[0].where,
            problems=tuple(wrong),
            n=len(wrong),
        )
    with writing(run) as con:
        changes = Changes()
        told = [_take(con, run, changes, kind, answer) for kind, answer in answers]
        files = [each for each, _ in told]
        warnings = [problem for _, problems in told for problem in problems]
        made = Counter(table for each in files for table in each.pop("made"))
        return Imported(commit(con, run, changes), files, dict(made), [], [], warnings, [])


def refusal(line: Mapping[str, Any], told: Say) -> ScmError:
    """What forbids to take a row that came back."""
    return ScmError(
        "{what}; nothing was imported",
        hint="Correct that row and import the file again.",
        where=line["where"],
        what=told,
    )


def _read(kind: str, path: Path) -> Answer:
    if kind == "rfq":
        from scm_cli.excel import rfq_book

        return rfq_book.read_answer(path)
    if kind == "share":
        from scm_cli.excel import share_book

        return share_book.read_answer(path)
    from scm_cli.excel import fill_in_book

    forms = {form.kind: form for form in (fill_in_book.WAYBILLS, fill_in_book.SURVEY)}
    return fill_in_book.read_fill_in(path, forms[kind])


def _take(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    changes: Changes,
    kind: str,
    answer: Answer,
) -> tuple[dict[str, Any], list[Problem]]:
    if kind == "rfq":
        return _quoted(con, run, changes, answer)
    if kind == "waybills":
        from scm_cli.jobs import waybills

        counts, doubts = waybills.take(con, changes, answer)
        made = counts.pop("made")
        return {**summary(answer, "waybills", **counts), "made": made}, doubts
    if kind == "survey":
        from scm_cli.jobs import survey

        counts, doubts = survey.take(con, run, changes, answer)
        made = counts.pop("made")
        return {**summary(answer, "tickets", **counts), "made": made}, doubts
    from scm_cli.jobs import confirming

    return confirming.take(con, run, changes, answer)


def summary(answer: Answer, kind: str, **counts: int) -> dict[str, Any]:
    """What an import tells of one file; the counts that are not given are 0."""
    named = ("rows_read", "inserted", "updated", "unchanged", "set_aside", "refused")
    return {
        "file": answer.file, "sheet": "", "kind": kind, **{n: counts.get(n, 0) for n in named},
        "reconciliation": [], "ignored_columns": [],
    }  # fmt: skip


def _quoted(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    answer: Answer,
) -> tuple[dict[str, Any], list[Problem]]:
    """A filled request becomes a quote; the same answer again changes nothing."""
    number, supplier = answer.about.get("rfq_no", ""), answer.about.get("supplier", "")
    lookup.one(con, "rfq", "rfq_no", number)
    if not rows(
        con, "SELECT 1 FROM rfq_invite WHERE rfq_no = ? AND supplier = ?", [number, supplier]
    ):
        raise ScmError(
            "{supplier} was not asked in {number}",
            hint="See `scm supplier rfq list {number}`.",
            where=answer.file,
            supplier=supplier,
            number=number,
        )
    asked = {r["sku"]: r for r in rows(con, "SELECT * FROM rfq_line WHERE rfq_no = ?", [number])}
    priced = [line for line in answer.lines if line.get("unit_price") is not None]
    lines = [one for line in priced for one in _lines(line, asked, answer)]
    counts = {"rows_read": len(answer.lines), "set_aside": len(answer.lines) - len(priced)}
    if not lines:
        raise ScmError("no price is filled in", hint="Nothing was imported.", where=answer.file)
    seller = lookup.one(con, "supplier", "supplier", supplier)
    head = {"payment_days": seller["payment_days"], "currency": seller["currency"]} | dict(
        answer.terms
    )
    if _same(con, number, supplier, head, lines):
        return {**summary(answer, "quotes", **counts, unchanged=len(priced)), "made": []}, []
    quoted = documents.number(con, run, changes, "quote")
    head |= {
        "quote_no": quoted,
        "supplier": supplier,
        "rfq_no": number,
        "quoted_on": run.today,
        "person": run.who,
    }
    quote.require_apart(supplier, lines, {line["sku"]: line["where"] for line in priced})
    try:
        doubts = quote.put(con, run, changes, head, lines)
    except ScmError as error:
        error.where = error.where or answer.file
        raise
    told = summary(answer, "quotes", **counts, inserted=len(priced))
    return {**told, "quote": quoted, "made": ["quote"]}, [
        Problem(answer.file, d.what) for d in doubts
    ]


def _lines(
    line: Mapping[str, Any], asked: Mapping[str, Mapping[str, Any]], answer: Answer
) -> list[dict[str, Any]]:
    """The prices of one row, in stock units; a price without its quantity, or the reverse, is refused."""
    known = asked.get(line["sku"])
    if known is None:
        raise ScmError(
            "{sku} was not asked for in {number}",
            hint="Leave the rows as they were sent.",
            where=line["where"],
            sku=line["sku"],
            number=answer.about["rfq_no"],
        )
    factor = Decimal(known["factor"])
    shared = {
        "sku": line["sku"], "unit": known["unit"], "factor": factor,
        "lead_time_days": line.get("lead_time_days"), "line_note": line.get("line_note"),
        "freight_price": line.get("freight_price") or Decimal(0), "duty_pct": line.get("duty_pct") or Decimal(0),
        **{n: line[n] * factor if line.get(n) else None for n in ("moq_qty", "order_multiple_qty")},
    }  # fmt: skip
    found = [{**shared, "from_qty": Decimal(0), "unit_price": line["unit_price"]}]
    for start, price in (("from_2_qty", "price_2"), ("from_3_qty", "price_3")):
        if (line.get(start) is None) != (line.get(price) is None):
            raise ScmError(
                "a price from a quantity on needs both: the quantity and the price",
                hint="Fill in the other, or empty both.",
                where=line["where"],
            )
        if line.get(start) is not None:
            found.append({**shared, "from_qty": line[start] * factor, "unit_price": line[price]})
    return found


def _same(
    con: Any,  # noqa: ANN401
    number: str,
    supplier: str,
    head: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
) -> bool:
    """Whether the newest quote of that supplier for that request says the same."""
    old = rows(
        con,
        "SELECT * FROM quote WHERE rfq_no = ? AND supplier = ? ORDER BY quoted_on DESC, quote_no DESC LIMIT 1",
        [number, supplier],
    )
    if not old:
        return False
    defaults = {"tax_included": True, "freight_amount": Decimal(0)}
    if any(old[0][n] != (defaults.get(n) if head.get(n) is None else head[n]) for n in TERMS):
        return False
    before = rows(con, "SELECT * FROM quote_line WHERE quote_no = ?", [old[0]["quote_no"]])
    return _content(before) == _content(lines)


def _content(lines: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(line[n] for n in COMPARED) for line in lines), key=lambda each: each[:2])
