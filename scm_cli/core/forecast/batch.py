"""Many series of unequal length at once: the ragged `Batch` and the time-major `Panel`.

A panel is what every model works on: one matrix (time, series), right-aligned so that the last
row is the newest bucket of every series, longest series first. Then the series that are live at
row t are a prefix, and one pass over time needs no mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PANEL_SERIES = 4096  # a row of one panel fits the first-level cache


@dataclass(frozen=True, slots=True)
class Batch:
    """Ragged demand series, one after another, oldest bucket first.

    `values` (total,) [units per bucket]; `starts` (n+1,) where each series begins in `values`;
    `phase` (n,) the position in the season of the first bucket *after* each history.
    """

    values: Floats
    starts: Ints
    phase: Ints

    @classmethod
    def of(cls, series: list[Floats], phase: Ints | None = None) -> Batch:
        """A batch from a list of arrays.

        >>> Batch.of([np.ones(3), np.ones(5)]).lengths.tolist()
        [3, 5]
        """
        lengths = np.array([len(y) for y in series], dtype=np.int64)
        values = np.concatenate([*series, np.empty(0)]).astype(np.float64)
        phases = np.zeros(len(series), dtype=np.int64) if phase is None else phase
        return cls(values, np.concatenate(([0], np.cumsum(lengths))).astype(np.int64), phases)

    @property
    def lengths(self) -> Ints:
        return np.diff(self.starts)

    def __len__(self) -> int:
        return len(self.phase)

    def rows(self, index: Ints) -> Batch:
        """The series at `index`, in that order."""
        return self._parts(self.starts[index], self.lengths[index], self.phase[index])

    def placed(self, index: Ints, phase: int) -> Batch:
        """The series at `index`, in that order; where it is -1 an empty one of this phase."""
        known, own = index >= 0, index[index >= 0]
        begins, lengths, phases = np.zeros((3, len(index)), dtype=np.int64)
        begins[known], lengths[known] = self.starts[own], self.lengths[own]
        phases[known], phases[~known] = self.phase[own], phase
        return self._parts(begins, lengths, phases)

    def before(self, dropped: int) -> Batch:
        """The batch as it stood `dropped` buckets ago (series may become empty)."""
        kept = np.maximum(self.lengths - dropped, 0)
        return self._parts(self.starts[:-1], kept, self.phase - dropped)

    def _parts(self, begins: Ints, lengths: Ints, phase: Ints) -> Batch:
        """Series of so many buckets from these places of `values` on, (n,) each."""
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        place = np.arange(starts[-1])
        place += np.repeat(begins - starts[:-1], lengths)
        return Batch(self.values[place], starts, phase)

    def from_first_demand(self) -> Batch:
        """The batch in which every series begins with its first bucket of demand above zero.

        >>> Batch.of([np.array([0.0, -1, 2, 0]), np.zeros(2)]).from_first_demand().values.tolist()
        [2.0, 0.0]
        """
        begins = self.starts[:-1].copy()
        ends = self.starts[1:]
        late = np.flatnonzero(begins < ends)
        late = late[~(self.values[begins[late]] > 0)]
        if not len(late):
            return self
        positive = np.append(np.flatnonzero(self.values > 0), len(self.values))
        begins[late] = np.minimum(positive[np.searchsorted(positive, begins[late])], ends[late])
        return self._parts(begins, ends - begins, self.phase)

    def totals(self, values: NDArray[Any] | None = None) -> Floats:
        """Sum of each series, (n,), of its own values or of others laid out like them."""
        added = self.values if values is None else values
        total, filled = np.zeros(len(self)), self.lengths > 0
        if filled.any():
            total[filled] = np.add.reduceat(added, self.starts[:-1][filled], dtype=np.float64)
        return total

    def last(self, buckets: int) -> Floats:
        """The newest `buckets` values of every series, (n, buckets), zero where none is known."""
        index = self.starts[1:, None] - buckets + np.arange(buckets)
        known = index >= self.starts[:-1, None]
        if not len(self.values):
            return np.zeros(index.shape)
        return np.where(known, self.values[np.where(known, index, 0)], 0.0)


def running_sum(matrix: Floats) -> Floats:
    """Sums of the rows so far, (T + 1, n), beginning with zeros; row by row, which is fast.

    >>> running_sum(np.array([[1.0], [2.0]])).ravel().tolist()
    [0.0, 1.0, 3.0]
    """
    total = np.zeros((len(matrix) + 1, matrix.shape[1]))
    for row, now in enumerate(matrix):
        np.add(total[row], now, out=total[row + 1])
    return total


@dataclass(frozen=True, slots=True)
class Panel:
    """Series of one batch, time-major: `y` (T, n), `lengths` (n,) falling, `live` (T,)."""

    y: Floats
    lengths: Ints
    live: Ints

    @classmethod
    def of(cls, y: Floats, lengths: Ints) -> Panel:
        rows = np.arange(len(y), 0, -1)
        return cls(y, lengths, np.searchsorted(-lengths, -rows, side="right").astype(np.int64))

    def blocks(self, width: int) -> Panel:
        """Means of `width` buckets each, aligned to the newest bucket; an old remainder is cut.

        Series shorter than one block keep one block, the mean of what they have.

        >>> Panel.of(np.arange(5.0)[:, None], np.array([5])).blocks(2).y.ravel().tolist()
        [1.5, 3.5]
        """
        if width == 1:
            return self
        rows, count = self.y.shape
        padded = max(-(-rows // width), 1) * width
        y = np.concatenate([np.zeros((padded - rows, count)), self.y]) if padded > rows else self.y
        means = y.reshape(-1, width, count).sum(1) / width
        lengths = np.maximum(self.lengths // width, 1)
        short = self.lengths < width
        if short.any():
            means[-1, short] *= width / np.maximum(self.lengths[short], 1)
        means = means[len(means) - int(lengths.max(initial=1)) :]
        outside = np.arange(len(means), 0, -1)[:, None] > lengths
        return Panel.of(np.where(outside, 0.0, means), lengths)


def panels(batch: Batch, index: Ints, size: int = PANEL_SERIES) -> Iterator[tuple[Ints, Panel]]:
    """The series at `index` as panels of at most `size`, longest first: (positions, panel).

    Negative buckets (returns netted beyond sales) count as no demand.

    >>> [p.live.tolist() for _, p in panels(Batch.of([np.ones(1), np.ones(3)]), np.arange(2))]
    [[1, 1, 2]]
    """
    ordered = index[np.argsort(-batch.lengths[index], kind="stable")]
    for begin in range(0, len(ordered), size):
        chosen = ordered[begin : begin + size]
        lengths = batch.lengths[chosen]
        rows = batch.rows(chosen)
        y = np.zeros((int(lengths.max(initial=1)), len(chosen)))
        column = np.repeat(np.arange(len(chosen)), lengths)
        row = np.arange(len(rows.values)) - np.repeat(rows.starts[1:], lengths) + len(y)
        y[row, column] = np.maximum(rows.values, 0.0)
        yield chosen, Panel.of(y, lengths)
