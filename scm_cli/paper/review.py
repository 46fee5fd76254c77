"""The quarter's review of suppliers as a memo: one table, then what each change rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say
from scm_cli.locale import put
from scm_cli.paper.pdf import Block, Fields, Heading, Paper, Table, Text, Title, pdf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: The order in which a person wants to read.
URGENT = ("drop", "develop a second source", "renegotiate", "keep", None)
TITLE = "Supplier review {period}"
_COLUMNS = ("Supplier", "Advice", "Tier", "Score", "On time in full", "Pass rate %", "Price index",
            "Share of spend %")  # fmt: skip
_NOTES = (
    """Figures are raw counts with the number of lines behind them; only the score and its range \
are drawn toward the mean of all suppliers, the more the fewer the lines.""",
    """A line counts in the quarter in which it was due by the first promise; what we cancelled is \
left out, what the supplier cancelled is not. A tier falls after one worse quarter and rises after \
two better ones.""",
)


@dataclass(frozen=True, slots=True)
class Memo:
    """What the memo says: cards with `evidence` and `stake` as sentences, and its head."""

    period: str
    head: Sequence[tuple[str, str]]
    cards: Sequence[Mapping[str, Any]]
    firm: str
    font: str | None


def review_pdf(memo: Memo, lang: str) -> bytes:
    """The memo as the bytes of a PDF file.

    Raises:
        ScmError: no font with Chinese characters is found.
    """
    title = put(Say(TITLE, period=memo.period), lang)
    cards = sorted(memo.cards, key=lambda c: (URGENT.index(c["advice"]), -(c["spend_amount"] or 0)))
    blocks: list[Block] = [Title(title), Fields([(put(n, lang), v) for n, v in memo.head])]
    blocks.append(_table(cards, lang))
    for card in cards:
        if card["advice"] not in ("keep", None):
            blocks += _part(card, lang)
    blocks += [
        Heading(put("How to read this", lang)),
        *(Text(put(n, lang), quiet=True) for n in _NOTES),
    ]
    footer = f"{memo.firm} · {title}"
    return pdf(Paper(blocks, title=title, author=memo.firm, footer=footer), memo.font)


def _table(cards: Sequence[Mapping[str, Any]], lang: str) -> Table:
    rows = [
        (
            f"{card['supplier']} {card['name']}"
            if card["name"] != card["supplier"]
            else card["name"],
            put(card["advice"] or "too few lines", lang),
            put(card["tier"], lang),
            figure(card["score_pct"]),
            f"{card['in_full_lines']} / {card['lines']}",
            figure(card["quality_pct"]),
            figure(card["price_index"]),
            figure(card["spend_pct"]),
        )
        for card in cards
    ]
    return Table([put(label, lang) for label in _COLUMNS], rows, frozenset(range(3, 8)))


def _part(card: Mapping[str, Any], lang: str) -> list[Block]:
    """One supplier about which something should be done."""
    head = Say("{supplier}: {advice}", supplier=card["name"], advice=put(card["advice"], lang))
    said = [*card["evidence"], *card["stake"]]
    return [Heading(put(head, lang)), *(Text(f"· {put(each, lang)}") for each in said)]


def figure(value: float | None) -> str:
    """A figure as it is shown, a dash where there is none.

    >>> figure(98.25), figure(None)
    ('98.2', '–')
    """
    return "–" if value is None else f"{value:,.1f}"
