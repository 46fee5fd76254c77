"""One customer as one wants to see it while the phone rings; tags by hand and by rule."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.errors import ScmError
from scm_cli.store import crm, lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.run import Run

ITEMS = 5
RETURNS = """
SELECT count(DISTINCT h.return_no) AS returns, max(h.returned_on) AS last_return_on,
    arg_max(h.reason, h.returned_on) AS last_reason FROM sales_return h WHERE h.customer = ?
"""
DISCOUNTS = (
    f"{crm.SOLD} SELECT round(100.0 * count(*) FILTER (is_discounted) / nullif(count(*), 0), 2)::DOUBLE AS pct "
    "FROM sold WHERE customer = ?"
)


def tag(run: Run, code: str, tags: Sequence[str], *, remove: bool) -> Committed:
    """Put tags on a customer or take them off; what is so already changes nothing.

    Raises:
        ScmError: there is no such customer, or a tag to take off that it does not have.
    """
    changes = Changes()
    with writing(run, small=True) as con:
        lookup.one(con, "customer", "customer", code)
        have = {row["tag"] for row in crm.tags(con, code)}
        for each in dict.fromkeys(t.strip() for t in tags):
            if remove and each not in have:
                raise ScmError(
                    "customer {code} has no tag {tag}",
                    hint="It has: {tags}." if have else "It has none.",
                    code=code,
                    tag=each,
                    tags=", ".join(sorted(have)),
                )
            if remove:
                changes.delete("customer_tag", [{"customer": code, "tag": each}])
            elif each and each not in have:
                row = {"customer": code, "tag": each, "tagged_on": run.today, "note": None}
                changes.insert("customer_tag", [row])
        return commit(con, run, changes)


def tagged(run: Run, name: str | None) -> list[dict[str, Any]]:
    """Who has which tag, and whether a person or a rule gave it."""
    import polars as pl

    from scm_cli.core.customer import tags
    from scm_cli.jobs.churn import judged

    rules = run.settings.customers.tags
    with reading(run) as con:
        people = crm.customers(con)
        by_hand = crm.tags(con)
        found = judged(con, run).customers if rules else None
    names = dict(people.select("customer", "name").iter_rows())
    told = [{**row, "by": "person", "why": row["note"]} for row in by_hand]
    if found is not None:
        whole = people.join(found, on="customer", how="left")
        given = tags.by_rule(whole.with_columns(pl.selectors.decimal().cast(float)), rules)
        told += [{**row, "by": "rule"} for row in given.to_dicts()]
    wanted = [{**row, "name": names.get(row["customer"])} for row in told]
    return sorted(
        (r for r in wanted if name is None or r["tag"] == name),
        key=lambda r: (r["tag"], r["customer"], r["by"]),
    )


def glance(con: Any, run: Run, code: str) -> dict[str, Any]:  # noqa: ANN401 -- the store's connection
    """A customer at a glance: tags, standing, value, basket, rhythm, risk, debts, complaints.

    Raises:
        ScmError: a tag rule of the settings is not understood.
    """
    import polars as pl

    from scm_cli.core.customer import tags
    from scm_cli.jobs.churn import judged

    found = judged(con, run)
    mine = found.customers.filter(pl.col("customer") == code)
    by_hand = [row["tag"] for row in crm.tags(con, code)]
    rules = run.settings.customers.tags
    if rules:
        own = crm.customers(con).filter(pl.col("customer") == code)
        whole = own.join(mine, on="customer", how="left")
        given = tags.by_rule(whole.with_columns(pl.selectors.decimal().cast(float)), rules)
        by_hand += [t for t in given["tag"] if t not in by_hand]
    (figures,) = mine.with_columns(pl.selectors.float().round(2)).to_dicts() or [{}]
    told = {FIGURES_NAMED.get(name, name): figures.get(name) for name in FIGURES}
    back = rows(con, RETURNS, [code])[0]
    discounts = rows(con, DISCOUNTS, [code])[0]["pct"]
    told |= {"discounted_pct": discounts, **back, **_owed(con, run, code)}
    return {"tags": ", ".join(by_hand) or None, **told}


FIGURES = (
    "rfm", "standing", "purchases", "spend_amount", "yearly_amount", "basket_amount",
    "usual_interval_days", "expected_on", "overdue_days", "churn_pct", "value_amount",
    "lifetime_amount",
)  # fmt: skip
#: On one card a bare value would be read as what the customer is worth.
FIGURES_NAMED = {"value_amount": "at_risk_amount"}
NEXT = (
    "sku", "name", "purchases", "interval_days", "expected_on", "expected_qty", "overdue_days",
    "available_qty",
)  # fmt: skip


def _owed(con: Any, run: Run, code: str) -> dict[str, Any]:  # noqa: ANN401
    """What the customer owes and may still owe."""
    from scm_cli.jobs import books

    open_debts = books.loaded(con, run).balances().get(("customer", code))
    owed = open_debts.amount if open_debts else Decimal(0)
    overdue = open_debts.overdue_amount(run.today) if open_debts else Decimal(0)
    limit = rows(con, "SELECT credit_limit_amount AS most FROM customer WHERE customer = ?", [code])
    most = limit[0]["most"] if limit else None
    room = None if most is None else max(most - owed, Decimal(0))
    return {"owed_amount": owed, "overdue_amount": overdue, "credit_left_amount": room}


def next_items(con: Any, run: Run, code: str) -> list[dict[str, Any]]:  # noqa: ANN401
    """What the customer buys next and when, with what lies there."""
    from scm_cli.core.customer import repurchase

    lines = crm.bought(con, run.setting("walk_in_customer"), code)
    found = repurchase.next_items(lines, run.today).head(ITEMS)
    found = found.join(crm.on_hand(con), on="sku", how="left", maintain_order="left")
    found = found.join(crm.item_names(con), on="sku", how="left", maintain_order="left")
    return found.select(NEXT).to_dicts()
