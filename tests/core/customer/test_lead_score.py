"""The lead score: learnt by counting, shown with its reasons, silent below its counts."""

from __future__ import annotations

import math

import polars as pl
import pytest

from scm_cli.core.customer.lead_score import Learnt, ScoreRules, learnt, reasons, scores
from scm_cli.core.customer.ranking import auc


def closed(*told: tuple[str | None, int, int]) -> pl.DataFrame:
    """Deals of (source, won, lost)."""
    rows = [(s, True) for s, won, _ in told for _ in range(won)]
    rows += [(s, False) for s, _, lost in told for _ in range(lost)]
    return pl.DataFrame(rows, {"source": pl.String, "is_won": pl.Boolean}, orient="row")


def taught(frame: pl.DataFrame, **rules: float) -> Learnt:
    found = learnt(frame, ["source"], ScoreRules(**{"min_closed": 10, "smoothing": 1e-9, **rules}))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_the_worked_example_of_a_peer() -> None:
    """20 won of 100; source "referral" stands at 10 won and 8 lost: 55 % (Odoo's documentation)."""
    frame = closed(("referral", 10, 8), ("other", 10, 72))
    known = taught(frame)
    (score,) = scores(pl.DataFrame({"source": ["referral"]}), known).to_list()
    assert score == pytest.approx(100 * 10 / 18)  # 55.6
    assert known.base_pct == 20


def test_reasons_multiply_to_the_score() -> None:
    known = taught(closed(("referral", 10, 8), ("other", 10, 72)), smoothing=1.0)
    deal = {"source": "referral"}
    (score,) = scores(pl.DataFrame([deal]), known).to_list()
    (why,) = reasons(deal, known)
    odds = known.won / known.lost * math.exp(float(str(why["weight"])))
    assert score == pytest.approx(100 * odds / (1 + odds))
    assert (why["won"], why["lost"]) == (10, 8)


@pytest.mark.parametrize("source", [None, "never seen", "rare"])
def test_what_says_nothing_leaves_the_rate_of_the_house(source: str | None) -> None:
    known = taught(closed(("a", 10, 30), ("rare", 3, 0)), min_word=5)
    (score,) = scores(pl.DataFrame({"source": [source]}, {"source": pl.String}), known).to_list()
    assert score == pytest.approx(known.base_pct)
    assert reasons({"source": source}, known) == []


@pytest.mark.parametrize("told", [(9, 90), (90, 9), (0, 0)])
def test_there_is_no_score_below_the_counts(told: tuple[int, int]) -> None:
    assert learnt(closed(("a", *told)), ["source"], ScoreRules(min_closed=10)) is None


def test_a_planted_difference_is_ranked() -> None:
    frame = closed(("good", 70, 30), ("bad", 30, 70))
    assert auc(scores(frame, taught(frame)), frame["is_won"]) == pytest.approx(0.7)
