"""Which sites to open: instances whose best set is known, and the three methods beside each other."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scm_cli.core.sites import location
from scm_cli.core.sites.location import every_set, interchanged, opened, swapped, total
from scm_cli.core.sites.program import p_median

few = settings(max_examples=25, deadline=None, derandomize=True)


def instance(
    seed: int, places: int = 14, candidates: int = 8, opening: float = 10.0
) -> tuple[np.ndarray, np.ndarray]:
    """Fixed costs (m,) and costs of serving (n, m): points in a square, weights 1 to 50."""
    rng = np.random.default_rng(seed)
    here, there = rng.random((places, 1, 2)), rng.random((1, candidates, 2))
    weight = rng.integers(1, 51, places)[:, None]
    return rng.random(candidates) * opening, weight * np.linalg.norm(here - there, axis=2)


def on_a_line(points: list[float], weights: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Every place is a candidate; opening is free."""
    at = np.array(points)
    return np.zeros(len(at)), np.array(weights)[:, None] * np.abs(at[:, None] - at)


def line_optimum(points: np.ndarray, weights: np.ndarray, sites: int) -> float:
    """The p-median of sorted points on a line by dynamic programming: each site serves a run."""
    count = len(points)
    run = np.full((count + 1, count + 1), np.inf)
    for first in range(count):
        for last in range(first + 1, count + 1):
            away = np.abs(points[first:last, None] - points[None, first:last])
            run[first, last] = (weights[first:last, None] * away).sum(axis=0).min()
    best = np.full(count + 1, np.inf)
    best[0] = 0.0
    for _ in range(sites):
        best = np.array([(best[: n + 1] + run[: n + 1, n]).min() for n in range(count + 1)])
    return float(best[count])


@pytest.mark.parametrize(
    ("points", "weights", "sites", "best"),
    [
        # one site stands at the weighted median (Hakimi, Operations Research 12, 1964)
        ([0, 1, 2, 10, 11], [1, 1, 1, 1, 1], 1, (2,)),
        ([0, 1, 2, 10, 11], [1, 1, 1, 1, 9], 1, (4,)),
        # two clusters far apart: the median of each
        ([0, 1, 2, 100, 101, 102], [1] * 6, 2, (1, 4)),
        ([0, 1, 2, 100, 101, 102], [5, 1, 1, 1, 1, 5], 2, (0, 5)),
        # three sites: the far point has its own, however small
        ([0, 4, 8, 1000], [9, 1, 9, 1], 3, (0, 2, 3)),
    ],
)
def test_known_medians_on_a_line(
    points: list[float], weights: list[float], sites: int, best: tuple[int, ...]
) -> None:
    fixed, cost = on_a_line(points, weights)
    assert every_set(fixed, cost, sites) == best
    assert interchanged(fixed, cost, len(points))[sites] == best


def test_opening_costs_decide_how_many() -> None:
    """Two places 10 apart, weight 1: the second site pays when it costs less than 10."""
    _, cost = on_a_line([0, 10], [1, 1])
    for opening, cheapest in ((9.0, 2), (11.0, 1)):
        fixed = np.full(2, opening)
        totals = [total(fixed, cost, o.sites) for o in opened(fixed, cost)]
        assert np.argmin(totals) + 1 == cheapest


def test_dear_sites_are_avoided() -> None:
    """The middle serves best, but its rent is more than the way from a neighbour."""
    _, cost = on_a_line([0, 1, 2], [1, 1, 1])
    assert every_set(np.array([0.0, 0.9, 0.0]), cost, 1) == (1,)
    assert every_set(np.array([0.0, 1.1, 0.0]), cost, 1) == (0,)


@given(st.integers(0, 2**32), st.sampled_from([0.0, 10.0, 60.0]))
@few
def test_interchange_is_near_the_best(seed: int, opening: float) -> None:
    """Never better than the best, at most 3 % worse; on 600 such instances 597 were equal."""
    fixed, cost = instance(seed, opening=opening)
    near = interchanged(fixed, cost, 8)
    for count, sites in near.items():
        ratio = total(fixed, cost, sites) / total(fixed, cost, every_set(fixed, cost, count))
        assert 1 - 1e-12 <= ratio <= 1.03


