"""Deals one by one: entered, moved from stage to stage, talked about, shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.customer.deals import Change, Stages, followed, moved
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import documents
from scm_cli.locale import put
from scm_cli.store import crm, lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scm_cli.core.stock.entry import Typed
    from scm_cli.run import Run

RECENT = 20
LIST = """
SELECT d.deal_no AS deal, d.name, d.customer, c.name AS customer_name, d.owner, d.source, d.stage,
    d.opened_on, d.closed_on, d.value_amount, d.expected_close_on, d.next_step, d.next_step_on,
    d.lost_reason, e.changed_on AS in_stage_since_on
FROM deal d LEFT JOIN customer c USING (customer) LEFT JOIN (
    SELECT deal_no, changed_on FROM deal_event
    QUALIFY row_number() OVER (PARTITION BY deal_no ORDER BY event_no DESC) = 1
) e USING (deal_no)
WHERE ($stage IS NULL OR d.stage = $stage) AND ($owner IS NULL OR d.owner = $owner)
    AND ($customer IS NULL OR d.customer = $customer)
ORDER BY d.opened_on DESC NULLS LAST, d.deal_no DESC
"""
LINES = """
SELECT l.line_no, l.sku, i.name, l.qty / l.factor AS qty, l.unit, l.unit_price,
    round(l.qty * coalesce(l.unit_price / l.factor, i.sale_price), 2)::DECIMAL(18,2) AS amount
