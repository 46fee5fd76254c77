"""The text of a segment's rule: where words, values and windows begin and end, and what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from scm_cli.core.customer import segment_words as words
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Full-width signs as their plain ones, one for one, so that places stay.
_PLAIN = {ord("　"): " ", ord("。"): " ", ord("、"): ","} | {
    ord(wide): chr(ord(wide) - 0xFEE0) for wide in "（）＝＞＜，！～＆｜％０１２３４５６７８９．－"
}
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」"}
_SIGN_CHARS = "=<>~!≠≥≤"
UNJOINED = Say("and, or is missing here")
JOIN = Say("Join conditions with and, or (且, 或).")
WINDOW = re.compile(
    rf"(?:{'|'.join(words.WITHIN)})\s*(\d+)\s*(?:{'|'.join(words.DAYS)})", re.IGNORECASE
)


def refused(rule: str, at: int, what: Say, mend: Say) -> ScmError:
    """What is wrong with a rule, its place shown with a caret (exit 2); wide characters count two.

    >>> print(refused("城市 ! 1", 3, Say("a field is missing here"), Say("Close it.")).hint)
      城市 ! 1
           ^
    Close it.
    """
    room = sum(2 if east_asian_width(c) in "WF" else 1 for c in rule[:at])
    return ScmError(
        "the rule is not understood at its sign {at}: {what}",
        hint="  {rule}\n  {caret}\n{mend}",
        exit_code=Exit.USAGE,
        at=at + 1,
        what=what,
        rule=rule,
        caret=" " * room + "^",
        mend=mend,
    )


class Scanner:
    """One pass over the text; `at` is the next character."""

    def __init__(self, rule: str) -> None:
        self.rule = rule.replace("\n", " ").replace("\t", " ")
        self.text = self.rule.translate(_PLAIN)
        self.at = self.deep = 0
        self.word = ""  # the field as it was typed last

    def _text(self, *, listed: bool, within: bool) -> str:
        """A quoted value, or one that ends where something else begins."""
        opening = self.text[self.at : self.at + 1]
        if opening in _QUOTES and opening:
            end = self.text.find(_QUOTES[opening], self.at + 1)
            if end < 0:
                raise self._refused(Say("this quote is not closed"), Say("Close it."))
            found = self.rule[self.at + 1 : end]
            self.at = end + 1
            return found
        start = self.at
        while self.at < len(self.text) and not self._ends(listed=listed, within=within):
            self.at += 1
        found = self.rule[start : self.at]
        self._require_one(found, start)
        return found.strip()

    def _ends(self, *, listed: bool, within: bool) -> bool:
        """Whether a bare value ends here: a bracket, a joining word with a condition after it."""
        here = self.text[self.at]
        if here in "()" or (listed and here == ","):
            return True
        if within and self._window_at(self.at):
            return True
        for word in (*words.AND, *words.OR):
            end = self.at + len(word)
            alone = self.text[self.at - 1] == " " and self.text[end : end + 1] in ("", " ")
            if self._stands(word, self.at) and (alone or self._begins(end)):
                return True
        return False

    def _begins(self, at: int) -> bool:
        """Whether something that may follow a joining word stands here; the end does too."""
        rest = self.text[at:].lstrip()
        place = len(self.text) - len(rest)
        starts = (*words.NOT, "(", *words.fields())
        return not rest or any(self._stands(word, place) for word in starts)

    def _require_one(self, found: str, start: int) -> None:
        """A value with a sign in it is a condition that nothing joins to the one before."""
        place = next((n for n, c in enumerate(found) if c in _SIGN_CHARS), None)
        if place is None:
            return
        before = found[:place].rstrip()
        self.at = start + before.rfind(" ") + 1 if " " in before else start + place
        raise self._refused(UNJOINED, JOIN)

    def _window_at(self, at: int) -> re.Match[str] | None:
        if self.text[at - 1 : at].isascii() and self.text[at - 1 : at].isalnum():
            return None
        return WINDOW.match(self.text, at)

    def _took(self, known: Iterable[str]) -> bool:
        self._blanks()
        found = self._longest(known)
        self.at += len(found)
        return bool(found)

    def _longest(self, known: Iterable[str]) -> str:
        """The longest of the words that stands here."""
        return max((w for w in known if self._stands(w, self.at)), key=len, default="")

    def _stands(self, word: str, at: int) -> bool:
        """A word of Latin letters ends where they end; a Chinese one anywhere."""
        end = at + len(word)
        if self.text[at:end].casefold() != word.casefold():
            return False
        latin = word[0].isascii() and word[0].isalpha()
        before = self.text[at - 1 : at] if at else ""
        open_before = latin and before.isascii() and (before.isalnum() or before == "_")
        after = self.text[end : end + 1]
        last = word[-1].isascii() and word[-1].isalnum()
        return not open_before and not (
            last and after.isascii() and (after.isalnum() or after == "_")
        )

    def _blanks(self) -> None:
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1

    def _refused(self, what: Say, mend: Say) -> ScmError:
        return refused(self.rule, min(self.at, len(self.rule)), what, mend)
