"""Write the sample firm's sheets: `python data/generate.py [folder]`.

The world is simulated day by day from fixed seeds with the standard library alone, so the
same files come out byte for byte every time.
"""  # noqa: INP001 -- a script beside its data, not part of a package

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sample_world.cells import Row

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from sample_world.document_sheets import document_sheets  # noqa: E402 -- found beside this script
from sample_world.master_sheets import master_sheets  # noqa: E402
from sample_world.srm_sheets import srm_sheets  # noqa: E402
from sample_world.world import Firm  # noqa: E402


def write_sheet(path: Path, rows: list[Row]) -> None:
    """Write the rows; columns that are empty in all of them are left out."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = [name for name in names if any(row.get(name) not in (None, "") for row in rows)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(folder: Path) -> None:
    """Live the two years and write every sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    books = Firm().live()
    sheets = {**master_sheets(books), **document_sheets(books), **srm_sheets()}
    for kind, rows in sheets.items():
        write_sheet(folder / f"{kind}.csv", rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "sample_firm")
