"""A paper as PDF (A4), from blocks: titles, text, fields, tables, signatures; fonts embedded.

The same blocks give the same bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

from scm_cli.paper.pdf_font import registered

if TYPE_CHECKING:
    from collections.abc import Sequence

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
MARGIN = 20 * MM
INNER = PAGE_WIDTH - 2 * MARGIN
PADDING = 6.0  # of reportlab's frames
INK, GREY, PALE = "#1b1f23", "#5b6470", "#eef1f4"
_HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Title:
    """What the paper is, in the middle of the first line."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The beginning of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `quiet` is smaller and grey."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels and values, two pairs a line; empty values are left out."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head is repeated on every page; `right` are the columns of numbers.

    `total` is a last line in the style of the head.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()
    total: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign, side by side: each a list of lines."""

    parties: Sequence[Sequence[str]]


Block: TypeAlias = Title | Heading | Text | Fields | Table | Signatures


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper: its blocks, and what stands on every page."""

    blocks: Sequence[Block]
    title: str = ""
    author: str = ""
    footer: str = ""


def pdf(paper: Paper, font_file: str | None = None) -> bytes:
    """The paper as the bytes of a PDF file; `font_file` is the setting `pdf.font`.

    Raises:
        ScmError: no font with Chinese characters is found.
    """
    from reportlab.platypus import SimpleDocTemplate

    font = registered(font_file)
    target = BytesIO()
    made = SimpleDocTemplate(
        target, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING, topMargin=16 * MM, bottomMargin=18 * MM, title=paper.title, author=paper.author,
        creator="scm", invariant=1,
    )  # fmt: skip
    styles = _styles(font)
    flow = [each for block in paper.blocks for each in _drawn(block, styles, font)]
    made.build(flow, canvasmaker=_numbered(font, paper.footer))
    return target.getvalue()


def _styles(font: str) -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    def style(name: str, size: float, **more: Any) -> Any:  # noqa: ANN401 -- reportlab ships no types
        given = {"leading": size * 1.55, "textColor": INK, **more}
        return ParagraphStyle(name, fontName=font, fontSize=size, **given)

    return {
        "title": style("title", 18, alignment=1, spaceAfter=10),
        "heading": style("heading", 11, spaceBefore=5, spaceAfter=2),
        "text": style("text", 9.5, leading=14, spaceAfter=2),
        "quiet": style("quiet", 8, textColor=GREY, spaceAfter=3),
        "cell": style("cell", 8.5, leading=12),
        "right": style("right", 8.5, leading=12, alignment=2),
    }


def _paragraph(text: str, style: Any) -> Any:  # noqa: ANN401
    """A paragraph; Chinese may be broken anywhere, Latin between its words."""
    from reportlab.platypus import Paragraph

    wrapped = style.clone(style.name, wordWrap="CJK") if _HAN.search(text) else style
    return Paragraph(escape(text).replace("\n", "<br/>"), wrapped)


def _drawn(block: Block, styles: dict[str, Any], font: str) -> list[Any]:
    if isinstance(block, Title):
        return [_paragraph(block.text, styles["title"])]
    if isinstance(block, Heading):
        return [_kept(_paragraph(block.text, styles["heading"]))]
    if isinstance(block, Text):
        return [_paragraph(block.text, styles["quiet" if block.quiet else "text"])]
    if isinstance(block, Fields):
        return _fields(block, styles)
    if isinstance(block, Table):
        return _table(block, styles, font)
    return _signatures(block, styles)


def _kept(flowable: Any) -> Any:  # noqa: ANN401
    """A heading stays on the page of what follows it."""
    flowable.keepWithNext = 1
    return flowable


def _fields(block: Fields, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import Table as Grid

    pairs = [(label, value) for label, value in block.pairs if value]
    if not pairs:
        return []
    cells = [
        [_paragraph(label, styles["quiet"]), _paragraph(value, styles["cell"])]
        for label, value in pairs
    ]
    if len(cells) % 2:
        cells.append(["", ""])
    half = [[*cells[i], *cells[i + 1]] for i in range(0, len(cells), 2)]
    grid = Grid(half, colWidths=[INNER * part for part in (0.16, 0.34, 0.16, 0.34)], spaceAfter=6)
    grid.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
                   ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)])  # fmt: skip
    return [grid]


def _table(block: Table, styles: dict[str, Any], font: str) -> list[Any]:
    from reportlab.platypus import Table as Grid

    every = [block.headers, *block.rows, *([block.total] if block.total else [])]
    cells = [
        [
            _paragraph(text, styles["right" if i in block.right else "cell"])
            for i, text in enumerate(row)
        ]
        for row in every
    ]
    grid = Grid(cells, colWidths=widths(every, font), repeatRows=1, spaceBefore=4, spaceAfter=8)
    style: list[tuple[Any, ...]] = [
        ("BACKGROUND", (0, 0), (-1, 0), PALE),
        ("GRID", (0, 0), (-1, -1), 0.4, "#c9d0d8"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ]
    if block.total:
        style.append(("BACKGROUND", (0, -1), (-1, -1), PALE))
    grid.setStyle(style)
    return [grid]


def widths(rows: Sequence[Sequence[str]], font: str) -> list[float]:
    """Column widths [points] that fill the page: what is narrow keeps its width, the rest share."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    natural = [
        13 + max(stringWidth(part, font, 8.5) for text in column for part in text)
        for column in zip(_words(rows[0]), *map(_lines, rows[1:]), strict=True)
    ]
    spare = INNER - sum(natural)
    if spare >= 0:  # the widest column takes what is left
        widest = natural.index(max(natural))
        return [w + (spare if i == widest else 0) for i, w in enumerate(natural)]
    fixed: set[int] = set()
    while True:
        left = INNER - sum(natural[i] for i in fixed)
        fair = left / max(len(natural) - len(fixed), 1)
        narrow = {i for i, w in enumerate(natural) if w <= fair} - fixed
        if not narrow:
            return [w if i in fixed else fair for i, w in enumerate(natural)]
        fixed |= narrow


def _words(row: Sequence[str]) -> list[list[str]]:
    """What of each head may not be broken."""
    return [text.split() or [""] for text in row]


def _lines(row: Sequence[str]) -> list[list[str]]:
    return [text.split("\n") for text in row]


def _signatures(block: Signatures, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import KeepTogether, Spacer
    from reportlab.platypus import Table as Grid

    cells = [
        [[_paragraph(text or " ", styles["text"]) for text in lines] for lines in block.parties]
    ]
    grid = Grid(cells, colWidths=[INNER / len(block.parties)] * len(block.parties))
    grid.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return [KeepTogether([Spacer(1, 14), grid])]


def _numbered(font: str, footer: str) -> Any:  # noqa: ANN401 -- a class of reportlab
    """A canvas that writes the footer and `page/pages` below every page."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401
            super().__init__(*args, **more)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 -- reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self.setFont(font, 8)
                self.setFillColor(GREY)
                self.drawString(MARGIN, 11 * MM, footer)
                self.drawRightString(PAGE_WIDTH - MARGIN, 11 * MM, f"{number}/{len(self._pages)}")
                super().showPage()
            super().save()

    return Numbered
