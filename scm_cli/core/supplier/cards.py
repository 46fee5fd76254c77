"""The scorecard of every supplier at once: the parts put together, period by period.

What a supplier answered and which papers it has are gathered here too; both count only where
something was asked of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.supplier import tiers
from scm_cli.core.supplier.price_index import price_indices
from scm_cli.core.supplier.score import ScoreRules, ranks, scored
from scm_cli.core.supplier.scorecard import Allowance, judged, punctuality, quality, typed
from scm_cli.core.supplier.tiers import TierRules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scm_cli.core.supplier.periods import Period

INVITES = {
    "supplier": pl.String,
    "invited_on": pl.Date,
    "reply_by_on": pl.Date,
    "answered_on": pl.Date,
}
PAPERS = {
    "supplier": pl.String,
    "kind": pl.String,
    "valid_from_on": pl.Date,
    "valid_until_on": pl.Date,
}
LICENCE = "_licence"  # papers without which nobody may trade


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that the shop may set about scores."""

    allowed: Allowance = Allowance()
    score: ScoreRules = field(default_factory=ScoreRules)
    tier: TierRules = TierRules()
    required: Mapping[str, Sequence[str]] = field(default_factory=dict)  # category → papers


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of suppliers; each frame may hold more than one period.

    `suppliers`: `supplier, category, is_internal`; the rest as in the modules that read them.
    """

    suppliers: pl.DataFrame
    lines: pl.DataFrame
    receipts: pl.DataFrame
    inspections: pl.DataFrame
    bought: pl.DataFrame
    offers: pl.DataFrame
    invites: pl.DataFrame
    papers: pl.DataFrame


def responses(invites: pl.DataFrame, period: Period, today: date) -> pl.DataFrame:
    """Per supplier: requests of the period, those answered by their day, days until the answer.

    A request whose day has not come and that is not answered is left out.

    >>> from datetime import date
    >>> from scm_cli.core.supplier.periods import month
    >>> sent = pl.DataFrame({"supplier": ["S", "S"], "invited_on": [date(2026, 1, 2)] * 2,
    ...     "reply_by_on": [date(2026, 1, 9)] * 2, "answered_on": [date(2026, 1, 6), None]})
    >>> responses(sent, month("2026-01"), date(2026, 2, 1)).row(0)
    ('S', 2, 0.5, 4.0)
    """
    asked = typed(invites, INVITES).filter(
        pl.col("invited_on").is_between(period.from_on, period.until_on)
    )
    by_on = pl.coalesce("reply_by_on", pl.lit(today))
    asked = asked.filter(
        pl.col("answered_on").is_not_null() | (by_on < today) | pl.col("reply_by_on").is_null()
    )
    in_time = (pl.col("answered_on") <= by_on).fill_null(False)
    return asked.group_by("supplier").agg(
        asked=pl.len().cast(pl.Int64),
        answered_share=in_time.mean(),
        response_days=(pl.col("answered_on") - pl.col("invited_on")).dt.total_days().mean(),
    )


def documents(
    suppliers: pl.DataFrame, papers: pl.DataFrame, required: Mapping[str, Sequence[str]], on: date
) -> pl.DataFrame:
    """Per supplier: which part of its required papers is valid on a day, and expired licences.

    Returns:
        `supplier, documents_share, unlicensed`: the share is null where nothing is required; a
        licence that is required and was never shown is missing, not expired.

    >>> from datetime import date
    >>> firms = pl.DataFrame({"supplier": ["S"], "category": ["food"]})
    >>> had = pl.DataFrame({"supplier": ["S"], "kind": ["business_licence"],
    ...     "valid_until_on": [date(2025, 12, 31)]})
    >>> asked = {"*": ["business_licence"], "food": ["food_licence"]}
    >>> documents(firms, had, asked, date(2026, 1, 1)).row(0)
    ('S', 0.0, True)
    """
    kinds = [(category, kind) for category, names in required.items() for kind in names]
    table = pl.DataFrame(kinds, schema={"category": pl.String, "kind": pl.String}, orient="row")
    firms = suppliers.select("supplier", "category")
    everyone = firms.join(table.filter(pl.col("category") == "*").select("kind"), how="cross")
    some = firms.join(table.filter(pl.col("category") != "*"), on="category")
    needed = pl.concat([f.select("supplier", "kind") for f in (everyone, some)]).unique()
    shown = typed(papers, PAPERS)
    begun = pl.col("valid_from_on").is_null() | (pl.col("valid_from_on") <= on)
    state = shown.group_by("supplier", "kind").agg(
        valid=(begun & (pl.col("valid_until_on") >= on)).any(),
        expired=(pl.col("valid_until_on") < on).any(),
    )
    held = needed.join(state, on=["supplier", "kind"], how="left").with_columns(
        pl.col("valid", "expired").fill_null(False)
    )
    gone = pl.col("kind").str.ends_with(LICENCE) & pl.col("expired") & ~pl.col("valid")
    told = held.group_by("supplier").agg(
        documents_share=pl.col("valid").mean(), unlicensed=gone.any()
    )
    return (
        firms.select("supplier")
        .join(told, on="supplier", how="left")
        .with_columns(pl.col("unlicensed").fill_null(False))
    )


def period_cards(
    known: Evidence, period: Period, rules: Rules, today: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row per supplier for one period, scored; and the lines that it rests on."""
    lines = judged(known.lines, known.receipts, period, rules.allowed, today)
    within = pl.col("on").is_between(period.from_on, period.until_on)
    parts = [
        punctuality(lines),
        quality(known.receipts, known.inspections, period),
        price_indices(known.bought.filter(within), known.offers),
        responses(known.invites, period, today),
        documents(known.suppliers, known.papers, rules.required, period.until_on),
    ]
    cards = known.suppliers
    for part in parts:
        cards = cards.join(part, on="supplier", how="left", maintain_order="left")
    counts = ("lines", "assumed_lines", "on_time_lines", "in_full_lines", "received_lines", "asked")
    cards = cards.with_columns(
        pl.col(counts).fill_null(0),
        pl.col("unsafe", "unlicensed").fill_null(False),
        on_time_share=pl.col("on_time_lines") / pl.col("lines"),
        in_full_share=pl.col("in_full_lines") / pl.col("lines"),
        price_share=(100 / pl.col("price_index")).clip(None, 1.0),
    )
    cards = cards.with_columns(pl.col("on_time_share", "in_full_share").fill_nan(None))
    return scored(cards, rules.score), lines


