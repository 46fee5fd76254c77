"""Entry sheets for people who have no command line: fill in, save, put into the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.records.catalog import sheet
from scm_cli.excel.book import BookSheet, write_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Form:
    """One entry sheet: its kind, its columns, those that tell what goods cost."""

    kind: str
    columns: tuple[str, ...]
    cost: tuple[str, ...] = ()


FORMS: tuple[Form, ...] = (
    Form(
        "sales_orders",
        ("customer", "ordered_on", "requested_on", "warehouse", "sku", "qty", "unit", "unit_price",
         "kind", "ship_to", "person", "note", "line_note"),
    ),
    Form(
        "receipts",
        ("supplier", "warehouse", "received_on", "purchase_no", "purchase_line_no", "sku",
         "accepted_qty", "rejected_qty", "reject_reason", "unit", "unit_price", "lot", "expiry_on",
         "person", "note"),
        cost=("unit_price",),
    ),
    Form(
        "stock_counts",
        ("warehouse", "counted_on", "sku", "lot", "counted_qty", "unit", "reason", "is_full",
         "person", "note"),
    ),
    Form(
        "payments",
        ("direction", "partner", "paid_on", "amount", "document_no", "method", "person", "note"),
    ),
)  # fmt: skip


def write_forms(
    folder: Path,
    lists: Mapping[str, Sequence[str]],
    lang: str,
    *,
    show_cost: bool = False,
) -> list[Path]:
    """Write a fresh entry sheet of each form into `folder`; the paths that they got.

    Args:
        folder: usually outbox/forms of the shop.
        lists: codes for the drop-downs, by table: item, warehouse, supplier, customer.
        lang: language of headers and notes.
        show_cost: whether staff may see and enter what goods cost.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    written = []
    for form in FORMS:
        hidden = () if show_cost else form.cost
        names = [name for name in form.columns if name not in hidden]
        empty = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        title = sheet(form.kind).zh if lang == "zh" else sheet(form.kind).en
        written.append(
            write_book(
                folder / f"{title}.xlsx",
                [BookSheet(form.kind, empty)],
                lang=lang,
                lists=lists,
                template=True,
            )
        )
    return written
