"""Scores of suppliers: gathered, counted, kept per quarter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.customer.faults import sentence
from scm_cli.core.supplier import periods, review, tiers
from scm_cli.core.supplier.cards import Evidence, Rules, documents, scorecards, shown
from scm_cli.core.supplier.periods import Period, earlier, last_quarter, require_ended
from scm_cli.core.supplier.review import ReviewRules
from scm_cli.core.supplier.score import ScoreRules
from scm_cli.core.supplier.scorecard import Allowance
from scm_cli.core.supplier.tiers import TierRules
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.jobs import complaints
from scm_cli.store import derived, lookup, scoring
from scm_cli.store.gateway import reading, writing

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.run import Run


@dataclass(frozen=True, slots=True)
class Scores:
    """The suppliers of a period, where they stood before it, the lines and a year's purchases."""

    period: Period
    cards: pl.DataFrame
    history: pl.DataFrame
    lines: pl.DataFrame
    year: pl.DataFrame
    failing: pl.DataFrame  # suppliers that failed since: a D at once, whatever the period says
    notes: list[Say]


@dataclass(frozen=True, slots=True)
class Asked:
    """The period as it was typed: at most one way of naming it."""

    month: str | None = None
    quarter: str | None = None
    first: date | None = None
    last: date | None = None


def period(run: Run, asked: Asked) -> Period:
    """The period that was asked for, else the newest quarter that has ended.

    Raises:
        ScmError: it is named twice, by half, or has not ended.
    """
    ways = [asked.month, asked.quarter, asked.first or asked.last]
    if sum(way is not None for way in ways) > 1:
        raise ScmError(
            "one period at a time",
            hint="Give --month, or --quarter, or --from and --to.",
            exit_code=Exit.USAGE,
        )
    grace = run.settings.scoring.grace_days
    found = last_quarter(run.today, grace)
    if asked.month is not None:
        found = periods.month(asked.month)
    elif asked.quarter is not None:
        found = periods.quarter(asked.quarter)
    elif asked.first is not None and asked.last is not None:
        found = periods.between(asked.first, asked.last)
    elif ways[2] is not None:
        raise ScmError(
            "a range needs both ends",
            hint="Give --from and --to.",
            exit_code=Exit.USAGE,
        )
    require_ended(found, run.today, grace)
    return found


def rules(run: Run) -> Rules:
    """What the settings say about scores."""
    told = run.settings.scoring
    names = ("a_pct", "b_pct", "c_pct", "min_lines", "high_spend_pct", "sole_source_pct")
    return Rules(
        Allowance(told.tolerance_pct, told.grace_days),
        ScoreRules(told.weights.model_dump(), told.range_pct, told.default_prior_lines),
        TierRules(**{name: getattr(told, name) for name in names}),
        run.settings.papers.required,
    )


def review_rules(run: Run) -> ReviewRules:
    """What the settings say about advice."""
    told = run.settings.scoring
    return ReviewRules(
        told.dear_index_pct,
        told.rise_pct,
        told.alternative_pct,
        told.switching_amount,
        run.settings.planning.holding_cost_pct,
    )


def scored(run: Run, asked: Period, supplier: str | None = None) -> Scores:
    """All suppliers in the period, or one of them (which is still measured against all).

    Raises:
        ScmError: there is no such supplier.
    """
    with reading(run) as con:
        if supplier is not None:
            lookup.one(con, "supplier", "supplier", supplier)
        found = gathered(con, run, asked)
    if supplier is None:
        return found
    mine = pl.col("supplier") == supplier
    cards = found.cards.filter(mine)
    said = [
        sentence(row, run.settings.currency) for row in cards.to_dicts() if row["complaints"]
    ]  # fmt: skip
    return replace(
        found,
        cards=cards,
        notes=[*found.notes, *said],
        history=found.history.filter(mine),
        lines=found.lines.filter(mine),
        year=found.year.filter(mine),
        failing=found.failing.filter(mine),
    )


def gathered(con: Any, run: Run, asked: Period) -> Scores:  # noqa: ANN401 -- the store's connection
    """Load, count, advise."""
    every = [*earlier(asked, run.settings.scoring.memory_quarters), asked]
    first, until, money = every[0].from_on, asked.until_on, run.settings.currency
    firms, faults = scoring.suppliers(con), complaints.frame(con, run)
    known = Evidence(
        firms,
        scoring.due_lines(con, first, until),
        scoring.receipts(con, first, until),
        pl.concat([scoring.inspections(con, first, until), complaints.failures(faults, run)]),
        scoring.bought(con, first, until, money).join(
            scoring.last_prices(con, asked.from_on, money),
            on=["supplier", "sku", "currency"],
            how="left",
        ),
        scoring.offers(con, money, run.today),
        scoring.invites(con, first, until),
        scoring.papers(con),
    )
    year = scoring.year(con, until, money)
    cards, lines = scorecards(known, every, rules(run), run.today)
    told = [shown(each, p) for each, p in zip(cards, every, strict=True)]
    able = firms.filter((pl.col("state") == "approved") & ~pl.col("is_internal"))
    there = review.sources(known.offers, year, able, until)
    last = _advised(run, told[-1], year, there)
    last = complaints.counted(last, faults, complaints.Days(asked.from_on, until))
    notes = [
        Say("no exchange rate for {currency}: its amounts are taken as they stand", currency=name)
        for name in year.filter("unrated")["currency"].unique().sort()
    ]
    whole = pl.concat([*told[:-1], last], how="diagonal")
    return Scores(asked, last, whole, lines, year, _failing(con, run, known, until), notes)