def scorecards(
    known: Evidence, periods: Sequence[Period], rules: Rules, today: date
) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """The cards of each period with grade, tier and its cause; and the lines of the last period.

    Args:
        known: the evidence of all periods.
        periods: oldest first; tiers are carried from one to the next.
        rules: the shop's.
        today: what came after it does not count yet.
    """
    made, seen, failed = [], [], []
    lines = pl.DataFrame()
    for period in periods:
        cards, lines = period_cards(known, period, rules, today)
        score = cards["score_pct"].to_numpy()
        grade = tiers.grades(score.astype(float), cards["lines"].to_numpy(), rules.tier)
        ours = cards["is_internal"].to_numpy()
        seen.append(np.where(ours, tiers.UNRATED, grade))
        failed.append((cards["unsafe"] | cards["unlicensed"]).to_numpy() & ~ours)
        standing, causes = tiers.standing(seen, failed)
        told = cards.with_columns(
            pl.Series("grade", tiers.named(seen[-1])),
            pl.Series("tier", tiers.named(standing)),
            pl.Series("cause", causes),
            ranks(cards, "score_pct"),
            ranks(cards, "raw_score_pct").alias("raw_rank"),
        )
        made.append(told)
    return made, lines


def shown(cards: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The cards as they are told: shares in %, everything rounded once, days of the period.

    A tier that rests on earlier periods alone (few lines in this one) is told as unrated;
    `standing` is the tier all the same.

    >>> from scm_cli.core.supplier.periods import quarter
    >>> shown(pl.DataFrame({"on_time_share": [0.66666], "tier": ["A"], "grade": ["unrated"],
    ...     "cause": ["few lines"]}), quarter("2026Q1")).select("on_time_pct", "tier", "period").row(0)
    (66.67, 'unrated', '2026Q1')
    """
    shares = [n for n in cards.columns if n.endswith("_share")]
    floats = [n for n, kind in cards.schema.items() if kind == pl.Float64 and n not in shares]
    silent = (pl.col("grade") == "unrated") & (pl.col("cause") != "failure")
    told = cards.with_columns(
        *((pl.col(n) * 100).round(2).alias(_pct_name(n)) for n in shares),
        pl.col(floats).round(2),
        standing=pl.col("tier"),
        tier=pl.when(silent).then(pl.lit("unrated")).otherwise("tier"),
        period=pl.lit(period.name),
        from_on=pl.lit(period.from_on),
        until_on=pl.lit(period.until_on),
    )
    return told.drop(shares)


def _pct_name(share: str) -> str:
    part = share.removesuffix("_share")
    return {"in_full": "on_time_in_full", "pass": "quality"}.get(part, part) + "_pct"
