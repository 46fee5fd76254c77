"""`scm order new` with three lines, whole process, against one query.

python -m benchmarks.order_new SHOP [--pairs 15]

The peer is a program of the same Typer release with one command that makes one DuckDB query on
the same file. Ours locks, prices, promises, allocates, journals and syncs; both sides are
measured as whole processes. The orders are entered into a copy of the shop.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.measured import Cost, cost, paired, ratios, scm, verdict
from benchmarks.startup import ONE_QUERY

GOAL = 1.3
LINES = 3
HEAVY = ("polars", "numpy", "pydantic", "openpyxl", "xlsxwriter", "fastexcel")
IMPORTED = """
import sys
import scm_cli.app as app
sys.argv = {argv!r}
try:
    app.main()
except SystemExit as end:
    assert not end.code, end.code
print(sorted(set({heavy!r}) & set(sys.modules)), file=sys.stdout)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shop", type=Path)
    parser.add_argument("--pairs", type=int, default=15)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = shutil.copytree(asked.shop, Path(folder) / "shop")
        skus = _rows(
            shop, f"SELECT sku FROM stock WHERE on_hand_qty > 500 ORDER BY sku LIMIT {LINES}"
        )
        customer = _rows(shop, "SELECT customer FROM customer ORDER BY customer LIMIT 1")[0]
        words = [part for sku in skus for part in ("--line", f"{sku}=2")]
        args = ("order", "new", "--customer", customer, *words)
        program = Path(folder) / "one_query.py"
        program.write_text(ONE_QUERY, encoding="utf-8")

        def peer() -> Cost:
            return cost([sys.executable, str(program), str(shop / "shop.duckdb"), skus[0]])

        found = ratios(*paired(lambda: scm(shop, *args), peer, asked.pairs))
        heavy = _heavy(shop, args)
    told = {"benchmark": "order_new", "lines": LINES, **found, "heavy_modules": heavy}
    print(json.dumps({**told, "verdict": verdict(found["cpu_ratio"], GOAL)}, indent=1))


def _rows(shop: Path, question: str) -> list[str]:
    answer = json.loads(scm(shop, "sql", question, "--json").out)
    return [str(next(iter(row.values()))) for row in answer["rows"]]


def _heavy(shop: Path, args: tuple[str, ...]) -> list[str]:
    """Which of the heavy libraries the command has loaded."""
    code = IMPORTED.format(argv=["scm", "--shop", str(shop), *args], heavy=HEAVY)
    told: list[str] = json.loads(
        cost([sys.executable, "-c", code]).out.splitlines()[-1].replace("'", '"')
    )
    return told


if __name__ == "__main__":
    main()
