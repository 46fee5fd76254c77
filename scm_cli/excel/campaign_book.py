"""The contact list of a campaign as a workbook: whom to call or write to, why, and the words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.errors import Say
from scm_cli.excel.plan_lists import Listing, Shown, page_of
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, heights, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scm_cli.excel.rows import Body

TEXT_CHARS, LINE_HEIGHT = 60, 15
COLUMNS = (
    Shown("customer", "Customer code", "code", 14),
    Shown("name", "Customer name", "text", 38),
    Shown("contact", "Contact", "text", 14),
    Shown("mobile", "Mobile", "code", 15),
    Shown("phone", "Phone", "code", 15),
    Shown("email", "E-mail", "text", 24),
    Shown("owner", "Owner", "text", 12),
    Shown("message", "Message", "text", TEXT_CHARS),
    Shown("reason", "Reason", "text", 44),
)
SENTENCE = (
    "Contact exactly these customers; others were set apart to see what the campaign changes."
)


@dataclass(frozen=True, slots=True)
class ContactList:
    """A campaign, whom it contacts, and the firm's name."""

    campaign: Mapping[str, Any]
    contacts: tuple[dict[str, Any], ...]
    firm: str


def write_contacts(path: Path, made: ContactList, lang: str) -> Path:
    """Write the workbook; the path that it got.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    frame = pl.DataFrame(list(made.contacts), infer_schema_length=None)
    used = tuple(c for c in COLUMNS if c.name in frame.columns and frame[c.name].null_count() < len(frame))  # fmt: skip
    row = made.campaign
    told = Say(
        "{firm} · {number} {name} · {first} to {last} · {n} {n:contact|contacts}",
        firm=made.firm, number=row["campaign"], name=row["name"], first=row["from_on"],
        last=row["until_on"], n=len(frame),
    )  # fmt: skip

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        page = book.add_worksheet(sheet_name(put("Contact list", lang)))
        listing = Listing("Contact list", SENTENCE, used)
        body = page_of(page, styles, listing, frame.select(c.name for c in used), lang)
        page.write_string(2, 0, put(told, lang), styles.of("muted"))
        if body is None:
            return []
        if any(c.name == "message" for c in used):
            tall = heights((frame["message"], TEXT_CHARS), points=LINE_HEIGHT)
            body = replace(body, heights=tall)
        return [body]

    return saved(path, lambda target: workbook(target, lang, fill))
