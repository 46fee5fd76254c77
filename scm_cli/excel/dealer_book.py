"""Our availability as a workbook for a dealer: what it can have, when more comes, its own price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.excel.plan_lists import Listing, Shown, page_of
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from scm_cli.excel.rows import Body

PAGE = Listing(
    "Availability",
    "What can be promised today, and what more from the next arrival on.",
    (
        Shown("sku", "SKU", "code", 16),
        Shown("name", "Name", "text", 34),
        Shown("spec", "Spec", "text", 20),
        Shown("unit", "Unit", "text", 9),
        Shown("available_qty", "Available", "qty", 13),
        Shown("next_on", "Next arrival", "day", 14),
        Shown("next_qty", "More from then", "qty", 14),
        Shown("unit_price", "Your price", "price", 13),
        Shown("tax", "Tax", "text", 14),
    ),
)


@dataclass(frozen=True, slots=True)
class Availability:
    """Whom the sheet is for, and what it is of."""

    customer: str
    customer_name: str
    firm: str
    shared_on: date
    warehouse: str


def write_availability(
    path: Path, about: Availability, found: Sequence[Mapping[str, Any]], lang: str
) -> Path:
    """Write the workbook; the path that it got.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    words = {True: put("Tax included", lang), False: put("plus tax", lang), None: None}
    told = [{**row, "tax": words[row["tax_included"]]} for row in found]
    frame = pl.DataFrame(told, infer_schema_length=None, strict=False) if told else pl.DataFrame()

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        page = book.add_worksheet(sheet_name(put(PAGE.title, lang)))
        body = page_of(page, styles, PAGE, frame, lang)
        who = f"{about.firm} → {about.customer_name} ({about.customer}) · {about.shared_on.isoformat()}"
        page.write_string(2, 0, who, styles.of("muted"))
        return [] if body is None else [body]

    return saved(path, lambda target: workbook(target, lang, fill))
