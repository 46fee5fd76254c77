"""Finding a record from what a person types: words, initials, a mistyped code.

Initials are those of the pinyin of Chinese characters (助记码), which every Chinese trade
program offers, because staff type them faster than the characters themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

NEAR_SHARE = 0.6  # of the characters that must stand as in the code for it to be suggested
_HAN = re.compile(r"[\u3400-\u9fff]")
_KEPT = re.compile(r"[a-z0-9]")


def initials(name: str) -> str | None:
    """The mnemonic of a name with Chinese characters; None for a name without any.

    Each character gives the first letter of its pinyin, read with the phrases around it
    (GB/T 16159 spelling, as the pypinyin dictionary has it); Latin letters and digits stay.

    >>> initials("重庆长江文具A4"), initials("Stapler"), initials("（得力）0.5mm 中性笔")
    ('cqcjwja4', None, 'dl05mmzxb')
    """
    if not _HAN.search(name):
        return None
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(folded(name), style=Style.FIRST_LETTER)
    return "".join(_KEPT.findall("".join(letters).lower()))


def fill_mnemonics(frame: pl.DataFrame) -> pl.DataFrame:
    """Give each row with a Chinese `name` and no mnemonic its initials.

    `frame` has a text column `name` and may have `mnemonic`, which is added when a name
    needs one; rows, order and the other columns stay. Distinct names are read once, since the
    dictionary is slow to load and slow to ask.

    >>> import polars as pl
    >>> fill_mnemonics(pl.DataFrame({"name": ["铅笔", "Pen"]}))["mnemonic"].to_list()
    ['qb', None]
    """
    import polars as pl

    has = "mnemonic" in frame.columns
    blank = pl.col("mnemonic").is_null() if has else pl.lit(True)
    wanted = frame.filter(blank & pl.col("name").str.contains(r"[\u3400-\u9fff]"))
    names = wanted["name"].unique().to_list()
    if not names:
        return frame
    made = pl.col("name").replace_strict(
        {n: initials(n) for n in names}, default=None, return_dtype=pl.String
    )
    return frame.with_columns((pl.coalesce("mnemonic", made) if has else made).alias("mnemonic"))


def folded(text: str) -> str:
    """A text as it is compared: without width, case or outer blanks.

    >>> folded(" Ａ４ Paper ")
    'a4 paper'
    """
    return unicodedata.normalize("NFKC", text).casefold().strip()


def words_of(asked: Iterable[str]) -> list[str]:
    """The words that must all be found, however they were quoted.

    >>> words_of(["A4  Paper", "得力"])
    ['a4', 'paper', '得力']
    """
    return [word for part in asked for word in folded(part).split()]


def matching(
    found: list[dict[str, Any]], asked: str | None, fields: tuple[str, ...]
) -> list[dict[str, Any]]:
    """The rows in whose fields every word asked for occurs.

    >>> matching([{"n": "Red pen"}, {"n": "Ink"}], "PEN", ("n",))
    [{'n': 'Red pen'}]
    """
    words = words_of([asked or ""])
    if not words:
        return found
    texts = [folded(" ".join(str(r[f]) for f in fields if r[f])) for r in found]
    return [r for r, text in zip(found, texts, strict=True) if all(w in text for w in words)]


def rank(words: Iterable[str], code: str, name: str, mnemonic: str | None) -> tuple[int, str]:
    """How near a hit is to what was typed; the smallest comes first.

    0 the code itself · 1 a code, initials or name that begins so · 2 the whole word in
    the name · 3 anywhere.

    >>> rank(["a1"], "A1", "Pen", None), rank(["pen"], "A1", "Red pen", None)
    ((0, 'A1'), (2, 'A1'))
    """
    asked = " ".join(words)
    plain, named = folded(code), folded(name)
    if asked == plain:
        return 0, code
    if plain.startswith(asked) or named.startswith(asked) or (mnemonic or "").startswith(asked):
        return 1, code
    return (2 if set(asked.split()) <= set(named.split()) else 3), code


def nearest(asked: str, known: Iterable[str] | Mapping[str, str | None]) -> str | None:
    """The known code that was probably meant, or None when none is close.

    `known` holds codes, or maps each to its name, so that a name typed in place of a code is
    understood too. Case and width are no difference. Near is measured by optimal string
    alignment, where a swap of neighbours counts once (F. Damerau, "A technique for computer
    detection and correction of spelling errors", CACM 7, 1964); ties go to the first in
    alphabetical order.

    >>> nearest("S-1O3", ["S-100", "S-103"]), nearest("s-103", ["S-103"]), nearest("zzz", ["S-103"])
    ('S-103', 'S-103', None)
    >>> nearest("Lepu", {"S-103": "Lepu Stationery", "S-104": "Lepu"})
    'S-104'
    """
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extractOne

    names = dict(sorted(known.items())) if isinstance(known, Mapping) else {}
    codes = list(names) or sorted(known)
    if asked in codes:
        return asked

    def closest(texts: list[str]) -> int | None:
        found = extractOne(
            asked,
            texts,
            scorer=OSA.normalized_similarity,
            processor=folded,
            score_cutoff=NEAR_SHARE,
        )
        return None if found is None else int(found[2])

    place = closest(codes)
    if place is None and names:
        place = closest([name or "" for name in names.values()])
    return None if place is None else codes[place]


def unknown(
    what: str,
    asked: str,
    known: Iterable[str] | Mapping[str, str | None],
    find: str = "Find it with `scm search WORDS`.",
    names: str = "",
) -> ScmError:
    """The error for a code that is not there, with the nearest one that is (exit 4).

    `what` is the English word for the record: item, supplier, customer, order; `find` says how
    to look for it when none is near, and may tell `names`.

    >>> error = unknown("supplier", "S-1O3", ["S-103"])
    >>> error.say.english, error.hint.english
    ('there is no supplier S-1O3', 'Did you mean S-103?')
    """
    near = nearest(asked, known)
    return ScmError(
        "there is no {what} {code}",
        hint="Did you mean {near}?" if near else find,
        exit_code=Exit.NOT_FOUND,
        what=Say(what),
        code=asked,
        near=near or "",
        names=names,
    )
