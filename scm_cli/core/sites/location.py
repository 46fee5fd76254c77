"""Which sites to open: the p-median with fixed costs, exactly or by interchange.

n places are served, each by the open candidate that serves it cheapest; opening has a cost of
its own. For a given number of sites the least total is found by trying every set when those are
few, by a solver when one is passed in, otherwise by a greedy start improved by exchanging one
site at a time (Teitz & Bart, Operations Research 16, 1968), which is seldom more than a few per
cent off (Daskin, Network and Discrete Location, 2013, ch. 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.sites.program import p_median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.sites.program import Floats, Solver

SETS = 20_000  # as many are tried one by one
BLOCK = 500
SMALLEST_GAIN = 1e-9  # of the total: less than rounding moves is no gain


@dataclass(frozen=True, slots=True)
class Opened:
    """Candidates to open (positions, ascending) and how they were found: every set, solver, swap."""

    sites: tuple[int, ...]
    method: str


def total(fixed: Floats, cost: Floats, sites: Sequence[int]) -> float:
    """Yearly cost of a set of open candidates.

    Args:
        fixed: cost of opening each candidate (m,).
        cost: of serving each place from each candidate (n, m).
        sites: positions of the open ones, at least one.

    >>> total(np.array([5.0, 5.0]), np.array([[0.0, 9.0], [7.0, 1.0]]), [0, 1])
    11.0
    """
    chosen = list(sites)
    return float(fixed[chosen].sum() + cost[:, chosen].min(axis=1).sum())


def every_set(fixed: Floats, cost: Floats, count: int) -> tuple[int, ...]:
    """The best set of `count` candidates by trying all; the first one where several are best.

    >>> every_set(np.zeros(3), np.array([[0.0, 1.0, 9.0], [9.0, 1.0, 0.0]]), 1)
    (1,)
    """
    best: tuple[int, ...] = ()
    least = np.inf
    found = combinations(range(len(fixed)), count)
    while block := list(islice(found, BLOCK)):
        sets = np.array(block)
        totals = fixed[sets].sum(axis=1) + cost[:, sets].min(axis=2).sum(axis=0)
        at = int(np.argmin(totals))
        if totals[at] < least * (1 - SMALLEST_GAIN) or not best:
            best, least = block[at], float(totals[at])
    return best


def greedy(fixed: Floats, cost: Floats, start: Sequence[int]) -> tuple[int, ...]:
    """`start` and the one candidate more that lowers the total most (or raises it least).

    >>> greedy(np.zeros(3), np.array([[0.0, 1.0, 9.0], [9.0, 1.0, 0.0]]), [])
    (1,)
    """
    rest = np.setdiff1d(np.arange(len(fixed)), list(start))
    now = cost[:, list(start)].min(axis=1) if len(start) else np.full(len(cost), np.inf)
    totals = np.minimum(now[:, None], cost[:, rest]).sum(axis=0) + fixed[rest]
    return tuple(sorted((*start, int(rest[np.argmin(totals)]))))


def fewer(fixed: Floats, cost: Floats, start: Sequence[int]) -> tuple[int, ...]:
    """`start` without the site that is missed least; it holds two at least.

    >>> fewer(np.zeros(3), np.array([[0.0, 1.0, 9.0], [9.0, 1.0, 0.0]]), [0, 1, 2])
    (0, 2)
    """
    left = [tuple(s for s in start if s != gone) for gone in start]
    return min(left, key=lambda sites: total(fixed, cost, sites))


def swapped(fixed: Floats, cost: Floats, start: Sequence[int]) -> tuple[int, ...]:
    """`start` after the best exchange of a site, again and again until none helps.

    >>> swapped(np.zeros(3), np.array([[0.0, 1.0, 9.0], [9.0, 1.0, 0.0]]), [0])
    (1,)
    """
    sites, least = tuple(sorted(start)), total(fixed, cost, start)
    while True:
        tries = {greedy(fixed, cost, [s for s in sites if s != gone]) for gone in sites}
        better = min(sorted(tries), key=lambda other: total(fixed, cost, other))
        found = total(fixed, cost, better)
        if found >= least * (1 - SMALLEST_GAIN):
            return sites
        sites, least = better, found


def opened(
    fixed: Floats, cost: Floats, most: int | None = None, solver: Solver | None = None
) -> list[Opened]:
    """The best set of 1, 2, ... `most` candidates.

    Args:
        fixed: cost of opening each candidate (m,) [money a year].
        cost: of serving each place from each candidate (n, m) [money a year].
        most: sites at most; None is all m.
        solver: of whole-number programs, for counts with more than `SETS` sets.

    Without a solver such counts are searched twice, adding a site to the set before and giving
    up a site of the set after, each followed by exchanges; the better one is kept.

    >>> [o.sites for o in opened(np.zeros(3), np.array([[0.0, 1.0, 9.0], [9.0, 1.0, 0.0]]))]
    [(1,), (0, 2), (0, 1, 2)]
    """
    sizes = range(1, min(len(fixed), most or len(fixed)) + 1)
    large = [n for n in sizes if comb(len(fixed), n) > SETS]
    near = interchanged(fixed, cost, large[-1]) if large and solver is None else {}
    found = []
    for count in sizes:
        if count not in large:
            found.append(Opened(every_set(fixed, cost, count), "every set"))
        elif solver is None:
            found.append(Opened(near[count], "swap"))
        else:
            share = solver(p_median(fixed, cost, count))[: len(fixed)]
            found.append(Opened(tuple(np.flatnonzero(share > 0.5).tolist()), "solver"))
    return found


def interchanged(fixed: Floats, cost: Floats, most: int) -> dict[int, tuple[int, ...]]:
    """Sets of 1 to `most` sites found by adding, giving up and exchanging; good, not proven.

    >>> interchanged(np.zeros(3), np.array([[0.0, 1.0, 9.0], [9.0, 1.0, 0.0]]), 2)
    {1: (1,), 2: (0, 2)}
    """
    sites: tuple[int, ...] = ()
    found: dict[int, tuple[int, ...]] = {}
    for count in range(1, most + 1):
        sites = found[count] = swapped(fixed, cost, greedy(fixed, cost, sites))
    for count in range(most - 1, 0, -1):
        sites = swapped(fixed, cost, fewer(fixed, cost, sites))
        if total(fixed, cost, sites) < total(fixed, cost, found[count]):
            found[count] = sites
    return found
