"""The chance that a deal is won, learnt from the firm's own won and lost deals.

Naive Bayes: the odds of the house, times for each known answer (owner, source, item ...) how much
more often it stood beside a won deal than beside a lost one. An answer seen in fewer closed deals
than the minimum counts nothing, smoothing keeps rare ones near 1, an answer that is missing is
skipped, and below the minimum of won and of lost deals there is no score at all.

The multiplication takes the answers as independent, which they are not: a score ranks better than
it promises. Source: Hand and Yu (2001), "Idiot's Bayes: not so stupid after all?"
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOW, HIGH = 0.01, 99.99  # percent: no deal is certain


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """How many won and lost deals there must be, how many closed per answer, and the smoothing."""

    min_closed: int = 20
    min_word: int = 5
    smoothing: float = 1.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """What closed deals taught: `words` has one row per answer that counts.

    `words`: feature, word, won, lost, weight (natural logarithm of the ratio of likelihoods).
    """

    won: int
    lost: int
    words: pl.DataFrame

    @property
    def base_pct(self) -> float:
        """The share of all closed deals that was won."""
        return 100 * self.won / (self.won + self.lost)


def learnt(closed: pl.DataFrame, features: Sequence[str], rules: ScoreRules) -> Learnt | None:
    """Learn from closed deals: text columns `features` and boolean `is_won`; None below the counts.

    >>> rows = [("fair", True)] * 8 + [("fair", False)] * 2 + [("ad", True)] * 2 + [("ad", False)] * 8
    >>> found = learnt(pl.DataFrame(rows, ["source", "is_won"], orient="row"), ["source"],
    ...                ScoreRules(min_closed=5))
    >>> [(w, round(x, 2)) for w, x in found.words.select("word", "weight").iter_rows()]
    [('ad', -1.1), ('fair', 1.1)]
    """
    won = int(closed["is_won"].sum())
    lost = len(closed) - won
    if min(won, lost) < rules.min_closed:
        return None
    s = rules.smoothing
    blocks = [_words(closed, name, s) for name in features if name in closed.columns]
    shape = {"feature": pl.String, "word": pl.String, "won": pl.Int64, "lost": pl.Int64}
    words = pl.concat(blocks) if blocks else pl.DataFrame(schema={**shape, "weight": pl.Float64})
    enough = pl.col("won") + pl.col("lost") >= rules.min_word
    return Learnt(won, lost, words.filter(enough).sort("feature", "word"))


def _words(closed: pl.DataFrame, name: str, s: float) -> pl.DataFrame:
    """One feature's answers with their weight; the base of each is the closed deals that have one."""
    counted = (
        closed.select(pl.col(name).cast(pl.String).alias("word"), "is_won")
        .drop_nulls("word")
        .group_by("word")
        .agg(pl.col("is_won").sum().cast(pl.Int64).alias("won"), pl.len().cast(pl.Int64).alias("n"))
    )
    lost, kinds = pl.col("n") - pl.col("won"), pl.len()
    given_won = (pl.col("won") + s) / (pl.col("won").sum() + s * kinds)
    given_lost = (lost + s) / (lost.sum() + s * kinds)
    return counted.select(
        pl.lit(name).alias("feature"),
        "word",
        "won",
        lost.alias("lost"),
        (given_won / given_lost).log().alias("weight"),
    )


def scores(deals: pl.DataFrame, known: Learnt) -> pl.Series:
    """`score_pct` of each deal, in the order given."""
    odds = pl.Series("odds", [math.log(known.won / known.lost)]).new_from_index(0, len(deals))
    for name in known.words["feature"].unique().to_list():
        mine = known.words.filter(feature=name)
        weight = deals[name].cast(pl.String).replace_strict(
            mine["word"], mine["weight"], default=0.0, return_dtype=pl.Float64
        )  # fmt: skip
        odds = odds + weight.fill_null(0.0)
    found = pl.DataFrame({"odds": odds}).select(
        (100 / (1 + (-pl.col("odds")).exp())).clip(LOW, HIGH).alias("score_pct")
    )
    return found["score_pct"]


def reasons(deal: Mapping[str, object], known: Learnt) -> list[dict[str, object]]:
    """Why a deal has its score: its answers that count, the strongest first.

    `times` is by how much an answer multiplies the odds; `won` and `lost` are the deals behind it.
    """
    found = [
        {**row, "times": round(math.exp(row["weight"]), 2)}
        for row in known.words.iter_rows(named=True)
        if deal.get(row["feature"]) is not None and str(deal[row["feature"]]) == row["word"]
    ]
    return sorted(found, key=lambda row: -abs(row["weight"]))
