"""The funnel: counts that add up, days, chances, and what the open deals will bring."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.customer import funnel, pipeline
from scm_cli.core.customer.deals import Stages, followed
from scm_cli.core.customer.ranking import auc, wilson_pct

STAGES = Stages(("Talk", "Quote"), "Won", "Lost")
T0 = date(2026, 1, 1)
DEAL = {
    "deal_no": pl.String, "stage": pl.String, "opened_on": pl.Date, "closed_on": pl.Date,
    "worth_amount": pl.Float64, "owner": pl.String, "expected_close_on": pl.Date,
}  # fmt: skip
EVENT = {"deal_no": pl.String, "event_no": pl.Int64, "stage": pl.String, "changed_on": pl.Date}


def after(days: int | None) -> date | None:
    return None if days is None else T0 + timedelta(days=days)


def made(*told: tuple[str, str, list[tuple[str, int | None]]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Deals of (owner, stage, [(stage, day), ...]); each is worth 100."""
    deals, events = [], []
    for n, (owner, stage, steps) in enumerate(told):
        closed = steps[-1][1] if STAGES.closes(stage) else None
        deals.append((f"D{n}", stage, after(steps[0][1]), after(closed), 100.0, owner, None))
        events += [(f"D{n}", i, name, after(on)) for i, (name, on) in enumerate(steps, 1)]
    return pl.DataFrame(deals, DEAL, orient="row"), pl.DataFrame(events, EVENT, orient="row")


PLANTED = made(
    ("Li", "Won", [("Talk", 0), ("Quote", 10), ("Won", 30)]),
    ("Li", "Lost", [("Talk", 0), ("Quote", 20), ("Lost", 25)]),
    ("Li", "Lost", [("Talk", 0), ("Lost", 4)]),
    ("Wang", "Won", [("Quote", 5), ("Won", 15)]),  # nobody knows when it was talked about
    ("Wang", "Quote", [("Talk", 0), ("Quote", 6)]),
    ("Wang", "Talk", [("Talk", 0)]),
)


def rows(by: str | None = None, told: tuple[pl.DataFrame, pl.DataFrame] = PLANTED) -> pl.DataFrame:
    stood = funnel.standing(*told, STAGES)
    return funnel.funnel(funnel.passages(stood, told[1], STAGES), stood, STAGES, by, 90)


def test_a_planted_funnel() -> None:
    names = ["stage", "entered", "advanced", "lost", "open", "conversion_pct", "median_days"]
    assert rows().select(names).rows() == [
        ("Talk", 6, 4, 1, 1, pytest.approx(66.667, abs=0.001), 8.0),  # 10, 20, 6 and 4 days
        ("Quote", 4, 2, 1, 1, 50.0, 10.0),  # 20, 5 and 10 days
        ("Won", 2, 0, 0, 0, None, 20.0),  # 30 and 10 from opening to winning
        ("Lost", 2, 0, 0, 0, None, 14.5),
    ]


def test_by_owner_every_stage_stands_there() -> None:
    found = rows("owner")
    assert found.select("owner", "stage", "entered").rows() == [
        ("Li", "Talk", 3), ("Li", "Quote", 2), ("Li", "Won", 1), ("Li", "Lost", 2),
        ("Wang", "Talk", 3), ("Wang", "Quote", 2), ("Wang", "Won", 1), ("Wang", "Lost", 0),
    ]  # fmt: skip


def test_an_empty_shop_has_a_funnel_of_zeros() -> None:
    told = pl.DataFrame(schema=DEAL), pl.DataFrame(schema=EVENT)
    assert rows(None, told).select("stage", "entered").rows() == [
        ("Talk", 0), ("Quote", 0), ("Won", 0), ("Lost", 0),
    ]  # fmt: skip


steps = st.lists(st.sampled_from(STAGES.every), min_size=1, max_size=6)


@given(st.lists(steps, max_size=12))
def test_who_entered_advanced_was_lost_or_is_open(paths: list[list[str]]) -> None:
    """Also when deals go back, jump stages or are opened again."""
    told = made(*(("Li", path[-1], list(zip(path, range(9), strict=False))) for path in paths))
    found = rows(None, told)
    inner = found.head(2)
    assert (inner["entered"] == inner["advanced"] + inner["lost"] + inner["open"]).all()
    assert inner["entered"][1] == inner["advanced"][0]
    assert found["entered"][0] == len(paths)
    assert found["entered"][2] == inner["advanced"][1]
    shares = found.drop_nulls("conversion_pct")
    assert (shares["low_pct"] <= shares["conversion_pct"]).all()
    assert (shares["conversion_pct"] <= shares["high_pct"]).all()


def test_a_period_counts_what_happened_in_it() -> None:
    """Days 0-12: of those that came to Talk, four left; the deal quoted on day 20 is still open."""
    stood = funnel.standing(*PLANTED, STAGES)
    passed = funnel.passages(stood, PLANTED[1], STAGES)
    cut = funnel.in_period(passed, T0, T0 + timedelta(days=12))
    found = funnel.funnel(cut, stood, STAGES, None, 90).head(2)
    assert found.select("stage", "entered", "advanced", "lost", "open").rows() == [
        ("Talk", 5, 2, 1, 2),
        ("Quote", 3, 0, 0, 3),
    ]


