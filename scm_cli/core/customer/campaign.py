"""Campaigns: who is kept apart as a control, who has been contacted enough, the words."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from string import Formatter
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from scm_cli.core.records.campaigns import CONTROL, TREATED
from scm_cli.core.search import nearest
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Field of a message → the words for it.
MESSAGE_FIELDS: dict[str, tuple[str, ...]] = {
    "customer": ("客户编码",),
    "name": ("客户名称", "客户"),
    "contact": ("联系人", "姓名"),
    "city": ("城市",),
    "owner": ("业务员",),
    "company": ("本公司", "公司"),
    "last_on": ("上次购买",),
    "next_item": ("常购商品", "下次商品"),
    "item": ("商品",),
    "price": ("活动价",),
    "until_on": ("截止日期",),
}


def drawn(members: pl.DataFrame, control_pct: float, seed: int) -> pl.DataFrame:
    """`members` (customer, stratum) with `arm`: treated or control, at random within strata.

    Each customer is a control with the chance `control_pct`, and each stratum holds its share of
    them to within one: customers are shuffled within their stratum, laid end to end, and every
    k-th is taken from a random start (systematic sampling; Cochran 1977, Sampling Techniques,
    ch. 8). The same members and seed give the same groups.

    >>> people = pl.DataFrame({"customer": list("ABCDEFGH"), "stratum": ["x"] * 4 + ["y"] * 4})
    >>> drawn(people, 50, 7).filter(arm="control")["stratum"].to_list()
    ['x', 'x', 'y', 'y']
    """
    share, dice = control_pct / 100, np.random.default_rng(seed)
    ordered = members.sort("customer")
    ordered = ordered.with_columns(pl.Series("dice", dice.random(len(ordered))))
    ordered = ordered.sort("stratum", "dice")
    at = dice.random() + share * np.arange(len(ordered) + 1)
    taken = np.diff(np.floor(at + 1e-12)) > 0
    arm = pl.Series("arm", np.where(taken, CONTROL, TREATED).tolist(), dtype=pl.String)
    return ordered.with_columns(arm).drop("dice").sort("customer")


def seed_of(*words: object) -> int:
    """A seed from what a campaign is, so that it can be drawn again by anybody.

    >>> seed_of("CP-000001", "2026-03-31") == seed_of("CP-000001", "2026-03-31")
    True
    """
    told = "|".join(map(str, words)).encode()
    return int.from_bytes(sha256(told).digest()[:4], "big")


def template(message: str) -> list[str]:
    """The fields that a message names, by their own names, in their order.

    Raises:
        ScmError: it names a field that no customer has, or its braces do not match (exit 2).

    >>> template("{联系人}您好，{item}到货了")
    ['contact', 'item']
    """
    return [field for _, field in _parts(message) if field is not None]


def written(message: str, row: Mapping[str, Any]) -> str:
    """The message to one customer; what nobody knows of it is left out.

    >>> written("{name}: {price}!", {"name": "Acme", "price": None})
    'Acme: !'
    """
    text = ""
    for words, field in _parts(message):
        value = row.get(field) if field else None
        text += words + ("" if value is None else str(value))
    return text


def _parts(message: str) -> list[tuple[str, str | None]]:
    known = {word: field for field, more in MESSAGE_FIELDS.items() for word in (field, *more)}
    try:
        parsed = [(text, name, spec) for text, name, spec, _ in Formatter().parse(message)]
    except ValueError as error:
        raise ScmError(
            "the braces of the message do not match",
            hint="Write a field as {open}name{close}.",
            exit_code=Exit.USAGE,
            open="{",
            close="}",
        ) from error
    found: list[tuple[str, str | None]] = []
    for text, name, spec in parsed:
        asked = None if name is None else name.strip()
        if asked is not None and (asked not in known or spec):
            near = nearest(asked, list(known)) if asked else None
            raise ScmError(
                "the message names {field}, which is no field of it",
                hint="Did you mean {near}?" if near else "The fields are: {fields}.",
                exit_code=Exit.USAGE,
                field="{" + asked + "}",
                near="{" + str(near) + "}",
                fields=", ".join(MESSAGE_FIELDS),
            )
        found.append((text, known[asked] if asked is not None else None))
    return found


def rested(
    contacts: Sequence[Mapping[str, Any]], most: int, customers: Sequence[str]
) -> dict[str, Any]:
    """Customers who were contacted `most` times already → the last day of it.

    `contacts` are customer and day of what falls into the days that count.

    >>> rested([{"customer": "A", "day": 3}, {"customer": "B", "day": 1}], 1, ["A", "C"])
    {'A': 3}
    """
    days: dict[str, list[Any]] = {}
    for row in contacts:
        days.setdefault(row["customer"], []).append(row["day"])
    return {code: max(days[code]) for code in customers if len(days.get(code, ())) >= most}


@dataclass(frozen=True, slots=True)
class Sight:
    """What a control of `share` % of `n` customers could show, and whether it is kept.

    `least` is the effect that a control should be able to show, where it cannot; None where it can.
    """

    n: int
    share: float
    points: float | None
    least: float | None
    kept: bool


def sayings(sight: Sight) -> list[Say]:
    """What the campaign could show, and whether its list is too small for a control.

    >>> print(sayings(Sight(9, 0, None, None, False))[0])
    without a control nobody can tell what the campaign changed
    """
    if not sight.share:
        return [Say("without a control nobody can tell what the campaign changed")]
    share = f"{sight.share:g}"
    if sight.points is None:
        told = Say("no effect, however large, could be shown by a control of {pct} %", pct=share)
    else:
        told = Say(
            "the smallest effect that a control of {pct} % could show is {points} points",
            pct=share,
            points=f"{sight.points:.1f}",
        )
    if sight.least is None:
        return [told]
    small = Say(
        "a list of {n} is too small for a control that shows {points} points",
        n=sight.n,
        points=f"{sight.least:g}",
    )
    kept = Say("the control is kept because it was asked for")
    everybody = Say("everybody is contacted; --control keeps a control all the same")
    return [told, small, kept if sight.kept else everybody]
