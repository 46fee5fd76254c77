"""The funnel of all deals, and what its figures say of the open ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.calendar import require_range
from scm_cli.core.customer import funnel, lead_score, pipeline
from scm_cli.core.customer.deals import Stages
from scm_cli.errors import Exit, ScmError
from scm_cli.store import crm
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from scm_cli.run import Run
    from scm_cli.settings_customers import Deals

#: What a funnel may be split by → the column of a deal.
BY = {
    "cohort": "cohort", "owner": "owner", "source": "source", "product": "sku",
    "group": "product_group", "class": "class", "region": "region",
}  # fmt: skip
FEATURES = ("owner", "source", "sku", "product_group", "class", "region", "customer")


@dataclass(frozen=True, slots=True)
class Asked:
    """Split by what, and which days: of opening, or with `period` of what happened."""

    by: str | None = None
    first: date | None = None
    last: date | None = None
    period: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """All deals as they stand, their events, and the shop's stages."""

    stood: pl.DataFrame
    events: pl.DataFrame
    stages: Stages
    rules: Deals
    today: date

    def passed(self) -> pl.DataFrame:
        return funnel.passages(self.stood, self.events, self.stages)


def stages_of(run: Run) -> Stages:
    """The stages that the shop's settings name."""
    told = run.settings.deals
    return Stages(tuple(told.stages), told.won, told.lost)


def opened(run: Run) -> Book:
    """Load every deal."""
    with reading(run) as con:
        deals, events = crm.deals(con), crm.events(con)
    stages = stages_of(run)
    stood = funnel.standing(deals, events, stages)
    stood = stood.with_columns(pl.col("opened_on").dt.strftime("%Y-%m").alias("cohort"))
    return Book(stood, events, stages, run.settings.deals, run.today)


def column(by: str | None) -> str | None:
    """The column of a deal that is meant.

    Raises:
        ScmError: there is none (exit 2).
    """
    if by is not None and by not in BY:
        raise ScmError(
            "a funnel is not split by {by}",
            hint="Split it by {names}.",
            exit_code=Exit.USAGE,
            by=by,
            names=", ".join(BY),
        )
    return BY[by] if by else None


def _in_range(book: Book, asked: Asked) -> pl.DataFrame:
    stood = book.stood
    if asked.period:
        return stood
    if asked.first is not None:
        stood = stood.filter(pl.col("opened_on") >= asked.first)
    return stood if asked.last is None else stood.filter(pl.col("opened_on") <= asked.last)


def figures(run: Run, asked: Asked) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The funnel's rows, and the figures over all of its deals."""
    by = column(asked.by)
    require_range(asked.first, asked.last)
    book = opened(run)
    stood = _in_range(book, asked)
    passed = funnel.passages(stood, book.events, book.stages)
    if asked.period:
        first, last = asked.first or date.min, asked.last or run.today
        passed = funnel.in_period(passed, first, last)
        closed = pl.col("closed_on").is_between(first, last)
        stood = stood.filter((pl.col("fate") == "open") | closed)
    found = funnel.funnel(passed, stood, book.stages, by, book.rules.range_pct)
    if by is not None:
        found = found.rename({by: str(asked.by)})
    return rounded(found), _whole(book, stood)


def _whole(book: Book, stood: pl.DataFrame) -> dict[str, Any]:
    """Win rate, velocity, pipeline, weighted pipeline and stalls of these deals."""
    (rate,) = rounded(funnel.win_rate(stood, None, book.rules.range_pct)) or [{}]
    chances = funnel.stage_chances(book.stood, book.stages, book.rules.min_deals)
    ahead = pipeline.weighted(stood, chances)
    passed = funnel.passages(stood, book.events, book.stages)
    stalls = pipeline.stalled(passed, book.today, stall_rules(book.rules))
    return {
        "deals": len(stood),
        "won": rate.get("won", 0), "lost": rate.get("lost", 0), "open": rate.get("open", 0),
        **{n: rate.get(n) for n in ("win_rate_pct", "low_pct", "high_pct", "cycle_days", "velocity_amount")},
        "won_amount": rate.get("won_amount"),
        "pipeline_amount": round(float(ahead["worth_amount"].sum()), 2),
        "weighted_amount": round(float(ahead["weighted_amount"].sum()), 2) if chances else None,
        "without_value": int(ahead["worth_amount"].is_null().sum()),
        "stalled": len(stalls),
    }  # fmt: skip


