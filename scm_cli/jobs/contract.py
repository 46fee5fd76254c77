"""Contracts: entered, ended, and held against the purchase orders of their time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.supplier import agreed_price
from scm_cli.core.supplier import contracts as rules
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import documents, rates
from scm_cli.jobs.documents import Entered
from scm_cli.jobs.master import record_row
from scm_cli.store import lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.currency import code_of
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scm_cli.core.advise.notices import Notice
    from scm_cli.core.stock.entry import Typed
    from scm_cli.errors import Problem
    from scm_cli.run import Run

CONTRACTS = f"""
SELECT c.* EXCLUDE (entry) REPLACE ({code_of("c.currency", "s.currency")} AS currency)
FROM contract c JOIN supplier s USING (supplier)
WHERE ($code IS NULL OR c.supplier = $code) AND ($number IS NULL OR c.contract_no = $number) ORDER BY c.contract_no
"""
LINES = "SELECT * EXCLUDE (entry) FROM contract_line WHERE contract_no = ? ORDER BY line_no"
#: Order lines in the time of a contract for its items, each counted once: to the contract that
#: began last. Orders in another currency than the contract's do not count.
CALLS = """
WITH held AS (
    SELECT c.contract_no, c.supplier, c.valid_from_on, coalesce(c.currency, s.currency, $currency) AS currency,
        least(c.valid_until_on, coalesce(c.ended_on, c.valid_until_on)) AS last_on, l.sku,
        l.unit_price / l.factor AS agreed_price
    FROM contract c JOIN contract_line l USING (contract_no) JOIN supplier s USING (supplier)
)
SELECT h.contract_no, p.purchase_no AS purchase, p.line_no AS line, p.ordered_on, p.sku,
    (p.qty - p.cancelled_qty)::DECIMAL(18,4) AS qty, p.unit, p.factor, p.unit_price,
    round((p.qty - p.cancelled_qty) / p.factor * p.unit_price, 2)::DECIMAL(18,2) AS amount,
    (h.agreed_price * p.factor)::DECIMAL(18,6) AS agreed_price
FROM purchase_line p JOIN purchase_order o USING (purchase_no) JOIN held h ON h.supplier = p.supplier
    AND h.sku = p.sku AND p.ordered_on BETWEEN h.valid_from_on AND h.last_on
    AND h.currency = coalesce(o.currency, $currency)
