"""Tags: what people put on a customer, and what a rule says of it.

A rule is readable: `customer_class = wholesale and yearly_amount >= 20000`. Conditions are joined
by `and`; a text is compared without regard to case; `~` asks whether a text contains another; a
value that nobody knows fits no condition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.search import nearest
from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CONDITION = re.compile(r"^\s*(\w+)\s*(>=|<=|!=|=|>|<|~)\s*(.+?)\s*$")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a field with a value."""

    field: str
    sign: str
    value: float | str


def parsed(tag: str, rule: str, schema: Mapping[str, pl.DataType]) -> list[Condition]:
    """The conditions of a rule over the columns of `schema`.

    Raises:
        ScmError: a part is no condition, names an unknown field, or compares text with < or >.

    >>> parsed("big", "yearly_amount >= 20000", {"yearly_amount": pl.Float64()})
    [Condition(field='yearly_amount', sign='>=', value=20000.0)]
    """
    found = []
    for part in _AND.split(rule):
        seen = _CONDITION.match(part)
        if seen is None:
            raise ScmError(
                "the rule of tag {tag} is not understood at: {part}",
                hint="Write it like: yearly_amount >= 20000 and city = 杭州.",
                exit_code=Exit.USAGE,
                tag=tag,
                part=part.strip() or rule,
            )
        field, sign, value = seen[1], seen[2], seen[3].strip("\"'“”")
        found.append(Condition(field, sign, _value(tag, (field, sign, value), schema)))
    return found


def _value(tag: str, told: tuple[str, str, str], schema: Mapping[str, pl.DataType]) -> float | str:
    field, sign, value = told
    if field not in schema:
        near = nearest(field, list(schema))
        raise ScmError(
            "the rule of tag {tag} names {field}, which no customer has",
            hint="Did you mean {near}?" if near else "The fields are: {fields}.",
            exit_code=Exit.USAGE,
            tag=tag,
            field=field,
            near=near or "",
            fields=", ".join(schema),
        )
    if not schema[field].is_numeric():
        if sign in ("=", "!=", "~"):
            return value
        raise ScmError(
            "the rule of tag {tag} compares the text {field} with {sign}",
            hint="Texts know =, != and ~.",
            exit_code=Exit.USAGE,
            tag=tag,
            field=field,
            sign=sign,
        )
    try:
        return float(value.replace(",", "") if sign != "~" else "")
    except ValueError as error:
        raise ScmError(
            "the rule of tag {tag} compares {field} with {value}, which is no number",
            hint="Write it like: yearly_amount >= 20000.",
            exit_code=Exit.USAGE,
            tag=tag,
            field=field,
            value=value,
        ) from error


def fits(conditions: Sequence[Condition]) -> pl.Expr:
    """The conditions as an expression; false where a field is unknown."""
    found = pl.lit(True)
    for each in conditions:
        column = pl.col(each.field)
        if isinstance(each.value, str):
            told, text = each.value.casefold(), column.cast(pl.String).str.to_lowercase()
            fit = {
                "=": text == told,
                "!=": text != told,
                "~": text.str.contains(told, literal=True),
            }
        else:
            number, value = column.cast(pl.Float64), each.value
            fit = {"=": number == value, "!=": number != value, ">": number > value,
                   "<": number < value, ">=": number >= value, "<=": number <= value}  # fmt: skip
        found &= fit[each.sign].fill_null(False)
    return found


def by_rule(customers: pl.DataFrame, rules: Mapping[str, str]) -> pl.DataFrame:
    """customer, tag, why: every tag that a rule gives. Text columns of `customers` are its fields too.

    >>> told = pl.DataFrame({"customer": ["A", "B"], "orders": [1, 9]})
    >>> by_rule(told, {"loyal": "orders >= 5"}).rows()
    [('B', 'loyal', 'orders >= 5')]
    """
    blocks = [pl.DataFrame(schema=dict.fromkeys(("customer", "tag", "why"), pl.String))]
    for tag, rule in rules.items():
        mine = customers.filter(fits(parsed(tag, rule, customers.schema)))
        blocks.append(mine.select("customer", pl.lit(tag).alias("tag"), pl.lit(rule).alias("why")))
    return pl.concat(blocks).sort("customer", "tag")
