"""What cells hold so that reading them gives back the stored value, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.difference import DTYPES
from scm_cli.core.records.base import PLACES
from scm_cli.errors import ScmError
from scm_cli.excel import readme
from scm_cli.excel.rows import Cells

if TYPE_CHECKING:
    from scm_cli.core.records.base import Column

TEXT_LIMIT = 32_767  # characters in a cell of Excel
EXACT = 10**15  # a cell keeps 15 digits
WHOLE, PART = 0, 1  # looks: a quantity without and with decimals
_CONTROLS = r"[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]"


def cells(values: pl.Series, column: Column | None, lang: str) -> Cells:
    """A column as its cells hold it: numbers only where a cell keeps all their digits.

    Raises:
        ScmError: a text is longer than a cell; it is never cut in silence.
    """
    kind = column.kind if column else "text"
    values = values.cast(DTYPES[kind])
    if column and column.choices:
        values = values.replace({c: readme.choice_word(column, c, lang) for c in column.choices})
    if kind == "flag":
        yes, no = readme.YES_NO[lang]
        values = values.cast(pl.Int8).replace_strict([1, 0], [yes, no], return_dtype=pl.String)
    return cells_of(values, kind)


def cells_of(values: pl.Series, kind: str) -> Cells:
    """A column of one kind as cells; choices and flags come as words."""
    none = pl.Series([None], dtype=pl.String).new_from_index(0, len(values))
    plain = pl.Series([WHOLE], dtype=pl.Int8).new_from_index(0, len(values))
    if kind in PLACES:
        return _decimals(values.cast(DTYPES[kind]), kind)
    if kind == "day":
        return Cells(none, days(values).cast(pl.String), plain)
    if kind == "number":
        return Cells(none, values.cast(pl.Int64).cast(pl.String), plain)
    return Cells(_whole_texts(values.cast(pl.String)), none, plain)


def days(values: pl.Series) -> pl.Series:
    """Dates as the numbers that Excel keeps: days since 1899-12-30.

    >>> from datetime import date
    >>> days(pl.Series([date(2026, 3, 4)])).to_list()
    [46085]
    """
    return values.cast(pl.Date).cast(pl.Int32) + 25_569


def texts(values: pl.Series) -> pl.Series:
    """Texts as cells hold them: nothing for an empty one, no control characters."""
    values = values.str.replace_all(_CONTROLS, " ")
    return pl.select(pl.when(values != "").then(values)).to_series().alias(values.name)


def _whole_texts(values: pl.Series) -> pl.Series:
    longest = values.str.len_chars().max()
    if isinstance(longest, int) and longest > TEXT_LIMIT:
        raise ScmError(
            "a text of {n} characters in {field} does not fit into a cell of a workbook",
            hint="Shorten it, or export as CSV.",
            n=longest,
            field=values.name,
        )
    return texts(values)


def _decimals(values: pl.Series, kind: str) -> Cells:
    """Decimals as numbers, and as text where the 15 digits of a cell do not do."""
    floats = values.cast(pl.Float64)
    odd = floats.abs() >= EXACT / 10 ** PLACES[kind]
    if kind == "pct":  # 0.5 alone would be read as the cell behind 50 %
        odd |= (floats.abs() < 1) & (floats != 0)
    digits = values.cast(pl.String)
    bare = digits.str.strip_chars_end("0").str.strip_chars_end(".")
    told = bare + "%" if kind == "pct" else bare
    look = ((floats != floats.floor()) & pl.Series([kind == "qty"])).fill_null(False)
    return Cells(
        pl.select(pl.when(odd).then(told)).to_series(),
        pl.select(pl.when(~odd).then(bare)).to_series(),
        look.cast(pl.Int8),
    )
