"""Shares drawn toward the mean: against figures of others, then laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.supplier.shrinkage import (
    LEAST,
    MOST,
    Prior,
    beta_quantile,
    beta_share,
    credible,
    prior,
    shrunk,
    variance,
)


@pytest.mark.parametrize(
    ("a", "b", "x", "share"),
    [
        (1, 1, 0.3, 0.3),  # even
        (2, 3, 0.4, 0.5248),  # 1 - 0.6^4 - 4·0.4·0.6^3
        (5, 1, 0.9, 0.59049),  # 0.9^5
        (1, 5, 0.1, 0.40951),  # 1 - 0.9^5
        (0.5, 0.5, 0.25, 1 / 3),  # arcsine: 2/π·asin(√x)
        (1000, 1000, 0.5, 0.5),  # symmetric
    ],
)
def test_the_incomplete_beta_function(a: float, b: float, x: float, share: float) -> None:
    found = beta_share(np.array([float(a)]), np.array([float(b)]), np.array([x]))
    assert found[0] == pytest.approx(share, abs=1e-9)


@given(st.floats(0.3, 500), st.floats(0.3, 500), st.floats(0.01, 0.99))
def test_a_quantile_is_where_its_share_lies(a: float, b: float, chance: float) -> None:
    args = np.array([a]), np.array([b])
    at = beta_quantile(*args, np.array([chance]))
    below = np.maximum(at - 2e-8, 0)
    above = np.minimum(at + 2e-8, 1)
    assert beta_share(*args, below)[0] <= chance + 1e-6
    assert beta_share(*args, above)[0] >= chance - 1e-6


def test_suppliers_that_differ_by_chance_alone_are_drawn_to_the_mean() -> None:
    """The strength with which 400 true shares of Beta(16, 4) were drawn is found again."""
    rng = np.random.default_rng(4)
    n = rng.integers(5, 60, 400).astype(float)
    spread = rng.binomial(n.astype(int), rng.beta(16, 4, 400)) / n
    learnt = prior(spread, n, 10)
    assert learnt is not None
    assert learnt.mean == pytest.approx(0.8, abs=0.02)
    assert 14 < learnt.lines < 28
    alike = prior(rng.binomial(n.astype(int), 0.8) / n, n, 10)
    assert alike is not None
    assert alike.lines > 5 * learnt.lines


@pytest.mark.parametrize("n", [[50.0, 10.0], [50.0], [1.0, 1.0, 1.0]])
def test_too_little_to_learn_a_spread(n: list[float]) -> None:
    learnt = prior(np.full(len(n), 0.5), np.array(n), 10)
    assert learnt == Prior(0.5, 10)


shares = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda t: (min(t), max(t))),
    min_size=1,
    max_size=20,
)


@given(shares)
def test_what_is_believed_lies_between_the_raw_share_and_the_mean(counts) -> None:
    n = np.array([float(of) for _, of in counts])
    raw = np.array([k / of if of else np.nan for k, of in counts])
    learnt = prior(raw, n, 10)
    if learnt is None:
        assert not n.any()
        return
    assert 0 < learnt.mean < 1
    assert LEAST - 1e-9 <= learnt.lines <= MOST + 1e-6 or learnt.lines == 10
    found = shrunk(raw, n, learnt)
    low, high = credible(raw, n, learnt, 0.9)
    ends = np.where(np.isnan(raw), learnt.mean, raw), np.full(len(n), learnt.mean)
    assert (found >= np.minimum(*ends) - 1e-12).all()
    assert (found <= np.maximum(*ends) + 1e-12).all()
    assert (low <= high).all()
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert (variance(raw, n, learnt) > 0).all()


@given(st.integers(0, 30), st.integers(30, 60))
def test_more_lines_make_the_range_narrower(k: int, n: int) -> None:
    learnt = Prior(0.8, 5.0)
    share = np.array([k / n, k / n])
    low, high = credible(share, np.array([float(n), 10.0 * n]), learnt, 0.9)
    assert high[1] - low[1] <= high[0] - low[0] + 1e-9