def _failing(con: Any, run: Run, known: Evidence, until: date) -> pl.DataFrame:  # noqa: ANN401
    """Suppliers with a safety failure after a period, or a licence that has expired by today."""
    held = documents(known.suppliers, known.papers, run.settings.papers.required, run.today)
    unlicensed = held.filter("unlicensed").select("supplier")
    unsafe = scoring.unsafe(con, until, run.today).select("supplier")
    return pl.concat([unlicensed, unsafe]).unique().sort("supplier")


def _advised(
    run: Run, cards: pl.DataFrame, year: pl.DataFrame, there: pl.DataFrame
) -> pl.DataFrame:
    """The cards of the period with role, spend, alternative and advice."""
    ours = cards.filter("is_internal").select("supplier")
    money = review.sole_spend(year, there)
    role = tiers.roles(money.join(ours, on="supplier", how="anti"), rules(run).tier)
    best = review.alternatives(year, there, cards, review_rules(run))
    floats = [n for n, kind in best.schema.items() if kind == pl.Float64]
    whole = cards.drop("spend")
    for part in (money, role, best.with_columns(pl.col(floats).round(2))):
        whole = whole.join(part, on="supplier", how="left", maintain_order="left")
    share = pl.col("spend") / pl.col("spend").filter(~pl.col("is_internal")).sum() * 100
    whole = whole.with_columns(
        pl.col("spend").round(2).alias("spend_amount"),
        spend_pct=pl.when(~pl.col("is_internal")).then(share).round(2),
    )
    return review.advised(whole.drop("spend", "sole_spend"), review_rules(run))


def rows(found: pl.DataFrame) -> list[dict[str, Any]]:
    """Suppliers that are at work, and all of whom there is a line; by code."""
    seen = (pl.col("lines") + pl.col("received_lines") + pl.col("asked") > 0) | (
        pl.col("state").is_in(["approved", "suspended"])
    )
    return found.filter(seen).sort("supplier").to_dicts()


def due(con: Any, run: Run) -> Period | None:  # noqa: ANN401
    """The quarter that has ended and was not scored yet."""
    newest = last_quarter(run.today, run.settings.scoring.grace_days)
    return None if scoring.newest_period(con) == newest.name else newest


def keep(run: Run, found: Scores) -> list[str]:
    """Keep a quarter, and the earlier ones that it remembers: they are the tiers' history."""
    with writing(run) as con:
        return derived.replace(con, run, {"supplier_score": _kept(found)})


def _kept(found: Scores) -> pl.DataFrame:
    """The rows of `supplier_score`: quarters in which something was due, came, or was decided."""
    from scm_cli.core.records.scores import SupplierScore

    said = (pl.col("lines") + pl.col("received_lines") > 0) | (pl.col("standing") != "unrated")
    frame = found.history.filter(said).with_columns(
        pl.col("late_days_p90").ceil(), tier="standing", price_index_pct="price_index"
    )
    return frame.select(SupplierScore.columns().keys()).sort("supplier", "period")


def standing(found: Scores, supplier: str | None) -> list[dict[str, Any]]:
    """Where every supplier stands, or the quarters through which one came there, newest first."""
    told = found.history.filter(~pl.col("is_internal")).with_columns(tier="standing")
    fallen = pl.col("supplier").is_in(found.failing["supplier"].implode()) & (
        pl.col("period") == found.period.name
    )
    told = told.with_columns(
        tier=pl.when(fallen).then(pl.lit("D")).otherwise("tier"),
        cause=pl.when(fallen).then(pl.lit("failure")).otherwise("cause"),
    )
    if supplier is None:
        told = told.filter(
            pl.col("period") == found.period.name,
            (pl.col("lines") > 0) | (pl.col("tier") != "unrated"),
        )
        return told.sort("supplier").to_dicts()
    return told.sort("until_on", descending=True).to_dicts()


def explained(run: Run, told: list[dict[str, Any]]) -> list[Say]:
    """Why a tier is not what its grade says: a failure, or a period that says too little."""
    notes = [
        Say(
            "{supplier} is a D at once, whatever its score in {period}: a safety failure or an "
            "expired licence. See `scm supplier papers` and `scm supplier risk {supplier}`.",
            supplier=row["supplier"], period=row["period"],
        )
        for row in told if row["cause"] == "failure"
    ]  # fmt: skip
    few = [f"{row['supplier']} {row['period']}" for row in told if row["cause"] == "few lines"]
    if few:
        said = "fewer than {n} lines in a period say nothing, the tier stays as it was: {which}"
        notes.append(Say(said, n=rules(run).tier.min_lines, which=", ".join(few)))
    return notes