def stall_rules(rules: Deals) -> pipeline.StallRules:
    """When a deal stalls, as the shop's settings say."""
    return pipeline.StallRules(rules.stall_times, rules.stall_days, rules.min_deals)


def rates(run: Run, by: str | None) -> list[dict[str, Any]]:
    """Win rate with its range per owner, product and so on."""
    book, name = opened(run), column(by)
    found = funnel.win_rate(book.stood, name, book.rules.range_pct)
    return rounded(found if name is None else found.rename({name: str(by)}))


def stalls(run: Run) -> list[dict[str, Any]]:
    """Open deals that stand too long in their stage, and those whose next step is past."""
    book = opened(run)
    found = pipeline.stalled(book.passed(), run.today, stall_rules(book.rules))
    return rounded(found)


def forecast(run: Run) -> list[dict[str, Any]]:
    """What the open deals will bring by month, with ranges."""
    book = opened(run)
    chances = pipeline.closing_chances(book.stood, run.today, book.rules.min_deals)
    return rounded(pipeline.wins_by_month(book.stood, chances, run.today, book.rules.range_pct))


@dataclass(frozen=True, slots=True)
class Scored:
    """Deals with their scores; none when too few are closed. `known` is what was learnt."""

    rows: list[dict[str, Any]]
    known: lead_score.Learnt | None
    won: int
    lost: int


def learnt(book: Book) -> lead_score.Learnt | None:
    """What the closed deals teach."""
    rules = book.rules
    closed = book.stood.filter(pl.col("fate") != "open")
    closed = closed.with_columns((pl.col("fate") == "won").alias("is_won"))
    told = lead_score.ScoreRules(
        rules.score_min_closed, rules.score_min_word, rules.score_smoothing
    )
    return lead_score.learnt(closed, FEATURES, told)


def scores(run: Run, number: str | None) -> Scored:
    """Open deals by their chance, learnt from closed ones; or one deal with its reasons."""
    book = opened(run)
    counts = [int((book.stood["fate"] == f).sum()) for f in ("won", "lost")]
    if number is not None and number not in book.stood["deal_no"]:
        from scm_cli.core.search import unknown

        raise unknown("deal", number, book.stood["deal_no"].to_list())
    known = learnt(book)
    if known is None:
        return Scored([], None, *counts)
    wanted = pl.col("fate") == "open" if number is None else pl.col("deal_no") == number
    asked = book.stood.filter(wanted)
    asked = asked.with_columns(lead_score.scores(asked, known))
    if number is not None:
        return Scored(_reasons(asked.row(0, named=True), known), known, *counts)
    asked = asked.sort(-pl.col("score_pct"), "deal_no")
    names = ("deal_no", "customer", "owner", "stage", "sku", "worth_amount", "score_pct")
    return Scored(rounded(asked.select(names)), known, *counts)


def _reasons(deal: dict[str, Any], known: lead_score.Learnt) -> list[dict[str, Any]]:
    base = {"deal": deal["deal_no"], "score_pct": round(deal["score_pct"], 2)}
    return [{**base, **row} for row in lead_score.reasons(deal, known)] or [base]


def rounded(found: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows for people: statistics rounded once, at the edge; a deal's number under its name."""
    if "deal_no" in found.columns:
        found = found.rename({"deal_no": "deal"})
    return found.with_columns(pl.selectors.float().round(2)).to_dicts()
