"""Series in a long frame: which there are, and which of them each line belongs to.

Demand comes from the store in the order of its keys, so keys are looked at once per run of
equal ones: seven million lines of a hundred thousand items cost a hundred thousand look-ups.
Frames in any other order give the same answers, more slowly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SUM_PLACES = 6  # sums do not depend on the order in which their lines came
LARGEST = 2**62


def run_starts(frame: pl.DataFrame, keys: Sequence[str]) -> NDArray[np.int64]:
    """Positions at which the keys differ from those of the line before, (runs,).

    >>> run_starts(pl.DataFrame({"sku": ["A", "A", "B", "A"]}), ["sku"]).tolist()
    [0, 2, 3]
    """
    if frame.is_empty() or not keys:
        return np.zeros(min(frame.height, 1), dtype=np.int64)
    change = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in keys)
    starts = frame.select(change.alias("change")).to_series().to_numpy().copy()
    starts[0] = True
    return np.flatnonzero(starts)


def series_of(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The series of a frame: `keys`, each once, sorted.

    >>> series_of(pl.DataFrame({"sku": ["B", "A", "A"]}), ["sku"])["sku"].to_list()
    ['A', 'B']
    """
    heads = frame.select(keys)[run_starts(frame, keys)]
    return heads.unique().sort(keys)


def row_of(frame: pl.DataFrame, series: pl.DataFrame) -> NDArray[np.int64]:
    """Of each line the row of `series` that has its keys, (lines,); -1 where none has.

    Args:
        frame: lines that have all columns of `series`; empty keys match empty ones.
        series: keys, each once; a column `row` numbers them, else their place does.

    >>> lines = pl.DataFrame({"sku": ["B", "B", "C", "A"]})
    >>> row_of(lines, pl.DataFrame({"sku": ["A", "B"]})).tolist()
    [1, 1, -1, 0]
    """
    keys = [name for name in series.columns if name != "row"]
    starts = run_starts(frame, keys)
    known = series if "row" in series.columns else series.with_row_index("row")
    heads = frame.select(keys)[starts]
    found = heads.join(known, on=keys, how="left", maintain_order="left", nulls_equal=True)
    rows = found["row"].cast(pl.Int64).fill_null(-1).to_numpy()
    return np.repeat(rows, np.diff(starts, append=frame.height))


def daily(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines summed per series and day, sorted; days on which they cancel out are left out.

    Args:
        lines: series keys (texts, enumerations, whole numbers, days), `on`, `qty` (finite), in any
            order.

    Returns:
        Series keys, `on`, `qty`, and `line_qty`, the largest line of the day.

    >>> from datetime import date
    >>> day = date(2026, 1, 5)
    >>> daily(pl.DataFrame({"sku": ["A", "A"], "on": [day, day], "qty": [2.0, 3.0]})).row(0)[2:]
    (5.0, 3.0)
    """
    keys = [name for name in lines.columns if name not in {"on", "qty"}]
    if lines.is_empty():
        return lines.with_columns(pl.col("qty").alias("line_qty"))
    told = coded(lines)
    order, starts = _runs(_places(told, [*keys, "on"]))
    qty, first = told["qty"].to_numpy()[order], order[starts]
    total = np.add.reduceat(qty, starts).round(SUM_PLACES)
    found = pl.DataFrame(
        [
            *(_taken(told[name], first) for name in (*keys, "on")),
            pl.Series("qty", total),
            pl.Series("line_qty", np.maximum.reduceat(qty, starts)),
        ]
    )
    kept = found if total.all() else found.filter(pl.col("qty") != 0)
    return kept.cast({name: lines.schema[name] for name in keys})


def coded(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts as enumerations in their own order: cheap to sort and to move, where texts are neither.

    >>> coded(pl.DataFrame({"sku": ["B", "A"], "n": [1, 2]}))["sku"].to_physical().to_list()
    [1, 0]
    """
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    known = {name: pl.Enum(frame[name].unique().drop_nulls().sort()) for name in texts}
    return frame.cast(known)  # type: ignore[arg-type]


def _places(frame: pl.DataFrame, keys: Sequence[str]) -> NDArray[np.int64]:
    """One number per line by which lines sort as by all keys, (lines,); no key is a text.

    A key is one digit; digits that do not fit are replaced by the ranks of what they say so far.
    """
    place, most = np.zeros(frame.height, dtype=np.int64), 1
    for name in keys:
        code, low, high = _codes(frame[name])
        wide = high - low + 1
        if most * wide > LARGEST:
            place = np.unique(place, return_inverse=True)[1].astype(np.int64)
            most = int(place.max()) + 1
        # in place: a new array of millions of lines costs more than to reckon with it
        place *= wide
        np.add(place, code, out=place, casting="unsafe")
        place -= low
        most *= wide
    return place


def _codes(column: pl.Series) -> tuple[NDArray[Any], int, int]:
    """Numbers in the order of the values, one below them for none; the least and the most."""
    if not (column.dtype.is_integer() or column.dtype in (pl.Enum, pl.Date, pl.Boolean)):
        raise TypeError(f"a key of a series is no {column.dtype}")
    number = column.to_physical()
    if number.null_count():
        number = number.cast(pl.Int64)
        low = number.min()
        number = number.fill_null((low if isinstance(low, int) else 0) - 1)
    code = number.to_numpy()
    return code, int(code.min()), int(code.max())


def _runs(place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The order of lines by their numbers, (lines,), and where in it another number begins, (runs,).

    Line and number share one word where they fit, which sorts five times as fast as an order does.
    """
    bits = len(place).bit_length()
    if int(place.max()) < 1 << (62 - bits):
        word = place << bits
        word |= np.arange(len(place))
        word.sort()
        order = word & ((1 << bits) - 1)
        word >>= bits
    else:
        order = np.argsort(place, kind="stable")
        word = place[order]
    change = np.ones(len(word), dtype=bool)
    np.not_equal(word[1:], word[:-1], out=change[1:])
    return order, np.flatnonzero(change)


def _taken(column: pl.Series, lines: NDArray[np.int64]) -> pl.Series:
    """Values of some lines, by way of the numbers behind them."""
    if column.null_count():
        return column[lines]
    found = pl.Series(column.name, column.to_physical().to_numpy()[lines])
    return found.cat.to(column.dtype) if column.dtype == pl.Enum else found.cast(column.dtype)
