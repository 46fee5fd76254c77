"""Mobile numbers that nobody can call: a digit is missing, or there is one too many."""

from __future__ import annotations

import re

from scm_cli.errors import Problem, Say

#: Digits of a number that can be called, with its country code (ITU-T E.164).
SHORTEST, LONGEST = 7, 15
_CHINESE = re.compile(r"1[3-9]\d{9}")
_CHINESE_START = re.compile(r"1[3-9]")


def is_odd(number: str) -> bool:
    """Whether a mobile number cannot be one: letters, too few or many digits, or begun like a Chinese one.

    Numbers of other countries differ too much to be checked beyond their length.

    >>> [is_odd(n) for n in ("138001", "138 0013 8000", "+86 13800138000", "1380013800")]
    [True, False, False, True]
    >>> [is_odd(n) for n in ("+44 7700 900123", "(212) 555-0142", "微信同号", "0086-138-0013-8000")]
    [False, False, True, False]
    """
    told = re.sub(r"[\s().\-–]", "", number).replace("＋", "+")
    home = re.sub(r"^(\+|00)86", "", told)
    if home == told and re.match(r"\+|00", told):
        abroad = re.sub(r"^(\+|00)", "", told)
        return not (abroad.isdecimal() and SHORTEST <= len(abroad) <= LONGEST)
    if not home.isdecimal() or not SHORTEST <= len(home) <= LONGEST:
        return True
    if home.startswith("86") and _CHINESE.fullmatch(home[2:]):
        return False
    return bool(_CHINESE_START.match(home)) and not _CHINESE.fullmatch(home)


def doubts(where: str, number: str | None) -> list[Problem]:
    """A warning about a mobile number that looks wrong.

    >>> [p.what.english for p in doubts("mobile", "138001")]
    ['138001 does not look like a mobile number']
    """
    if not number or not is_odd(number):
        return []
    return [Problem(where, Say("{number} does not look like a mobile number", number=number))]
