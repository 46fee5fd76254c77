# ruff: noqa: INP001, PLC0415 -- a script of its own; scm_cli is imported once its path is known
"""Writes the data dictionary of data/README.md from the records' declarations.

python tools/dictionary.py            write it
python tools/dictionary.py --check    exit 1 when it is not what the declarations say
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING

from pages import ROOT, generated

if TYPE_CHECKING:
    from scm_cli.core.records.base import Column, Record

KINDS = {
    "code": "code", "text": "text", "qty": "quantity, 4 places", "price": "price, 6 places",
    "amount": "money, 2 places", "pct": "percent, 2 places", "number": "whole number", "day": "date",
    "flag": "yes or no", "choice": "choice",
}  # fmt: skip

INTRO = """
## The data dictionary

Every record that is stored, from its declaration in `scm_cli/core/records/`. A field's name ends
in its unit: `_qty` (in the item's own unit), `_price`, `_amount` (money), `_pct`, `_days`, `_on`
(date), `_no` (number of a document). A field in bold is part of the key; *needed* is what may not
be empty; a field without a header is filled by the program and stands in no sheet.

`scm sql` and `scm export` show the same names, and JSON has them too.
"""


def dictionary() -> str:
    """The whole part, as Markdown."""
    from scm_cli.core.records.catalog import RECORDS

    return "\n".join([INTRO, *(_record(record) for record in RECORDS)]) + "\n"


def _record(record: type[Record]) -> str:
    rows = [_row(record, column) for column in record.columns().values()]
    told = inspect.cleandoc(record.__doc__ or "")
    head = (
        f"### {record.table}\n\n{told} {_sheet(record)}\n\n"
        "| Field | Header | 表头 | Kind | Needed | What it holds |\n|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def _sheet(record: type[Record]) -> str:
    from scm_cli.core.records.catalog import SHEETS

    kinds = [s.kind for s in SHEETS if record in (s.head, s.line)]
    return "Sheet: " + ", ".join(f"`{kind}`" for kind in kinds) + "." if kinds else "No sheet."


def _row(record: type[Record], column: Column) -> str:
    name = f"**{column.name}**" if column.name in record.key else column.name
    shown = (column.en, column.zh) if column.sheet else ("", "")
    needed = "yes" if column.required else ""
    cells = (name, *shown, KINDS[column.kind], needed, _holds(column))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _holds(column: Column) -> str:
    """Where a code comes from, the choices, the bounds, the default, what the header leaves out."""
    from scm_cli.excel.readme import rule

    parts = [f"of `{column.refers}`"] if column.refers else []
    if column.choices:
        parts.append(", ".join(f"`{choice}`" for choice in column.choices))
    told = rule("", column, "en").split("; ")[1:]
    stated = column.required or column.default not in (None, "")
    skipped = ("it is kept as text", "blank") if stated else ("it is kept as text",)
    parts += [part for part in told if not part.startswith(skipped)]
    if column.default not in (None, ""):
        default = ("no", "yes")[column.default] if column.kind == "flag" else column.default
        parts.append(f"blank means {default}")
    return "; ".join(parts)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(generated("data/README.md", "dictionary", dictionary()))