@given(st.integers(0, 2**32), st.integers(2, 6))
@few
def test_interchange_on_long_lines(seed: int, sites: int) -> None:
    """Forty points are too many to try all sets, but a line is solved exactly."""
    rng = np.random.default_rng(seed)
    points, weights = np.sort(rng.random(40)), rng.integers(1, 9, 40).astype(float)
    fixed, cost = on_a_line(list(points), list(weights))
    best = line_optimum(points, weights, sites)
    found = total(fixed, cost, interchanged(fixed, cost, sites + 2)[sites])
    assert best * (1 - 1e-9) <= found <= best * 1.05


@given(st.integers(0, 2**32), st.permutations(range(8)))
@few
def test_the_order_of_candidates_does_not_matter(seed: int, order: list[int]) -> None:
    fixed, cost = instance(seed)
    for one, other in zip(opened(fixed, cost), opened(fixed[order], cost[:, order]), strict=True):
        assert total(fixed, cost, one.sites) == pytest.approx(
            total(fixed, cost, [order[s] for s in other.sites])
        )


@given(st.integers(0, 2**32))
@few
def test_more_sites_never_serve_dearer(seed: int) -> None:
    """Without opening costs the curve falls; each point stays the best of its own number."""
    _, cost = instance(seed)
    totals = [total(np.zeros(8), cost, o.sites) for o in opened(np.zeros(8), cost)]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(totals))


def test_exchanging_ends_where_nothing_helps() -> None:
    fixed, cost = instance(3)
    sites = swapped(fixed, cost, (0, 1, 2))
    assert swapped(fixed, cost, sites) == sites


@pytest.mark.parametrize("seed", range(5))
def test_a_solver_finds_what_every_set_finds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("highspy")
    from scm_cli.engines.highs import solved

    fixed, cost = instance(seed, opening=30.0)
    exact = opened(fixed, cost)
    monkeypatch.setattr(location, "SETS", 0)
    solver = opened(fixed, cost, solver=solved)
    assert {o.method for o in exact} == {"every set"}
    assert {o.method for o in solver} == {"solver"}
    assert [total(fixed, cost, o.sites) for o in solver] == pytest.approx(
        [total(fixed, cost, o.sites) for o in exact]
    )


def test_the_program_states_the_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checked against any set: feasible, its objective is the total; one site more is not."""
    fixed, cost = instance(1, places=5, candidates=4)
    program = p_median(fixed, cost, 2)
    matrix = np.zeros((len(program.low), len(program.cost)))
    for row, (first, last) in enumerate(pairwise(program.starts)):
        matrix[row, program.columns[first:last]] = program.values[first:last]

    def stated(sites: list[int]) -> np.ndarray:
        served = np.array(sites)[cost[:, sites].argmin(axis=1)]
        return np.concatenate([np.isin(range(4), sites), np.eye(4)[served].ravel()])

    def holds(x: np.ndarray) -> bool:
        return bool(((program.low <= matrix @ x) & (matrix @ x <= program.high)).all())

    assert holds(stated([1, 3]))
    assert not holds(stated([0, 1, 3]))
    assert program.cost @ stated([1, 3]) == pytest.approx(total(fixed, cost, [1, 3]))
    monkeypatch.setattr(location, "SETS", 0)
    asked = opened(fixed, cost, solver=lambda p: stated([0, 2] if p.low[-1] == 2 else [1])[: len(p.cost)])  # fmt: skip
    assert [o.sites for o in asked][:2] == [(1,), (0, 2)]


def test_large_counts_are_searched() -> None:
    """25 candidates: up to 4 sites every set is tried, 5 are searched."""
    fixed, cost = instance(5, candidates=25)
    assert [o.method for o in opened(fixed, cost, most=5)] == ["every set"] * 4 + ["swap"]
    assert len(opened(fixed, cost, most=2)) == 2
