"""Series in a long frame: which there are, and which of them each line belongs to.

Demand comes from the store in the order of its keys, so keys are looked at once per run of
equal ones: seven million lines of a hundred thousand items cost a hundred thousand look-ups.
Frames in any other order give the same answers, more slowly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    told = coded(lines)
    place, digits = _places(told, [*keys, "on"])
    sorted_ = pl.DataFrame({"place": place, "qty": told["qty"]}).sort("place")
    places, qty = sorted_["place"].to_numpy(), sorted_["qty"].to_numpy()
    if not len(places):
        return lines.with_columns(pl.col("qty").alias("line_qty"))
    starts = np.concatenate([[0], np.flatnonzero(places[1:] != places[:-1]) + 1])
    total = np.add.reduceat(qty, starts).round(SUM_PLACES)
    return (
        pl.DataFrame(_keys(places[starts], digits))
        .select(
            *keys,
            "on",
            pl.Series("qty", total),
            pl.Series("line_qty", np.maximum.reduceat(qty, starts)),
        )
        .filter(pl.col("qty") != 0)
        .cast({name: lines.schema[name] for name in keys})
    )


def coded(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts as enumerations in their own order: cheap to sort and to move, where texts are neither.

    >>> coded(pl.DataFrame({"sku": ["B", "A"], "n": [1, 2]}))["sku"].to_physical().to_list()
    [1, 0]
    """
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    known = {name: pl.Enum(frame[name].unique().drop_nulls().sort()) for name in texts}
    return frame.cast(known)  # type: ignore[arg-type]


class _Digit(NamedTuple):
    """A key within the number of a line: of `wide` values from `low` on; the first stands for none.

    `ranked`: the numbers of the keys before it, where they had to make room by their ranks.
    """

    name: str
    kind: pl.DataType
    low: int
    wide: int
    ranked: NDArray[np.int64] | None = None


def _places(frame: pl.DataFrame, keys: Sequence[str]) -> tuple[pl.Series, list[_Digit]]:
    """One number per line by which lines sort as by all keys, and how it is made; no key is a text."""
    place, most = pl.repeat(0, frame.height, dtype=pl.Int64, eager=True), 1
    digits = []
    for name in keys:
        code, low, wide = _codes(frame[name])
        ranked = None
        most *= wide
        if most > LARGEST:
            ranked = place.unique().sort().to_numpy()
            place, most = place.rank("dense").cast(pl.Int64), (frame.height + 1) * wide
        place = place * wide + code
        digits.append(_Digit(name, frame.schema[name], low, wide, ranked))
    return place, digits


def _codes(column: pl.Series) -> tuple[pl.Series, int, int]:
    """Numbers in the order of the values, 0 for none; the value of 1, and how many there may be."""
    if not (column.dtype.is_integer() or column.dtype in (pl.Enum, pl.Date, pl.Boolean)):
        raise TypeError(f"a key of a series is no {column.dtype}")
    number = column.to_physical().cast(pl.Int64)
    low, high = number.min(), number.max()
    if not isinstance(low, int) or not isinstance(high, int):
        return pl.repeat(0, len(column), dtype=pl.Int64, eager=True), 0, 1
    return (number - low + 1).fill_null(0), low, high - low + 2


def _keys(places: NDArray[np.int64], digits: Sequence[_Digit]) -> list[pl.Series]:
    """The keys that stand behind numbers of lines: cheaper than to look them up in the lines."""
    found = []
    for digit in reversed(digits):
        above = places // digit.wide  # numpy divides by one number fast, and divmod does not
        code, places = places - above * digit.wide, above
        value = pl.Series(digit.name, code + (digit.low - 1))
        if not code.all():
            value = value.set(pl.Series(code == 0), None)
        if digit.kind == pl.Enum:
            value = value.cast(pl.UInt32).cat.to(digit.kind)
        elif digit.kind == pl.Date:
            value = value.cast(pl.Int32)
        found.append(value.cast(digit.kind))
        if digit.ranked is not None:
            places = digit.ranked[places - 1]
    return found
