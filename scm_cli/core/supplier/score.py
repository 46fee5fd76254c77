"""One figure for a supplier: its parts, each drawn toward the shop's mean, weighed and added.

| part | 100 means | lines behind it |
|---|---|---|
| on time in full | every line | lines due |
| delivered | everything that was ordered came | lines due |
| quality | nothing was rejected or failed | lines received |
| price | nobody asks less: 100 × best other price ÷ own (cost-ratio method, Timmerman, |
|   | J. of Purchasing and Materials Management 22, 1986) | - |
| response | every request was answered in time | requests |
| documents | every required paper is valid | - |

A part without data does not count, and the weights of the others make up for it: no data is no
data, never 100. Without a line due or received there is no score. The range takes the parts as
independent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.supplier import shrinkage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Part → the columns with its share (0-1) and the number of lines behind it.
SHARES = {
    "on_time_in_full": ("in_full_share", "lines"),
    "delivered": ("delivered_share", "lines"),
    "quality": ("pass_share", "received_lines"),
    "response": ("answered_share", "asked"),
}
PLAIN = {"price": "price_share", "documents": "documents_share"}
WEIGHTS = {"on_time_in_full": 35.0, "delivered": 10.0, "quality": 30.0, "price": 15.0,
           "response": 5.0, "documents": 5.0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """Weights [together 100], the chance of the range [%], strength where none can be learnt."""

    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    range_pct: float = 90.0
    default_prior_lines: float = 10.0


def scored(cards: pl.DataFrame, rules: ScoreRules) -> pl.DataFrame:
    """The cards with their score; internal suppliers have none and teach nothing.

    Added: `score_pct, score_low_pct, score_high_pct, raw_score_pct, on_time_low_pct,
    on_time_high_pct`.

    Args:
        cards: `supplier, is_internal, lines, on_time_share` and the columns of `SHARES`, `PLAIN`.
        rules: how the parts are weighed.

    >>> cards = pl.DataFrame({"supplier": ["S", "T"], "is_internal": [False, False],
    ...     "lines": [2, 100], "on_time_share": [1.0, 0.9], "in_full_share": [1.0, 0.9],
    ...     "delivered_share": [1.0, 0.9], "pass_share": [None, 0.9], "received_lines": [0, 100],
    ...     "answered_share": [None, None], "asked": [0, 0], "price_share": [None, None],
    ...     "documents_share": [None, None]})
    >>> scored(cards, ScoreRules())["score_pct"].round(1).to_list()
    [91.8, 90.0]
    """
    count = len(cards)
    weight, score, raw, spread = (np.zeros(count) for _ in range(4))
    for part, share, mean, variance in _parts(cards, rules):
        known = ~np.isnan(share)
        each = np.where(known, rules.weights[part], 0.0)
        weight += each
        score += each * np.nan_to_num(mean)
        raw += each * np.nan_to_num(share)
        spread += each**2 * np.nan_to_num(variance)
    judged = (cards["lines"] + cards["received_lines"] > 0) & ~cards["is_internal"]
    some = judged.to_numpy() & (weight > 0)
    weight = np.where(some, weight, np.nan)
    reach = NormalDist().inv_cdf(0.5 + rules.range_pct / 200) * np.sqrt(spread) / weight * 100
    low, high = _on_time_range(cards, rules)
    told = {
        "score_pct": score / weight * 100,
        "raw_score_pct": raw / weight * 100,
        "score_low_pct": np.maximum(score / weight * 100 - reach, 0),
        "score_high_pct": np.minimum(score / weight * 100 + reach, 100),
        "on_time_low_pct": low,
        "on_time_high_pct": high,
    }
    return cards.with_columns(pl.Series(n, v).fill_nan(None) for n, v in told.items())


def _parts(cards: pl.DataFrame, rules: ScoreRules) -> list[tuple[str, Floats, Floats, Floats]]:
    """Each part's raw share (nan without data), what is believed of it, and how surely."""
    ours = cards["is_internal"].to_numpy()
    found = []
    for part, (share_name, lines_name) in SHARES.items():
        share = cards[share_name].cast(pl.Float64).to_numpy()
        n = np.where(np.isnan(share), 0.0, cards[lines_name].cast(pl.Float64).to_numpy())
        learnt = shrinkage.prior(share, np.where(ours, 0.0, n), rules.default_prior_lines)
        if learnt is not None:
            share = np.where(n > 0, share, np.nan)
            mean, spread = shrinkage.shrunk(share, n, learnt), shrinkage.variance(share, n, learnt)
            found.append((part, share, mean, spread))
    for part, name in PLAIN.items():
        share = cards[name].cast(pl.Float64).to_numpy()
        found.append((part, share, share, np.zeros(len(share))))
    return found


def _on_time_range(cards: pl.DataFrame, rules: ScoreRules) -> tuple[Floats, Floats]:
    """The range of the share of lines on time [%]; nan without a line."""
    share = cards["on_time_share"].cast(pl.Float64).to_numpy()
    n = np.where(np.isnan(share), 0.0, cards["lines"].cast(pl.Float64).to_numpy())
    ours = cards["is_internal"].to_numpy()
    learnt = shrinkage.prior(share, np.where(ours, 0.0, n), rules.default_prior_lines)
    if learnt is None:
        return np.full(len(n), np.nan), np.full(len(n), np.nan)
    low, high = shrinkage.credible(share, n, learnt, rules.range_pct / 100)
    return np.where(n > 0, low * 100, np.nan), np.where(n > 0, high * 100, np.nan)


def ranks(cards: pl.DataFrame, column: str) -> pl.Series:
    """Place by a score, 1 is best, ties share a place; null without a score or for internal ones.

    >>> rows = pl.DataFrame({"is_internal": [False, True, False], "score_pct": [80.0, 99.0, 90.0]})
    >>> ranks(rows, "score_pct").to_list()
    [2, None, 1]
    """
    shown = pl.when(~pl.col("is_internal")).then(pl.col(column).round(6))
    place = shown.rank("min", descending=True).cast(pl.Int64)
    return cards.select(place.alias("rank"))["rank"]
