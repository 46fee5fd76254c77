"""Amounts in the capital figures that Chinese papers carry beside the digits."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL = ("", "拾", "佰", "仟")
_LARGE = ("", "万", "亿", "兆")


def capitals(amount: Decimal) -> str:
    """An amount of yuan as it is written on orders and receipts (GB practice, 正楷大写).

    >>> capitals(Decimal("12040.05"))
    '壹万贰仟零肆拾元零伍分'
    >>> capitals(Decimal("100000000")), capitals(Decimal("0.5")), capitals(Decimal(0))
    ('壹亿元整', '伍角整', '零元整')
    """
    cents = int((abs(amount) * 100).to_integral_value(ROUND_HALF_UP))
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    whole = _whole(yuan) + "元" if yuan else ""
    part = f"{_DIGITS[jiao]}角" if jiao else ""
    if fen:
        part += ("零" if yuan and not jiao else "") + f"{_DIGITS[fen]}分"
    told = (whole or ("" if part else "零元")) + (part if fen else part + "整")
    return ("负" if amount < 0 and cents else "") + told


def _whole(number: int) -> str:
    """A whole number, four digits at a time; runs of zeros become one 零."""
    told, gap = "", False
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    for place in reversed(range(len(groups))):
        group = groups[place]
        if not group:
            gap = bool(told)
            continue
        if told and (gap or group < 1000):
            told += "零"
        told += _group(group) + _LARGE[place]
        gap = False
    return told


def _group(group: int) -> str:
    told, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if digit:
            told += ("零" if gap and told else "") + _DIGITS[digit] + _SMALL[place]
        gap = not digit
    return told