WHERE p.status NOT IN ('draft', 'cancelled') AND p.qty > p.cancelled_qty
QUALIFY row_number() OVER (PARTITION BY p.purchase_no, p.line_no ORDER BY h.valid_from_on DESC, h.contract_no DESC) = 1
ORDER BY p.ordered_on DESC, p.purchase_no DESC, p.line_no
"""
BESIDE = """
SELECT l.sku, c.contract_no, c.valid_from_on, c.valid_until_on, c.ended_on
FROM contract_line l JOIN contract c USING (contract_no)
WHERE c.supplier = ? AND c.contract_no <> ? ORDER BY l.sku, c.contract_no
"""
TERMS = """
SELECT l.*, c.valid_from_on, c.valid_until_on, c.ended_on, c.status, coalesce(c.currency, s.currency) AS currency
FROM contract_line l JOIN contract c USING (contract_no) JOIN supplier s USING (supplier)
WHERE c.supplier = ? AND l.sku = ? AND coalesce(c.currency, s.currency, ?) = coalesce(s.currency, ?)
"""


def listed(run: Run, supplier: str | None) -> list[dict[str, Any]]:
    """Contracts with their standing, what was called off and what was agreed at least."""
    with reading(run) as con:
        return of_supplier(con, run, supplier)


def of_supplier(con: Any, run: Run, supplier: str | None) -> list[dict[str, Any]]:  # noqa: ANN401
    """The contracts of a supplier, or all of them; `called_pct` is of what is used least."""
    return [
        {
            "contract": each["contract_no"],
            "supplier": each["supplier"],
            "title": each["title"],
            "standing": rules.standing(each, run.today),
            "valid_from_on": each["valid_from_on"],
            "valid_until_on": each["valid_until_on"],
            "signed_on": each["signed_on"],
            "called_amount": used[-1]["called_amount"],
            "currency": each["currency"],
            "min_amount": each["min_amount"],
            "max_amount": each["max_amount"],
            "called_pct": min(
                (u["called_pct"] for u in used if u["called_pct"] is not None), default=None
            ),
            "elapsed_pct": used[-1]["elapsed_pct"],
        }
        for each, used in _used(con, run, supplier)
    ]


def _used(
    con: Any,  # noqa: ANN401
    run: Run,
    supplier: str | None = None,
) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each contract with how far it is used."""
    contracts = rows(con, CONTRACTS, {"code": supplier, "number": None})
    calls = rows(con, CALLS, {"currency": run.settings.currency}) if contracts else []
    found = []
    for each in contracts:
        mine = [call for call in calls if call["contract_no"] == each["contract_no"]]
        lines = rows(con, LINES, [each["contract_no"]])
        found.append((each, rules.use(each, lines, mine, run.today)))
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A contract, its lines with their use, and its call-offs."""

    record: dict[str, Any]
    lines: list[dict[str, Any]]
    calls: list[dict[str, Any]]


def shown(run: Run, number: str) -> Shown:
    """One contract: its terms, its prices and commitments with their use, the orders under it."""
    with reading(run) as con:
        lookup.one(con, "contract", "contract_no", number)  # refused with the nearest there is
        (contract,) = rows(con, CONTRACTS, {"code": None, "number": number})
        lines = rows(con, LINES, [number])
        calls = [
            call
            for call in rows(con, CALLS, {"currency": run.settings.currency})
            if call["contract_no"] == number
        ]
    used = rules.use(contract, lines, calls, run.today)
    record = {**contract, "standing": rules.standing(contract, run.today),
              **{n: used[-1][n] for n in ("called_amount", "called_pct", "elapsed_pct")}}  # fmt: skip
    told = [
        {**{n: line[n] for n in _LINE}, "called_qty": use["called_qty"], "called_pct": use["called_pct"]}
        for line, use in zip(lines, used, strict=False)
    ]  # fmt: skip
    for call in calls:
        call["off_pct"] = _off_pct(call)
    return Shown(
        record, told, [{n: c[n] for n in c if n not in ("contract_no", "factor")} for c in calls]
    )


def _off_pct(call: Mapping[str, Any]) -> float | None:
    """How far an order's price lies from the agreed one, in percent of it."""
    price, held = call["unit_price"], call["agreed_price"]
    return None if price is None or not held else round(float(100 * (price / held - 1)), 1)


_LINE = (
    "line_no",
    "sku",
    "unit",
    "unit_price",
    "tax_included",
    "tax_rate_pct",
    "min_qty",
    "max_qty",
)


def add(
    run: Run,
    supplier: str,
    typed: Sequence[Typed],
    texts: Mapping[str, str],
    most: Sequence[Typed] = (),
    *,
    ex_tax: bool = False,
) -> Entered:
    """A contract with its agreed prices; the typed quantities are minimums, `most` maximums.

    Raises:
        ScmError: it ends before it starts, an item is unknown or has no price, its currency no rate.
    """
    from scm_cli.core import master

    values = master.values("contract", {"supplier": supplier, **texts})
    with writing(run) as con:
        seller = record_row(con, "supplier", supplier)
        changes = Changes()
        number = values.get("contract_no") or documents.number(con, run, changes, "contract")
        given = {n: v for n, v in values.items() if v is not None}
        own = {"payment_days": seller["payment_days"], "person": run.who}
        head = master.row("contract", {**own, **given, "contract_no": number})
        limits = {line["sku"]: line["qty"] for line in documents.resolved(con, most)}
        wanted = documents.resolved(con, typed)
        lines = [_line(number, line, limits.pop(line["sku"], None), ex_tax) for line in wanted]
        _require_sound(head, lines, limits)
        rates.of_today(con, run)(head["currency"])
        changes.insert("contract", [head])
        changes.insert("contract_line", lines)
        twins = rules.twins(head, lines, rows(con, BESIDE, [supplier, number]))
        return Entered(number, commit(con, run, changes), tuple(twins))


