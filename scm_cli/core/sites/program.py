"""A linear program with whole-number variables, as plain arrays, for whichever solver is at hand.

The core states the program; a solver is passed in as a function, so none is imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Program:
    """Minimise `cost`·x, every x within 0 and 1, `low` ≤ A·x ≤ `high`, x whole where `whole`.

    A has one row per constraint and is sparse by rows: row r holds `values[starts[r]:starts[r+1]]`
    in the columns `columns[starts[r]:starts[r+1]]`.
    """

    cost: Floats
    whole: NDArray[np.bool_]
    low: Floats
    high: Floats
    starts: Ints
    columns: Ints
    values: Floats


Solver: TypeAlias = Callable[[Program], Floats]


def p_median(fixed: Floats, cost: Floats, sites: int) -> Program:
    """The program that opens exactly `sites` of m candidates for n places at the least cost.

    Args:
        fixed: cost of opening each candidate (m,) [money a year].
        cost: of serving each place from each candidate (n, m) [money a year].
        sites: how many to open, 1 to m.

    Variables are y (m,), whole, whether a candidate is open, then x (n·m,), the share of a place
    that a candidate serves: Σ_j x_ij = 1, x_ij ≤ y_j, Σ_j y_j = `sites` (ReVelle & Swain,
    Geographical Analysis 2, 1970; with fixed costs Balinski, Management Science 12, 1965).

    >>> program = p_median(np.zeros(2), np.array([[0.0, 3.0]]), 1)
    >>> program.cost.tolist(), program.starts.tolist()
    ([0.0, 0.0, 0.0, 3.0], [0, 2, 4, 6, 8])
    """
    places, candidates = cost.shape
    served = candidates + np.arange(places * candidates).reshape(places, candidates)
    opened = np.tile(np.arange(candidates), places)
    linked = np.stack([served.ravel(), opened], axis=1)
    lengths = [*[candidates] * places, *[2] * len(linked), candidates]
    columns = np.concatenate([served.ravel(), linked.ravel(), np.arange(candidates)])
    signs = np.tile([1.0, -1.0], len(linked))
    ones = np.ones(places * candidates)
    return Program(
        cost=np.concatenate([fixed, cost.ravel()]),
        whole=np.arange(candidates * (places + 1)) < candidates,
        low=np.concatenate([np.ones(places), np.full(len(linked), -np.inf), [sites]]),
        high=np.concatenate([np.ones(places), np.zeros(len(linked)), [sites]]),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        columns=columns.astype(np.int64),
        values=np.concatenate([ones, signs, np.ones(candidates)]),
    )
