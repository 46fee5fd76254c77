"""The night: seconds and memory on real sales, and how they grow with the number of items.

python -m benchmarks.nightly online_retail_2009_2010.xlsx [--repeats 3] [--sizes 10000 100000]

The first shop holds the workbook's 525,461 rows; opening stock, 12 suppliers and lead times are
drawn (seeded). The others are the sample firm with its items multiplied. Every run is the whole
process `scm nightly`, cold: on a copy of the shop that no night has seen.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
from math import ceil, log
from pathlib import Path
from typing import Any

from benchmarks import nightly_shops as shops
from benchmarks.measured import Cost, medians, scm, verdict

EXPONENT_GOAL = 1.1


def measured(shop: Path, today: str, repeats: int) -> dict[str, Any]:
    """The night on copies of a shop: medians, and what it planned."""
    costs: list[Cost] = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory(dir=shop.parent) as folder:
            copy = Path(shutil.copytree(shop, Path(folder) / "shop"))
            costs.append(scm(copy, "--today", today, "nightly", "--json", memory=True))
    told = json.loads(costs[-1].out)
    places = int(told["item_warehouses_planned"])
    found = medians(costs)
    return {
        "repeats": repeats,
        "item_warehouses": places,
        "suggestions": told["suggestions"],
        **found,
        "wall_seconds_per_1000": round(found["wall_seconds"] / places * 1000, 3),
        "cpu_seconds_per_1000": round(found["cpu_seconds"] / places * 1000, 3),
    }


def exponent(small: dict[str, Any], large: dict[str, Any], figure: str) -> float:
    """How a figure grows with the item-warehouses: 1 is linear."""
    grown = log(large["item_warehouses"] / small["item_warehouses"])
    return round(log(large[figure] / small[figure]) / grown, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found: dict[str, Any] = {"benchmark": "nightly", "seed": asked.seed}
    with tempfile.TemporaryDirectory() as folder:
        chance = random.Random(asked.seed)
        shop = shops.retail_shop(_made(folder, "retail"), asked.workbook.absolute(), chance)
        found["retail"] = measured(shop, shops.RETAIL_TODAY, asked.repeats)
        shutil.rmtree(shop.parent)
        for size in asked.sizes:
            copies = ceil(size / shops.sample_items())
            shop = shops.multiplied_shop(_made(folder, str(size)), copies, chance)
            found[f"sample_{size}"] = measured(shop, shops.SAMPLE_TODAY, asked.repeats)
            shutil.rmtree(shop.parent)
    if len(asked.sizes) > 1:
        small, large = (found[f"sample_{size}"] for size in (asked.sizes[0], asked.sizes[-1]))
        figures = ("cpu_seconds", "wall_seconds", "tree_mb")
        found["exponents"] = {figure: exponent(small, large, figure) for figure in figures}
        told = verdict(found["exponents"]["cpu_seconds"], EXPONENT_GOAL)
        found["verdict"] = {"cpu_exponent": told}
    print(json.dumps(found, indent=1))


def _made(folder: str, name: str) -> Path:
    made = Path(folder) / name
    made.mkdir()
    return made


if __name__ == "__main__":
    main()
