"""Who fits a segment's rule, and why: over all customers at once.

A value that nobody knows fits no condition and no contrary of one (three-valued logic, as in
SQL), so `not city = 杭州` does not take in those whose city is unknown.
"""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.customer.segment import Condition, Not, conditions
from scm_cli.core.customer.segment_words import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scm_cli.core.customer.segment import Rule

_KINDS = {field.name: field.kind for field in FIELDS}
MOST_VALUES = 3  # of a set, that are told


def matched(
    rule: Rule,
    people: pl.DataFrame,
    sets: Mapping[str, pl.DataFrame],
    today: date,
    labels: Mapping[str, str],
) -> pl.DataFrame:
    """customer, reason: who fits, in the order of `people`, and the values that make it fit.

    `people` has a column per field that is no set; `sets` maps the others to customer, value, day
    (null where nobody knows). `labels` are the words for fields, and for "no".

    >>> from datetime import date
    >>> from scm_cli.core.customer.segment import parsed
    >>> people = pl.DataFrame({"customer": ["A", "B"], "orders": [5, 1], "city": ["杭州", None]})
    >>> words = {"orders": "orders", "city": "city", "no": "no"}
    >>> matched(parsed("orders >= 3 and city = 杭州"), people, {}, date(2026, 1, 1), words).rows()
    [('A', 'orders 5; city 杭州')]
    """
    asked = conditions(rule)
    frame = people
    for n, each in enumerate(asked):
        if _KINDS[each.field] == "set":
            hits = _hits(each, sets[each.field], today)
            hits = hits.rename({"told": f"told{n}"}).with_columns(pl.lit(True).alias(f"hit{n}"))
            frame = frame.join(hits, on="customer", how="left", maintain_order="left")
    tests = {id(each): _test(each, n) for n, each in enumerate(asked)}
    told = _reasons(rule, asked, tests, labels)
    reason = pl.concat_str(told, separator="; ", ignore_nulls=True)
    found = frame.filter(_expr(rule, tests).fill_null(False))
    return found.select("customer", reason.alias("reason"))


def _expr(rule: Rule, tests: Mapping[int, pl.Expr]) -> pl.Expr:
    if isinstance(rule, Condition):
        return tests[id(rule)]
    if isinstance(rule, Not):
        return ~_expr(rule.part, tests)
    return reduce(or_ if rule.either else and_, [_expr(part, tests) for part in rule.parts])


def _hits(asked: Condition, values: pl.DataFrame, today: date) -> pl.DataFrame:
    """customer, told: who has one of the values, and which."""
    wanted = [str(v).casefold() for v in asked.values]
    text = pl.col("value").str.to_lowercase()
    fits = text.str.contains(wanted[0], literal=True) if asked.sign == "~" else text.is_in(wanted)
    if asked.days is not None:
        since = today - timedelta(days=asked.days)
        fits &= (pl.col("day") > since).fill_null(False)
    found = values.filter(fits).group_by("customer").agg(pl.col("value").unique().sort())
    return found.select("customer", pl.col("value").list.head(MOST_VALUES).list.join(", ").alias("told"))  # fmt: skip


def _test(asked: Condition, n: int) -> pl.Expr:
    kind, sign = _KINDS[asked.field], asked.sign
    if kind == "set":
        has = pl.col(f"hit{n}").fill_null(False)
        return ~has if sign == "!=" else has
    column, first = pl.col(asked.field), asked.values[0]
    if kind == "text":
        text, wanted = column.str.to_lowercase(), [str(v).casefold() for v in asked.values]
        return {
            "=": text == wanted[0], "!=": text != wanted[0],
            "~": text.str.contains(wanted[0], literal=True), "in": text.is_in(wanted),
        }[sign]  # fmt: skip
    if kind == "number":
        column = column.cast(pl.Float64)
    if sign == "in":
        return column.is_in(list(asked.values))
    value = pl.lit(first)
    return {
        "=": column == value, "!=": column != value, ">": column > value, "<": column < value,
        ">=": column >= value, "<=": column <= value, "~": column == value,
    }[sign]  # fmt: skip


def _reasons(
    rule: Rule, asked: list[Condition], tests: Mapping[int, pl.Expr], labels: Mapping[str, str]
) -> list[pl.Expr]:
    """One text per condition: the value that makes a customer fit; null where it does not."""
    turned = _turned(rule, turned=False)
    told: list[pl.Expr] = []
    for n, each in enumerate(asked):
        test = tests[id(each)]
        text = _told(each, n, labels)
        told.append(pl.when(~test if turned[id(each)] else test).then(text))
    return told


def _turned(rule: Rule, *, turned: bool) -> dict[int, bool]:
    """Condition → whether its contrary is what helps a customer fit."""
    if isinstance(rule, Condition):
        return {id(rule): turned}
    if isinstance(rule, Not):
        return _turned(rule.part, turned=not turned)
    return {k: v for part in rule.parts for k, v in _turned(part, turned=turned).items()}


def _told(asked: Condition, n: int, labels: Mapping[str, str]) -> pl.Expr:
    name, kind = labels[asked.field], _KINDS[asked.field]
    if kind == "set":
        has = pl.concat_str(pl.lit(f"{name} "), f"told{n}")
        lacks = pl.lit(f"{labels['no']} {name} " + ", ".join(map(str, asked.values)))
        return pl.when(pl.col(f"hit{n}").fill_null(False)).then(has).otherwise(lacks)
    column = pl.col(asked.field)
    if kind == "number":
        column = column.cast(pl.Float64).round(2).cast(pl.String).str.strip_suffix(".0")
    elif kind == "flag":
        return pl.when(column).then(pl.lit(name)).otherwise(pl.lit(f"{labels['no']} {name}"))
    return pl.concat_str(pl.lit(f"{name} "), column.cast(pl.String))
