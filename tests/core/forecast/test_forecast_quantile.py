"""Quantiles against printed tables, and the properties that every distribution must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.forecast.quantile import (
    demand_quantile,
    gamma_quantile,
    mixture_quantile,
    negative_binomial_quantile,
    normal_score,
)


@pytest.mark.parametrize(
    ("prob", "score"),  # Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.5
    [
        (0.5, 0.0),
        (0.75, 0.67449),
        (0.9, 1.28155),
        (0.95, 1.64485),
        (0.99, 2.32635),
        (0.999, 3.09023),
    ],
)
def test_normal_score_is_that_of_the_table(prob: float, score: float) -> None:
    assert normal_score(np.array([prob]))[0] == pytest.approx(score, abs=2e-5)


@pytest.mark.parametrize(
    ("freedom", "prob", "chi_square"),  # chi-square table: gamma of shape freedom/2 and scale 2
    [
        (1, 0.95, 3.841),
        (1, 0.99, 6.635),
        (2, 0.90, 4.605),
        (2, 0.50, 1.386),
        (5, 0.95, 11.070),
        (10, 0.99, 23.209),
        (10, 0.05, 3.940),
        (30, 0.95, 43.773),
        (100, 0.95, 124.342),
        (200, 0.95, 233.994),
    ],
)
def test_gamma_quantile_is_that_of_the_chi_square_table(
    freedom: int, prob: float, chi_square: float
) -> None:
    got = gamma_quantile(np.array([freedom / 2]), np.array([[prob]]))[0, 0] * freedom
    assert got == pytest.approx(chi_square, rel=3e-3)


@pytest.mark.parametrize(
    ("mean", "variance", "prob", "number"),
    [
        (1.0, 1.0, 0.90, 2),  # Poisson(1): P(X<=2) = .9197
        (1.0, 1.0, 0.95, 3),  # .9810
        (5.0, 5.0, 0.95, 9),  # Poisson(5): P(X<=9) = .9682
        (10.0, 10.0, 0.99, 18),  # Poisson(10): P(X<=18) = .9928
        (0.1, 0.1, 0.90, 0),  # P(X=0) = .9048
        (1.0, 2.0, 0.5, 0),  # NB of size 1 is geometric: P(X=0) = .5
        (1.0, 2.0, 0.75, 1),  # P(X<=1) = .75
        (1.0, 2.0, 0.99, 6),  # P(X<=6) = 1 - 2^-7 = .9922
    ],
)
def test_negative_binomial_quantile_is_that_of_the_table(
    mean: float, variance: float, prob: float, number: int
) -> None:
    asked = np.array([[prob - 1e-9]])
    got = negative_binomial_quantile(np.array([mean]), np.array([variance]), asked)
    assert got.tolist() == [[number]]


@given(
    mean=st.floats(0.0, 1e9),
    ratio=st.floats(0.0, 30.0),
    whole=st.booleans(),
)
def test_demand_quantiles_rise_and_are_never_negative(
    mean: float, ratio: float, whole: bool
) -> None:
    probs = np.array([[0.05, 0.5, 0.9, 0.95, 0.99, 0.999]])
    got = demand_quantile(np.array([mean]), np.array([mean * ratio]), np.array([whole]), probs)[0]
    assert np.isfinite(got).all()
    assert (got >= 0).all()
    assert (np.diff(got) >= -1e-9 * max(mean, 1)).all()


def test_a_mixture_of_one_part_is_that_part() -> None:
    grid = np.array([0.1, 0.5, 0.9])
    part = np.array([[[1.0, 2.0, 5.0]]])
    got = mixture_quantile(part, grid, np.ones((1, 1)), grid)
    assert got[0].tolist() == pytest.approx([1.0, 2.0, 5.0], abs=1e-6)


def test_a_mixture_reaches_into_the_part_that_is_rarely_drawn() -> None:
    """Nine times in ten 10 units, once 100: the 95 % quantile lies in the rare part."""
    grid = np.linspace(0.01, 0.99, 50)
    parts = np.stack([np.full(50, 10.0), np.linspace(99, 101, 50)])[None]
    got = mixture_quantile(parts, grid, np.array([[0.9, 0.1]]), np.array([0.5, 0.95]))[0]
    assert got[0] == pytest.approx(10.0)
    assert got[1] == pytest.approx(100.0, abs=0.5)
