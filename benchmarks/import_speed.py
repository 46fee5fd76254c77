"""Import of a workbook, against merely reading it.

python -m benchmarks.import_speed online_retail_2009_2010.xlsx [--pairs 5]

Ours is the whole process `scm import FILE` into a new shop: preflight, reader, recognition,
typing, backup, journal. The peer is a process that reads the same file with fastexcel to
Arrow, all text. Both run in turn; the ratio is the median over the pairs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.measured import Cost, cost, paired, ratios, scm, verdict

READ = """
import sys, fastexcel
book = fastexcel.read_excel(sys.argv[1])
for name in book.sheet_names:
    sheet = book.load_sheet(name, header_row=None, dtypes="string")
    sheet.__arrow_c_array__()  # to_arrow() is the same with pyarrow on top
"""
START = "2010-12-10"
GOALS = {"cpu_ratio": 2.0, "cpu_ratio_next": 1.5, "peak_mb": 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty, shop = Path(folder) / "empty", Path(folder) / "shop"
        scm(None, "init", str(empty), "--start", START)

        def ours() -> Cost:
            shutil.rmtree(shop, ignore_errors=True)
            shutil.copytree(empty, shop)
            return scm(shop, "import", str(asked.workbook), "--json", memory=True)

        def peer() -> Cost:
            return cost([sys.executable, "-c", READ, str(asked.workbook)], memory=True)

        mine, theirs = paired(ours, peer, asked.pairs)
    found = ratios(mine, theirs)
    rows = json.loads(mine[-1].out)["files"][0]["rows_read"]
    peak = max(c.tree_mb or c.peak_mb for c in mine)
    print(
        json.dumps(
            {
                "benchmark": "import_speed",
                "rows": rows,
                **found,
                "verdict": {
                    "cpu_ratio": verdict(found["cpu_ratio"], GOALS["cpu_ratio"]),
                    "cpu_ratio_next": verdict(found["cpu_ratio"], GOALS["cpu_ratio_next"]),
                    "peak_mb": verdict(round(peak), GOALS["peak_mb"]),
                },
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
