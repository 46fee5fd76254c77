"""Amounts in English words, as contracts carry them beside the digits."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LARGE = ("", "thousand", "million", "billion", "trillion")


def in_words(amount: Decimal, currency: str) -> str:
    """An amount [units of the currency] in words; cents are written as a fraction of 100.

    >>> in_words(Decimal("12040.05"), "CNY")
    'CNY twelve thousand and forty and 05/100'
    >>> in_words(Decimal(1_000_100), "USD"), in_words(Decimal(0), "CNY")
    ('USD one million one hundred only', 'CNY zero only')
    """
    cents = int((abs(amount) * 100).to_integral_value(ROUND_HALF_UP))
    whole, part = divmod(cents, 100)
    told = f"{currency} {'minus ' if amount < 0 and cents else ''}{_whole(whole)}"
    return f"{told} and {part:02d}/100" if part else f"{told} only"


def _whole(number: int) -> str:
    if not number:
        return _ONES[0]
    groups: list[int] = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    told = [
        f"{_group(group)} {_LARGE[place]}".strip()
        for place, group in reversed(list(enumerate(groups)))
        if group
    ]
    if len(told) > 1 and 0 < groups[0] < 100:
        return f"{' '.join(told[:-1])} and {told[-1]}"
    return " ".join(told)


def _group(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    small = (
        _ONES[rest]
        if rest < 20
        else _TENS[rest // 10] + (f"-{_ONES[rest % 10]}" if rest % 10 else "")
    )
    if not hundreds:
        return small
    told = f"{_ONES[hundreds]} hundred"
    return f"{told} and {small}" if rest else told
