"""A segment's rule: readable, in Chinese or English, parsed into conditions.

    rule      = part { or part }
    part      = term { and term }
    term      = [not] ( "(" rule ")" | condition )
    condition = field sign value [within N days] | field in ( value, ... )

`and` binds closer than `or`. Words may be Chinese (且, 或, 非, 不少于, 近 90 天) and need no blanks
around them; signs may be full-width. A value with a joining word or a bracket in it stands in
quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from scm_cli.core.customer import segment_words as words
from scm_cli.core.customer.segment_text import JOIN, UNJOINED, WINDOW, Scanner
from scm_cli.core.search import nearest
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.core.customer.segment_words import Field

Value: TypeAlias = str | float | date | bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. `days` limits what was bought to the last so many days; `at` is the place of its value."""

    field: str
    sign: str
    values: tuple[Value, ...]
    days: int | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of `part`."""

    part: Rule


@dataclass(frozen=True, slots=True)
class Joined:
    """All of `parts`, or with `either` at least one."""

    parts: tuple[Rule, ...]
    either: bool


Rule: TypeAlias = Condition | Not | Joined

_NUMBER = re.compile(r"[¥￥]?(-?\d+(?:,\d{3})*(?:\.\d+)?)", re.ASCII)
_LISTED = re.compile(r"[¥￥]?(-?\d+(?:\.\d+)?)", re.ASCII)  # a comma parts the values of a list
DEEPEST = 40
_FIELDS = Say("`scm customer segment fields` lists them.")


def parsed(rule: str) -> Rule:
    """The conditions of a rule.

    Raises:
        ScmError: it is not understood; the hint shows the place with a caret (exit 2).

    >>> parsed("city = 杭州").values
    ('杭州',)
    >>> parsed("近一年消费>=2万且标签是批发") == parsed("yearly_amount >= 20000 and tag = 批发")
    False
    >>> [c.values for c in conditions(parsed("近一年消费>=2万且标签是批发"))]
    [(20000.0,), ('批发',)]
    """
    return _Parser(rule).whole()


def conditions(rule: Rule) -> list[Condition]:
    """Every condition of a rule, in its order."""
    if isinstance(rule, Condition):
        return [rule]
    parts = (rule.part,) if isinstance(rule, Not) else rule.parts
    return [each for part in parts for each in conditions(part)]


class _Parser(Scanner):
    """The grammar, from the whole down to one value."""

    def whole(self) -> Rule:
        found = self._joined(words.OR, either=True)
        self._blanks()
        if self.text[self.at : self.at + 1] == ")":
            raise self._refused(Say("this bracket was never opened"), Say("Leave it out."))
        if self.at < len(self.text):
            raise self._refused(UNJOINED, JOIN)
        return found

    def _joined(self, by: tuple[str, ...], *, either: bool) -> Rule:
        parts = [self._part(either=either)]
        while self._took(by):
            parts.append(self._part(either=either))
        return parts[0] if len(parts) == 1 else Joined(tuple(parts), either)

    def _part(self, *, either: bool) -> Rule:
        return self._joined(words.AND, either=False) if either else self._term()

    def _term(self) -> Rule:
        self.deep += 1
        if self.deep > DEEPEST:
            raise self._refused(Say("the rule is nested too deeply"), Say("Say it more simply."))
        found = self._nested()
        self.deep -= 1
        return found

    def _nested(self) -> Rule:
        if self._took(words.NOT):
            return Not(self._term())
        if not self._took(("(",)):
            return self._condition()
        opened = self.at - 1
        found = self._joined(words.OR, either=True)
        if not self._took((")",)):
            self.at = opened
            raise self._refused(Say("this bracket is not closed"), Say("Close it with )."))
        return found

    def _condition(self) -> Condition:
        field = self._field()
        self._blanks()
        signed = self.at
        sign = self._sign()
        self._blanks()
        place = self.at
        bought = field.kind == "set"
        values = self._list(field) if sign == "in" else (self._value(field, within=bought),)
        if field.kind in ("text", "set") and sign not in ("=", "!=", "~", "in"):
            self.at = signed
            raise self._refused(
                Say("{field} is compared with {sign}", field=self.word, sign=sign),
                Say("Texts know =, !=, ~ and in."),
            )
        return Condition(field.name, sign, values, self._within() if bought else None, place)

    def _field(self) -> Field:
        known = words.fields()
        self._blanks()
        found = self._longest(known)
        if found:
            self.word = self.rule[self.at : self.at + len(found)]
            self.at += len(found)
            return known[found]
        typed = re.match(r"[^\s()=<>~!,]*", self.text[self.at :])
        asked = typed[0] if typed else ""
        if not asked:
            raise self._refused(Say("a field is missing here"), Say("Write it like: orders >= 3."))
        near = nearest(asked, list(known))
        mend = Say("Did you mean {near}?", near=near) if near else _FIELDS
        raise self._refused(Say("there is no field {name}", name=asked), mend)

    def _sign(self) -> str:
        known = words.signs()
        self._blanks()
        found = self._longest(known)
        if found:
            self.at += len(found)
            return known[found]
        raise self._refused(
            Say("{field} is compared with nothing", field=self.word),
            Say("Write a sign after it: = != > >= < <= ~ in."),
        )

    def _list(self, field: Field) -> tuple[Value, ...]:
        if not self._took(("(",)):
            raise self._refused(
                Say("a list is missing here"), Say("Write it like: city in (杭州, 宁波).")
            )
        values = [self._value(field, listed=True)]
        while self._took((",",)):
            values.append(self._value(field, listed=True))
        if not self._took((")",)):
            raise self._refused(Say("this list is not closed"), Say("Close it with )."))
        return tuple(values)

    def _value(self, field: Field, *, listed: bool = False, within: bool = False) -> Value:
        self._blanks()
        start = self.at
        if field.kind == "number":
            return self._number(_LISTED if listed else _NUMBER)
        text = self._text(listed=listed, within=within)
        if not text:
            raise self._refused(
                Say("a value is missing here"), Say("Write it like: city = 杭州, orders >= 3.")
            )
        if field.kind == "flag":
            folded = text.casefold()
            if folded in words.YES or folded in words.NO:
                return folded in words.YES
            self.at = start
            raise self._refused(
                Say("{field} is yes or no, not {value}", field=self.word, value=text),
                Say("Write it like: is_overdue = yes."),
            )
        if field.kind == "day":
            return self._day(text, start)
        return words.STANDINGS.get(text, text) if field.name == "standing" else text

    def _day(self, text: str, start: int) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            self.at = start
            what, mend = Say("{text} is no date", text=text), Say("Write it as 2026-01-31.")
            raise self._refused(what, mend) from error

    def _number(self, form: re.Pattern[str]) -> float:
        seen = form.match(self.text, self.at)
        if seen is None:
            typed = self.text[self.at :].split(" ")[0].rstrip(")")
            what = Say("{field} is a number, not {value}", field=self.word, value=typed)
            raise self._refused(
                what if typed else Say("a number is missing here"),
                Say("Write it like: yearly_amount >= 20000."),
            )
        self.at = seen.end(1)
        number = float(seen[1].replace(",", ""))
        self._blanks()
        unit = self._longest(words.UNITS)
        while unit:
            number *= words.UNITS[unit]
            self.at += len(unit)
            unit = self._longest(words.UNITS)
        return number

    def _within(self) -> int | None:
        self._blanks()
        seen = WINDOW.match(self.text, self.at)
        if seen is None:
            return None
        self.at = seen.end()
        return int(seen[1])
