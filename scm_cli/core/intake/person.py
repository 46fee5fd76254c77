"""Who filled in a sheet: the person goes to the journal, for staff have no account of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from scm_cli.core.intake.typed import Typed

#: 经办人：张三, 填表: 李四, Entered by: Wang
LABEL = re.compile(
    r"(?:经\s*办|填\s*表|填\s*写|制\s*单|制\s*表|开\s*单|录\s*入)\s*[人员]?\s*[:：]\s*(?P<zh>[^\s:：,，;；]{0,20})"
    r"|(?:entered|filled in|prepared|handled) by\s*[:：]\s*(?P<en>[^:：,，;；]{0,30})",
    re.IGNORECASE,
)

FOOT_ROWS = 50  # a sheet of invoices sets thousands of rows aside; a signature stands at the foot


def person(sheet: Typed, grid: pl.DataFrame, header_row: int) -> str | None:
    """The one person of a sheet: of its column, else beside a label above or below the table.

    None when nobody is named, or several are: each document keeps its own.
    """
    if "person" in sheet.frame.columns:
        names = sheet.good()["person"].drop_nulls().unique().to_list()
        if names:
            return str(names[0]) if len(names) == 1 else None
    places = [*range(header_row), *sorted(sheet.set_aside)[-FOOT_ROWS:]]
    return labelled(grid[places].iter_rows()) if places else None


def labelled(rows: Iterable[Sequence[str | None]]) -> str | None:
    """The first person who stands behind a label, in the same cell or the next one.

    >>> labelled([("入库单", None), ("经办人：张三", "日期：2026-03-01")])
    '张三'
    >>> labelled([("Entered by:", "Wang Fang")]), labelled([("Total", "12")])
    ('Wang Fang', None)
    """
    for cells in rows:
        for index, cell in enumerate(cells):
            said = LABEL.search(cell or "")
            if said is None:
                continue
            name = (said["zh"] or said["en"] or "").strip()
            after = next((c for c in cells[index + 1 :] if c), None)
            name = name or (after or "").strip()
            if name and ":" not in name and "：" not in name:
                return name
    return None
