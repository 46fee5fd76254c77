"""Demand beyond its band: found every morning; the emergency pack is made the same night."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise import surge, surge_words
from scm_cli.core.advise.surge import ORDERED, PRODUCTION, SOLD, SUPPLY, Ahead, Flow, Pack
from scm_cli.core.supplier.sharing import language
from scm_cli.jobs import outbox_place, planning, standing, watching
from scm_cli.locale import put
from scm_cli.store import facts, lookup, watch
from scm_cli.store import planning as asked
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from scm_cli.core.advise.notices import Notice
    from scm_cli.core.replenish.schemas import PlanRules
    from scm_cli.errors import Say
    from scm_cli.jobs.planned import Planned
    from scm_cli.run import Run

KEY = ("sku", "warehouse")
BOOK = "surge.xlsx"
LONGEST_DAYS = 90  # further nobody hurries


def found(con: Any, run: Run) -> list[dict[str, Any]]:  # noqa: ANN401 -- the store's connection
    """Items beyond the band of their kept forecast: by what was sold, or by what is on order.

    The bound is the 95 % quantile over the protection interval, and the slack that forecast
    exceptions have. Items of which as much again lies there are no emergency and are left out.
    `sku, warehouse, cause, expected_qty, actual_qty`, `due_on` the last day of such orders.
    """
    import polars as pl

    from scm_cli.core.forecast import exceptions

    kept = watching.recent(con, run)
    if kept.is_empty():
        return []
    told = exceptions.exceptions(kept, watch.methods(con), run.today, watching.rules(run.settings))
    above = told.filter(pl.col("kind") == "above band").with_columns(
        cause=pl.lit(SOLD), due_on=pl.lit(None, pl.Date)
    )
    names = (*KEY, "cause", "expected_qty", "actual_qty", "due_on")
    both = pl.concat([above.select(names), _on_order(con, run, kept).select(names)])
    listed = both.unique(KEY, keep="last", maintain_order=True).sort(KEY).to_dicts()
    if not listed:
        return []
    place = facts.default_warehouse(con, run.settings.default_warehouse)
    there = {
        (r["sku"], r["warehouse"]): r["usable_qty"] for r in lookup.levels(con, run.today, place)
    }
    return [r for r in listed if r["actual_qty"] > there.get((r["sku"], r["warehouse"]), 0)]


def _on_order(con: Any, run: Run, kept: pl.DataFrame) -> pl.DataFrame:  # noqa: ANN401
    """Open orders that are wanted within the interval and alone are beyond its band."""
    import polars as pl

    place = facts.default_warehouse(con, run.settings.default_warehouse) or ""
    newest = kept.sort("made_on").group_by(KEY, maintain_order=True).last()
    wanted = asked.wanted(con, place).join(newest, on=KEY)
    due = wanted.filter(pl.col("on") <= pl.col("interval_until_on"))
    low, high = pl.col("interval_p05_qty"), pl.col("interval_p95_qty")
    slack = (high - low) * run.settings.forecasting.band_slack_pct / 100
    told = due.group_by(KEY).agg(
        actual_qty=pl.col("qty").sum(),
        due_on=pl.col("on").max(),
        expected_qty=high.first(),
        bound=(high + slack).first(),
        cause=pl.lit(ORDERED).first(),
    )
    return told.filter(pl.col("actual_qty") > pl.col("bound"))


def notices(con: Any, run: Run) -> list[Notice]:  # noqa: ANN401
    """One line for the morning."""
    return surge_words.notices(found(con, run))


def advised(run: Run) -> Pack:
    """The pack from the present facts; writes nothing."""
    with reading(run) as con:
        known, beyond = planning.gather(con, run), found(con, run)
    return pack(run, planning.made(known, run.settings), beyond) if beyond else Pack()


def tonight(run: Run, planned: Planned) -> list[str]:
    """The pack as a workbook in tonight's outbox; without a surge that of an earlier run goes."""
    path = outbox_place.folder(run) / run.today.isoformat() / BOOK
    with reading(run) as con:
        beyond = found(con, run)
    if not beyond:
        path.unlink(missing_ok=True)
        return []
    from scm_cli.excel.surge_book import write_surge

    made = said(pack(run, planned, beyond), run.lang)
    return [str(write_surge(path, made, run.lang))]


def said(made: Pack, lang: str) -> Pack:
    """The pack with its sentences in a language; a message in that of whom it is for."""

    def plain(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                k: put(v, r.get("language") or lang) if hasattr(v, "template") else v
                for k, v in r.items()
            }
            for r in listed
        ]

    items = [{**row, "cause": put(row["cause"], lang)} for row in made.items]
    return Pack(items, made.transfers, made.suppliers, plain(made.reschedule), plain(made.messages))


def pack(run: Run, planned: Planned, beyond: list[dict[str, Any]]) -> Pack:
    """Who runs out when, and what still helps, for each item beyond its band."""
    rules = planning.plan_rules(planned.facts, run.settings)
    stands = standing.stands(run, planned, beyond)
    offers = standing.offers(planned, {r["sku"] for r in beyond})
    made = Pack()
    for row in beyond:
        here = stands.get((row["sku"], row["warehouse"]))
        if here is None:
            continue
        mine = offers.get(row["sku"], [])
        usual = mine[0].p90_days if mine else run.settings.planning.default_lead_time_days
        near = min(max(usual, rules.transfer_days + 1), LONGEST_DAYS)
        days = max(near, min(_due_day(row, run), LONGEST_DAYS))
        day = surge.runs_out(here, days)
        made.items.append(_item(run, row, here, (day, days)))
        if day is not None:
            moves = _moves(here, stands, days, rules)
            helped = _helped(here, moves, rules.transfer_days)
            made.transfers += moves
            wait = surge.Wait(near, rules.patience_days, days)
            made.suppliers += surge.rescues(helped, mine, wait, run.today, run.settings.surge.suppliers)  # fmt: skip
            made.reschedule += surge.pulled(here, day, days, run.today)
    made.reschedule = [{"kind": SUPPLY, **line} for line in made.reschedule]
    made.reschedule += _made_sooner(planned, made.items)
    made.items.sort(key=lambda r: (-(r["margin_at_risk_amount"] or 0), r["sku"]))
    made.messages = _messages(run, made)
    return made