def _line(number: str, line: Mapping[str, Any], most: Any, ex_tax: bool) -> dict[str, Any]:  # noqa: ANN401
    from scm_cli.core.records.contracts import ContractLine

    if line["unit_price"] is None:
        raise ScmError(
            "no price is agreed for {sku}",
            hint="Write the line as {sku}=0@PRICE.",
            exit_code=Exit.USAGE,
            sku=line["sku"],
        )
    return ContractLine(
        contract_no=number, line_no=line["line_no"], sku=line["sku"], unit=line["unit"],
        factor=line["factor"], unit_price=line["unit_price"], tax_included=not ex_tax,
        tax_rate_pct=line["item"]["tax_rate_pct"], min_qty=line["qty"] or None, max_qty=most,
    ).model_dump()  # fmt: skip


def _require_sound(
    head: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], strangers: Mapping[str, Any]
) -> None:
    if strangers:
        raise ScmError(
            "{sku} is not in the contract",
            hint="Agree a price first: {sku}=0@PRICE.",
            exit_code=Exit.USAGE,
            sku=next(iter(strangers)),
        )
    faults = rules.faults(head, lines)
    if len(faults) == 1:
        raise ScmError("{what}", hint="Correct it; nothing was changed.", what=faults[0].what)
    if faults:
        raise ScmError(
            "{n} things are wrong with the contract",
            hint="Correct them; nothing was changed.",
            problems=tuple(faults),
            n=len(faults),
        )


def end(run: Run, number: str) -> Committed:
    """End a contract today; what was called off stays.

    Raises:
        ScmError: it is over already, or no reason is given.
    """
    if run.reason is None:
        raise ScmError("why?", hint="Say it with --reason.", exit_code=Exit.USAGE)
    with writing(run) as con:
        contract = lookup.one(con, "contract", "contract_no", number)
        told = rules.standing(contract, run.today)
        if told in ("expired", "terminated"):
            raise ScmError(
                "contract {number} ended on {day} already",
                hint="See `scm supplier contract show {number}`.",
                number=number,
                day=rules.last_on(contract),
            )
        changes = Changes()
        changes.update("contract", [{"contract_no": number, "status": "terminated",
                                     "ended_on": run.today, "end_reason": run.reason}])  # fmt: skip
        return commit(con, run, changes)


def agreed(con: Any, run: Run, supplier: str, sku: str) -> Mapping[str, Any] | None:  # noqa: ANN401
    """The contract line whose price holds today for an item of a supplier."""
    home = run.settings.currency
    return agreed_price.agreed(rows(con, TERMS, [supplier, sku, home, home]), run.today)


def overdrawn(con: Any, run: Run, supplier: str, numbers: set[str]) -> list[Problem]:  # noqa: ANN401
    """What is called off beyond the maximum of these contracts of a supplier."""
    used = _used(con, run, supplier) if numbers else []
    return [p for c, use in used if c["contract_no"] in numbers for p in rules.overdrawn(use)]


def offered(held: Mapping[str, Any]) -> dict[str, Any]:
    """A contract line as an offer: price of a unit of `factor` stock units, and its tax."""
    return {
        "unit_price": held["unit_price"],
        "currency": held["currency"],
        "factor": held["factor"],
        "tax_included": held["tax_included"],
        "tax_rate_pct": held["tax_rate_pct"],
    }


def notices(con: Any, run: Run) -> list[Notice]:  # noqa: ANN401
    """Contracts that end soon or are used too little."""
    told = run.settings.contracts
    bounds = rules.Reminders(told.warn_days, told.under_use_from_pct, told.under_use_pct)
    return [
        notice
        for contract, used in _used(con, run)
        for notice in rules.notices(contract, used, run.today, bounds)
    ]
