"""The rules for cells, over a whole column of text.

Most cells of a column look alike, so one pattern settles them at once; whatever it leaves, each
distinct text goes through `parse_cell`. So there is one set of rules, and a column of half a
million cells takes some hundredths of a second.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from scm_cli.core.cell import DIGITS, FIRST_DATE, LAST_DATE, NUMBERS, CellKind, CellRule, parse_cell

# Han, full-width forms and accented Latin are as plain as ASCII, but a leading # may be an error
_WORD = r"!-~\u00c0-\u024f\u3001-\u303f\u4e00-\u9fff\uff01-\uffe6"
_PLAIN_TEXT = rf'^[!"$-~{_WORD[3:]}](?: ?[{_WORD}])*$'
# of codes, those that neither width folding nor a number's traces (' + . #) can concern
_PLAIN_CODE = r'^[!"$-&(-*,\-/-~\u4e00-\u9fff]+$'


class Parsed(NamedTuple):
    """A column after its rule, row by row as it came.

    `values` has the type of the rule's kind, null where the cell is empty or bad. `unit` is the
    text behind the quantities, or None when no cell has one. `bad` marks the refused cells,
    `reason` gives for each of them a key of `scm_cli.core.cell.REASONS`, else null.
    """

    values: pl.Series
    unit: pl.Series | None
    bad: pl.Series
    reason: pl.Series


def parse_column(column: pl.Series, rule: CellRule) -> Parsed:
    """The meaning of a column of text (n cells) under a rule; equals `parse_cell` cell by cell.

    >>> parsed = parse_column(pl.Series(["¥1,234.5", "7", "#N/A", None]), CellRule(CellKind.QTY))
    >>> parsed.values.to_list(), parsed.reason.to_list()
    ([None, Decimal('7'), None, None], ['unit', None, 'error', None])
    """
    dtype = column_type(rule)
    values = _plain_values(column, rule)
    hard = (values.is_null() & column.is_not_null()).arg_true()
    reason = pl.Series("reason", [None], pl.String).new_from_index(0, len(column))
    if hard.is_empty():
        return Parsed(values, None, reason.is_not_null(), reason)
    left = column.gather(hard).unique()
    cells = [parse_cell(text, rule) for text in left]
    meanings = pl.DataFrame(
        {
            "text": left,
            "value": pl.Series([cell.value for cell in cells], dtype=dtype),
            "unit": pl.Series([cell.unit for cell in cells], dtype=pl.String),
            "reason": pl.Series([cell.reason or None for cell in cells], dtype=pl.String),
        }
    )
    rows = (
        column.gather(hard)
        .to_frame("text")
        .join(meanings, on="text", how="left", maintain_order="left")
    )
    values = values.scatter(hard, rows["value"]).alias(column.name)
    told = rows["reason"].is_not_null()
    reason = (
        reason.scatter(hard.filter(told), rows["reason"].filter(told)) if told.any() else reason
    )
    unit = None
    if rows["unit"].is_not_null().any():
        unit = (
            pl.Series("unit", [None], pl.String)
            .new_from_index(0, len(column))
            .scatter(hard, rows["unit"])
        )
    return Parsed(values, unit, reason.is_not_null(), reason)


def column_type(rule: CellRule) -> pl.DataType:
    """The polars type of a column under a rule.

    >>> column_type(CellRule(CellKind.AMOUNT, places=2))
    Decimal(precision=18, scale=2)
    """
    if rule.kind in NUMBERS:
        return pl.Decimal(DIGITS, rule.places)
    if rule.kind is CellKind.DATE:
        return pl.Date()
    return pl.Boolean() if rule.kind is CellKind.BOOL else pl.String()


def _plain_values(column: pl.Series, rule: CellRule) -> pl.Series:
    """The values of the cells that need no thought; null for all others."""
    dtype = column_type(rule)
    if rule.kind in NUMBERS:
        values = _plain_numbers(column, rule)
    elif rule.kind is CellKind.DATE and not rule.date_format:
        values = _plain_dates(column)
    elif rule.kind in {CellKind.TEXT, CellKind.CODE} and not rule.choices:
        plain = _PLAIN_TEXT if rule.kind is CellKind.TEXT else _PLAIN_CODE
        return _kept(column, column.str.contains(plain))
    else:
        return pl.Series(column.name, [None], dtype).new_from_index(0, len(column))
    inside = pl.Series([True]).new_from_index(0, len(column))
    if rule.low is not None:
        inside &= values >= rule.low
    if rule.high is not None:
        inside &= values <= rule.high
    return values if inside.all() and values.null_count() == 0 else _kept(values, inside)


def _plain_numbers(column: pl.Series, rule: CellRule) -> pl.Series:
    whole = DIGITS - rule.places
    places = rf"(?:\.[0-9]{{1,{rule.places}}})?" if rule.places else ""
    plain = column.str.contains(rf"^-?[0-9]{{1,{whole}}}{places}$")
    texts = column
    left = ~plain & column.is_not_null()
    if rule.kind in {CellKind.PRICE, CellKind.AMOUNT} and left.any():
        money = column.str.contains(rf"^[¥￥]?[0-9]{{1,3}}(?:,[0-9]{{3}}){{0,3}}{places}$") & left
        if money.any():
            bare = column.str.replace_all("[¥￥,]", "")
            texts = pl.select(pl.when(money).then(bare).otherwise(column)).to_series()
            plain |= money
    values = _kept(texts, plain).cast(pl.Decimal(DIGITS, rule.places), strict=False)
    if rule.kind is CellKind.PCT:  # below 1 it is a fraction of 1, above it a percentage
        values = _kept(values, (values >= 1) | (values == 0))
    return values.alias(column.name)


def _plain_dates(column: pl.Series) -> pl.Series:
    values = column.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False).dt.date()
    if values.null_count() > column.null_count():
        values = values.zip_with(values.is_not_null(), column.str.to_date("%Y-%m-%d", strict=False))
    return _kept(values, values.is_between(FIRST_DATE, LAST_DATE))


def _kept(values: pl.Series, kept: pl.Series) -> pl.Series:
    """The values where `kept` is true, elsewhere null."""
    if kept.all():
        return values
    return pl.select(pl.when(kept).then(values)).to_series().alias(values.name)
