"""Start-up: help and version against `import typer`; one item's card against one query.

python -m benchmarks.startup SHOP [--sku SKU] [--pairs 15]

The peer of `stock show` is a program of the same Typer release with one command that makes
one DuckDB query on the same file: the least that any such program must cost.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measured import Cost, cost, medians, paired, ratios, scm, verdict

ONE_QUERY = '''
import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def show(file: str, sku: str) -> None:
    """One item's stock."""
    import duckdb

    with duckdb.connect(file, read_only=True) as con:
        found = con.execute(
            "SELECT place, sum(qty) FROM stock_entry WHERE sku = ? GROUP BY place", [sku]
        ).fetchall()
    for place, qty in found:
        typer.echo(f"{place} {qty}")


app()
'''
GOALS = {"help": 1.3, "version": 1.3, "stock_show": 1.15}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shop", type=Path)
    parser.add_argument("--sku", default="")
    parser.add_argument("--pairs", type=int, default=15)
    asked = parser.parse_args()
    shop = asked.shop.absolute()
    sku = asked.sku or _any_item(shop)

    def typer() -> Cost:
        return cost([sys.executable, "-c", "import typer"])

    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "one_query.py"
        program.write_text(ONE_QUERY)

        def query() -> Cost:
            return cost([sys.executable, str(program), str(shop / "shop.duckdb"), sku])

        found = {
            "help": ratios(*paired(lambda: scm(None, "--help"), typer, asked.pairs)),
            "version": ratios(*paired(lambda: scm(None, "--version"), typer, asked.pairs)),
            "stock_show": ratios(
                *paired(lambda: scm(shop, "stock", "show", sku), query, asked.pairs)
            ),
        }
    for name, args in {"stock_list": ("stock", "list", "--json"), "log": ("log", "--json")}.items():
        costs = [scm(shop, *args) for _ in range(min(5, asked.pairs))]
        found[name] = {"ours": medians(costs)}
    told = {name: verdict(found[name]["cpu_ratio"], goal) for name, goal in GOALS.items()}
    print(json.dumps({"benchmark": "startup", "sku": sku, **found, "verdict": told}, indent=1))


def _any_item(shop: Path) -> str:
    asked = scm(shop, "sql", "SELECT sku FROM item ORDER BY sku LIMIT 1", "--json")
    return str(json.loads(asked.out)["rows"][0]["sku"])


if __name__ == "__main__":
    main()
