"""Breaks around the Spring Festival: the last day to order from each supplier."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import Notice
from scm_cli.core.supplier import breaks
from scm_cli.errors import Say
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from scm_cli.run import Run

MAKERS = """
SELECT s.supplier, s.name, s.lead_time_days, s.made_by,
    list_sort(list_distinct(list(p.made_by) FILTER (p.made_by IS NOT NULL))) AS makers,
    max(p.lead_time_days) AS item_days, count(p.sku) AS items
FROM supplier s LEFT JOIN supplier_item p USING (supplier)
WHERE s.state IN ('candidate', 'approved') AND NOT s.is_internal AND ($supplier IS NULL OR s.supplier = $supplier)
GROUP BY ALL ORDER BY s.supplier
"""


def breaks_of(con: Any, run: Run, code: str | None = None) -> dict[str, breaks.Break]:  # noqa: ANN401
    """Supplier → its next break at the Spring Festival, its makers' included."""
    closures = [
        (r["party"], r["from_on"], r["until_on"])
        for r in rows(
            con, "SELECT party, from_on, until_on FROM closure WHERE party_kind = 'supplier'"
        )
    ]
    found = {}
    for seller in rows(con, MAKERS, {"supplier": code}):
        if not seller["items"] and code is None:
            continue
        parties = [
            seller["supplier"],
            *([seller["made_by"]] if seller["made_by"] else []),
            *(seller["makers"] or []),
        ]
        quoted = [d for d in (seller["item_days"], seller["lead_time_days"]) if d is not None]
        lead = max(quoted, default=run.settings.planning.default_lead_time_days)
        each = breaks.next_break(parties, closures, lead, run.today)
        if each is not None:
            found[seller["supplier"]] = each
    return found


def notices(con: Any, run: Run) -> list[Notice]:  # noqa: ANN401
    """In season: the last day to order before each supplier's break."""
    ahead = timedelta(days=run.settings.purchasing.season_notice_days)
    found = []
    for code, each in breaks_of(con, run).items():
        if run.today + ahead < each.from_on or run.today >= each.from_on:
            continue
        template = "closed {first} to {last} for the Spring Festival: order by {day}"
        if each.order_by_on < run.today:
            template = "closed {first} to {last} for the Spring Festival: too late to order, hurry what is open"
        what = Say(template, first=each.from_on, last=each.until_on, day=each.order_by_on)
        found.append(Notice("festival break", code, each.closes, what, each.order_by_on))
    return sorted(found, key=lambda n: (n.by_on or run.today, n.who))


def told(con: Any, run: Run, code: str) -> dict[str, Any]:  # noqa: ANN401
    """The next break of one supplier, as fields of its card."""
    each = breaks_of(con, run, code).get(code)
    if each is None:
        return {}
    return {
        "closed_from_on": each.from_on,
        "closed_until_on": each.until_on,
        "order_by_on": each.order_by_on,
    }