def test_win_rate_and_velocity() -> None:
    stood = funnel.standing(*PLANTED, STAGES)
    (row,) = funnel.win_rate(stood, None, 90).to_dicts()
    assert (row["won"], row["lost"], row["open"], row["win_rate_pct"]) == (2, 2, 2, 50.0)
    assert row["velocity_amount"] == pytest.approx(2 * 0.5 * 100 / 20)
    assert [r["win_rate_pct"] for r in funnel.win_rate(stood, "owner", 90).to_dicts()] == [
        pytest.approx(33.333, abs=0.001),
        100.0,
    ]


def test_the_weighted_pipeline_leaves_lost_deals_out() -> None:
    stood = funnel.standing(*PLANTED, STAGES)
    chances = funnel.stage_chances(stood, STAGES, 1)
    assert chances == {0: 0.5, 1: pytest.approx(2 / 3)}
    found = pipeline.weighted(stood, chances)
    assert found["deal_no"].to_list() == ["D4", "D5"]
    assert found["weighted_amount"].sum() == pytest.approx(100 * 2 / 3 + 50)
    assert funnel.stage_chances(stood.filter(pl.col("fate") == "open"), STAGES, 1) == {}


def test_a_deal_that_stands_too_long_stalls() -> None:
    stood = funnel.standing(*PLANTED, STAGES)
    passed = funnel.passages(stood, PLANTED[1], STAGES)
    rules = pipeline.StallRules(times=1.0, days=30, min_deals=4)
    assert pipeline.stalled(passed, T0 + timedelta(days=15), rules)["deal_no"].to_list() == []
    found = pipeline.stalled(passed, T0 + timedelta(days=40), rules)
    told = found.select("deal_no", "in_stage_days", "limit_days").rows()
    assert told == [("D5", 40, 17), ("D4", 34, 30)]  # too few left the second stage: the setting


def closed_after(
    days: list[int], stage: str
) -> list[tuple[str, str, list[tuple[str, int | None]]]]:
    return [("Li", stage, [("Talk", 0), (stage, d)]) for d in days]


def test_wins_by_month_compare_a_deal_with_those_of_its_age() -> None:
    """Open since day 0, today day 20: 4 of the 5 deals still open then were won, 2 in January."""
    told = made(
        *closed_after([5, 25, 28, 50, 80], "Won"),
        *closed_after([8, 60], "Lost"),
        ("Li", "Talk", [("Talk", 0)]),
    )
    stood = funnel.standing(*told, STAGES)
    today = T0 + timedelta(days=20)
    chances = pipeline.closing_chances(stood, today, 3)
    assert chances.rows() == [("D7", 0, 0.4), ("D7", 1, 0.2), ("D7", 2, 0.2)]
    found = pipeline.wins_by_month(stood, chances, today, 90)
    assert found.select("month", "wins", "amount").rows()[:3] == [
        ("2026-01", 0.4, 40.0), ("2026-02", 0.2, 20.0), ("2026-03", 0.2, 20.0),
    ]  # fmt: skip
    assert found["month"][-1] == "later"
    assert (found["low_wins"] <= found["high_wins"]).all()
    assert pipeline.closing_chances(stood, today, 6).is_empty()  # too few of that age


def test_an_expected_day_of_closing_is_taken_at_its_word() -> None:
    told = made(*closed_after([25, 28, 50], "Won"), ("Li", "Talk", [("Talk", 0)]))
    deals = told[0].with_columns(
        pl.when(pl.col("deal_no") == "D3").then(date(2026, 4, 2)).alias("expected_close_on")
    )
    stood = funnel.standing(deals, told[1], STAGES)
    chances = pipeline.closing_chances(stood, T0 + timedelta(days=20), 2)
    assert chances.rows() == [("D3", 3, 1.0)]


@given(st.lists(st.floats(0, 1), max_size=8))
def test_the_chances_of_wins_are_a_distribution(chances: list[float]) -> None:
    spread = funnel.chance_of_wins(np.array(chances))
    assert spread.sum() == pytest.approx(1)
    assert (spread * np.arange(len(spread))).sum() == pytest.approx(sum(chances))


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [(0, 10, 0.0, 27.8), (10, 10, 72.2, 100.0), (81, 263, 25.5, 36.6)],  # Newcombe 1998, table I
)
def test_wilson(hits: int, tries: int, low: float, high: float) -> None:
    found = wilson_pct(hits, tries, 95)
    assert [float(found[1]), float(found[2])] == pytest.approx([low, high], abs=0.06)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_auc_counts_pairs(told: list[tuple[int, bool]]) -> None:
    hits, misses = [s for s, h in told if h], [s for s, h in told if not h]
    found = auc([s for s, _ in told], [h for _, h in told])
    if not hits or not misses:
        assert np.isnan(found)
        return
    pairs = [(a > b) + (a == b) / 2 for a in hits for b in misses]
    assert found == pytest.approx(sum(pairs) / len(pairs))


def test_the_events_of_a_sheet_give_the_same_funnel() -> None:
    """A deal that came in as Won, engaged at the second stage, counts its days there."""
    deal = {"deal_no": "D0", "stage": "Won", "opened_on": T0, "closed_on": after(57)}
    events = pl.DataFrame([{n: e[n] for n in EVENT} for e in followed(deal, None, "Quote", STAGES)], EVENT)  # fmt: skip
    deals = pl.DataFrame([{**deal, "worth_amount": 1.0, "owner": None, "expected_close_on": None}], DEAL)  # fmt: skip
    found = rows(None, (deals, events)).select("stage", "entered", "median_days").rows()
    assert found == [("Talk", 1, None), ("Quote", 1, 57.0), ("Won", 1, 57.0), ("Lost", 0, None)]
