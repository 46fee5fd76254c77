"""What cells hold so that reading them gives back the stored value, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake.difference import DTYPES
from scm_cli.core.records.base import PLACES
from scm_cli.errors import ScmError
from scm_cli.excel import readme

if TYPE_CHECKING:
    from scm_cli.core.records.base import Column

TEXT_LIMIT = 32_767  # characters in a cell of Excel
EXACT = 10**15  # a cell keeps 15 digits
_CONTROLS = r"[\x00-\x08\x0b-\x1f]"


def cell_values(values: pl.Series, column: Column | None, lang: str) -> list[Any]:
    """A column as its cells hold it: text, exact numbers, None for blank.

    Raises:
        ScmError: a text is longer than a cell; it is never cut in silence.
    """
    kind = column.kind if column else "text"
    values = values.cast(DTYPES[kind])
    if column and column.choices:
        words = {each: readme.choice_word(column, each, lang) for each in column.choices}
        return values.replace(words).to_list()
    if kind == "flag":
        yes, no = readme.YES_NO[lang]
        said = {True: yes, False: no, None: None}
        return [said[value] for value in values.to_list()]
    if kind == "day":
        return days(values).to_list()
    if kind in PLACES:
        return _numbers(values, kind)
    return (values if kind == "number" else _whole_texts(values)).to_list()


def days(values: pl.Series) -> pl.Series:
    """Dates as the numbers that Excel keeps: days since 1899-12-30.

    >>> from datetime import date
    >>> days(pl.Series([date(2026, 3, 4)])).to_list()
    [46085]
    """
    return values.cast(pl.Date).cast(pl.Int32) + 25_569


def texts(values: pl.Series) -> pl.Series:
    """Texts as cells hold them: nothing for an empty one, no control characters, no mark-up.

    A text that looks like rich-text mark-up would be copied into the file as such; a blank in
    front stops that, and is trimmed when the file is read.
    """
    values = values.cast(pl.String).str.replace_all(_CONTROLS, " ")
    marked = values.str.starts_with("<r>") & values.str.ends_with("</r>")
    guarded = pl.when(marked).then(pl.lit(" ") + values).otherwise(values)
    return pl.select(pl.when(values != "").then(guarded)).to_series().alias(values.name)


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


def _numbers(values: pl.Series, kind: str) -> list[Any]:
    """Decimals as numbers, and as text where the 15 digits of a cell do not do."""
    floats = values.cast(pl.Float64)
    odd = floats.abs() >= EXACT / 10 ** PLACES[kind]
    if kind == "pct":  # 0.5 alone would be read as the cell behind 50 %
        odd |= (floats.abs() < 1) & (floats != 0)
    sign = "%" if kind == "pct" else ""
    cells: list[Any] = floats.to_list()
    for index in odd.arg_true():
        cells[index] = f"{values[index]:f}".rstrip("0").rstrip(".") + sign
    return cells