FROM deal_line l LEFT JOIN item i USING (sku) WHERE l.deal_no = ? ORDER BY l.line_no
"""


def stages_of(run: Run) -> Stages:
    """The stages that the shop's settings name, read without the other settings.

    A person may name one as it is shown in Chinese.
    """
    named: tuple[str, ...] = tuple(run.setting("deals.stages"))
    won, lost = run.setting("deals.won"), run.setting("deals.lost")
    return Stages(named, won, lost, tuple((put(s, "zh"), s) for s in (*named, won, lost)))


def listed(run: Run, stage: str | None, owner: str | None, customer: str | None) -> list[dict[str, Any]]:  # fmt: skip
    """Deals, newest first."""
    asked = {"stage": stages_of(run).known(stage) if stage else None, "owner": owner, "customer": customer}  # fmt: skip
    with reading(run) as con:
        if customer is not None:
            lookup.one(con, "customer", "customer", customer)
        return rows(con, LIST, asked)


@dataclass(frozen=True, slots=True)
class Shown:
    """A deal with its items, its changes of stage and what was said."""

    record: dict[str, Any]
    lines: list[dict[str, Any]]
    history: list[dict[str, Any]]
    interactions: list[dict[str, Any]]


def shown(run: Run, number: str) -> Shown:
    """One deal and what hangs on it."""
    with reading(run) as con:
        record = lookup.one(con, "deal", "deal_no", number)
        return Shown(
            {"deal": record.pop("deal_no"), **record},
            rows(con, LINES, [number]),
            crm.history(con, number),
            crm.interactions(con, "deal_no", number, RECENT),
        )


def add(run: Run, texts: Mapping[str, str], lines: Sequence[Typed]) -> documents.Entered:
    """Enter a deal; without a stage it begins in the first, without a day today.

    Raises:
        ScmError: the stage does not exist, the deal is closed before it was opened or won
            without value, or what it names is not there.
    """
    from scm_cli.core import master

    stages, changes = stages_of(run), Changes()
    given = master.values("deal", texts)
    given["stage"] = stages.known(given.get("stage") or stages.open[0])
    with writing(run, small=True) as con:
        number = given.get("deal_no") or documents.number(con, run, changes, "deal")
        if rows(con, "SELECT 1 FROM deal WHERE deal_no = ?", [number]):
            raise ScmError("there is a deal {number} already", number=number)
        given.setdefault("opened_on", run.today)
        deal = master.row("deal", {**given, "deal_no": number})
        items = documents.resolved(con, lines)
        if deal["value_amount"] is None and items:
            deal["value_amount"] = _worth(items)
        _require(deal, run.today, stages)
        changes.insert("deal", [deal])
        changes.insert("deal_line", [_line(number, item) for item in items])
        events = followed(deal, None, None if stages.closes(deal["stage"]) else deal["stage"], stages)  # fmt: skip
        who = {"person": run.who or None, "note": None}
        changes.insert("deal_event", [{**event, **who} for event in events])
        return documents.Entered(number, commit(con, run, changes))


def _require(deal: dict[str, Any], today: date, stages: Stages) -> None:
    """A deal that is entered closed obeys what closing one obeys."""
    if stages.closes(deal["stage"]):
        deal["closed_on"] = deal["closed_on"] or today
        open_one = {**deal, "stage": stages.open[0], "closed_on": None}
        moved(open_one, None, Change(deal["stage"], deal["closed_on"]), stages)
    elif deal["closed_on"] is not None:
        raise ScmError(
            "a deal in stage {stage} is not closed",
            hint="Leave --closed-on away, or say --stage {won} or {lost}.",
            exit_code=Exit.USAGE,
            stage=deal["stage"],
            won=stages.won,
            lost=stages.lost,
        )


def _worth(items: list[dict[str, Any]]) -> Decimal | None:
    """The sum of the lines as they are priced; None when one has no price."""
    from scm_cli.core.money.terms import cents

    total = Decimal(0)
    for item in items:
        price, sale = item["unit_price"], item["item"]["sale_price"]
        if price is None and sale is None:
            return None
        total += item["qty"] / item["factor"] * price if price is not None else item["qty"] * sale
    return cents(total)


def _line(number: str, item: dict[str, Any]) -> dict[str, Any]:
    names = ("line_no", "sku", "qty", "unit", "factor", "unit_price")
    return {"deal_no": number, **{n: item[n] for n in names}}


def move(run: Run, number: str, asked: Change) -> Committed:
    """Bring a deal to a stage; the change is logged with its day, person and entry.

    Raises:
        ScmError: there is no such deal or stage, or the change cannot be.
    """
    stages = stages_of(run)
    with writing(run, small=True) as con:
        deal = lookup.one(con, "deal", "deal_no", number)
        new, event = moved(deal, crm.last_event(con, number), asked, stages)
        changes = Changes()
        if new:
            changes.update("deal", [{"deal_no": number, **new}])
        if event is not None:
            changes.insert("deal_event", [event])
        return commit(con, run, changes)


def edit(run: Run, number: str, texts: Mapping[str, str]) -> Committed:
    """Change fields of a deal other than its stage and the day of its closing."""
    from scm_cli.core import master

    for name in ("stage", "closed_on"):
        if name in texts:
            raise ScmError(
                "{field} of a deal changes with its stage",
                hint="Use `scm customer deal move {number} STAGE --on DATE`.",
                exit_code=Exit.USAGE,
                field=name,
                number=number,
            )
    with writing(run, small=True) as con:
        old = lookup.one(con, "deal", "deal_no", number)
        new = master.changed("deal", old, master.values("deal", texts))
        changes = Changes()
        if new:
            changes.update("deal", [{"deal_no": number, **new}])
        return commit(con, run, changes)


def note(run: Run, values: Mapping[str, Any]) -> documents.Entered:
    """Keep what was said with a lead, in a deal, or with a customer.

    Raises:
        ScmError: it names none of them, or one that is not there.
    """
    from scm_cli.core import master

    named = {"lead_no": "lead", "deal_no": "deal", "customer": "customer"}
    if not any(values.get(field) for field in named):
        raise ScmError(
            "an interaction is with somebody",
            hint="Name --customer, --lead or --deal.",
            exit_code=Exit.USAGE,
        )
    changes = Changes()
    with writing(run, small=True) as con:
        for field, table in named.items():
            if values.get(field):
                lookup.one(con, table, field, values[field])
        number = documents.number(con, run, changes, "interaction")
        person = values.get("person") or run.who or None
        given = {**values, "interaction_no": number, "person": person}
        changes.insert("interaction", [master.row("interaction", given)])
        if values.get("lead_no"):
            _contacted(con, changes, values["lead_no"])
        return documents.Entered(number, commit(con, run, changes))


def _contacted(con: Any, changes: Changes, number: str) -> None:  # noqa: ANN401
    """A new lead that somebody talked to is no longer new."""
    if lookup.one(con, "lead", "lead_no", number)["status"] == "new":
        changes.update("lead", [{"lead_no": number, "status": "contacted"}])