def _due_day(row: dict[str, Any], run: Run) -> int:
    """The last day of the orders that surge [days from today]: the walk ends no sooner."""
    return 0 if row["due_on"] is None else int((row["due_on"] - run.today).days)


def _moves(
    here: Ahead, stands: dict[tuple[str, str], Ahead], days: int, rules: PlanRules
) -> list[dict[str, Any]]:
    """Transfers from the other warehouses that know the item."""
    others = {
        place: surge.spare(each, days)
        for (sku, place), each in stands.items()
        if sku == here.sku and place != here.warehouse
    }
    return surge.moved(here, others, days, rules.today, rules.transfer_days)


def _item(
    run: Run, row: dict[str, Any], here: Ahead, walked: tuple[int | None, int]
) -> dict[str, Any]:
    day, days = walked
    gap = surge.short(here, days)[-1]
    margin = None if here.unit_margin is None else round(gap * max(here.unit_margin, 0.0), 2)
    return {
        **{name: row[name] for name in (*KEY, "cause", "actual_qty")},
        "expected_qty": round(row["expected_qty"], 1), "usable_qty": here.usable_qty,
        "daily_qty": round(here.pace_qty, 2),
        "runs_out_on": None if day is None else run.today + timedelta(days=day),
        "short_qty": float(ceil(round(gap, 4))), "until_on": run.today + timedelta(days=days),
        "margin_at_risk_amount": margin,
    }  # fmt: skip


def _helped(here: Ahead, moves: list[dict[str, Any]], days: int) -> Ahead:
    """The item with what the transfers bring."""
    from dataclasses import replace

    extra = tuple(Flow(days, m["qty"]) for m in moves)
    return replace(here, coming=(*here.coming, *extra))


def _made_sooner(planned: Planned, items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Production that the plan suggests for these items, by the day on which they run out."""
    import polars as pl

    out = {(r["sku"], r["warehouse"]): r["runs_out_on"] for r in items if r["runs_out_on"]}
    makes = planned.plan.suggestions.filter(pl.col("kind") == "make")
    for row in makes.iter_rows(named=True):
        day = out.get((row["sku"], row["warehouse"]))
        if day is not None:
            yield {
                "kind": PRODUCTION, "sku": row["sku"], "warehouse": row["warehouse"], "document": None,
                "line": None, "qty": row["order_qty"], "from_on": row["arrives_on"],
                "to_on": day - timedelta(days=1),
            }  # fmt: skip


def _messages(run: Run, made: Pack) -> list[dict[str, Any]]:
    """Ready to send: to suppliers, to the warehouse that gives, to customers who wait."""
    firm = run.settings.company
    with reading(run) as con:
        who = {r["code"]: r for r in rows(con, _PARTNERS)}
        owners = dict(con.execute("SELECT purchase_no, supplier FROM purchase_order").fetchall())
        waiting = rows(con, _WAITING, {"skus": sorted({r["sku"] for r in made.items if r["runs_out_on"]})})  # fmt: skip

    def told(code: str, text: Say) -> dict[str, Any]:
        known = who.get(code, {})
        lang = language(known, run.lang) if known else run.lang
        return {
            "to": code, "name": known.get("name"), "reach": known.get("reach"), "language": lang,
            "text": text,
        }  # fmt: skip

    def name(code: str) -> str:
        return str(who.get(code, {}).get("name") or code)

    found = [
        told(r["supplier"], surge_words.to_supplier(r, name(r["supplier"]), firm))
        for r in _asked(made.suppliers)
    ]
    for row in made.reschedule:
        code = owners.get(row["document"] or "")
        if code is not None:
            found.append(told(code, surge_words.to_expediter(row, name(code), firm)))
    found += [told(r["from_warehouse"], surge_words.to_warehouse(r)) for r in made.transfers]
    return found + [
        told(r["customer"], surge_words.to_customer(r, name(r["customer"]), firm)) for r in waiting
    ]


def _asked(suppliers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One supplier per item and warehouse: the first that is worth its premium, else the usual one."""
    chosen: dict[tuple[str, str], dict[str, Any]] = {}
    for row in suppliers:
        key = (row["sku"], row["warehouse"])
        if not (key in chosen and chosen[key]["worth"]):
            chosen[key] = row
    return list(chosen.values())


_PARTNERS = (
    "SELECT supplier AS code, name, coalesce(mobile, phone, email) AS reach, language FROM supplier "
    "UNION ALL SELECT customer, name, coalesce(mobile, phone, email), NULL FROM customer"
)
_WAITING = """
SELECT o.customer, o.order_no, o.sku, sum(o.open_qty - coalesce(r.qty, 0)) AS open_qty,
    max(o.promised_on) AS promised_on
FROM order_line o LEFT JOIN (SELECT order_no, line_no, sum(qty) AS qty FROM reservation WHERE source = 'stock'
    GROUP BY ALL) r USING (order_no, line_no)
WHERE o.open_qty > coalesce(r.qty, 0) AND o.sku IN (SELECT unnest($skus::VARCHAR[])) GROUP BY ALL ORDER BY ALL
"""
