"""What the customer rules find in real data, and what they cost in large shops.

python -m benchmarks.customers [--deals FOLDER] [--retail WORKBOOK] [--orders 100000 1000000]

`FOLDER` holds `sales_pipeline.csv` and its three companions. The lead score is learnt from the
deals that were closed before the last quarter and judged by those closed in it. From the workbook
the repurchase rate of each month is held against a direct count in SQL, and the churn of three
months before its end against who then bought, beside a plain ranking by recency. The large shops
are drawn (seed): a tenth as many customers as orders, and as many deals as customers.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import date, datetime, timedelta
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from benchmarks.measured import scm, verdict

if TYPE_CHECKING:
    from scm_cli.run import Run

PROFILE = Path(__file__).parent.parent / "examples" / "profiles" / "crm_opportunities.toml"
TODAY = date(2026, 6, 1)
SINCE_DAYS = 730
QUARTER_DAYS = 92
AHEAD_DAYS = 90
GOAL_EXPONENT = 1.1
MEASURED = ("funnel", "rfm", "churn")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--deals", type=Path)
    asked.add_argument("--retail", type=Path)
    asked.add_argument("--orders", type=int, nargs="*", default=[100_000, 1_000_000])
    said = asked.parse_args()
    told: dict[str, Any] = {"benchmark": "customers"}
    with tempfile.TemporaryDirectory() as folder:
        if said.deals:
            told["deals"] = of_deals(Path(folder) / "deals", said.deals)
        if said.retail:
            told["retail"] = of_retail(Path(folder) / "retail", said.retail)
        if said.orders:
            told["large"] = large(Path(folder), said.orders)
    print(json.dumps(told, indent=1))


def _run(folder: Path, today: date) -> Run:
    from scm_cli.run import Run

    now = datetime.combine(today, datetime.min.time())
    return Run(now=now, today=today, folder=folder, who="bench", command="bench")


def of_deals(shop: Path, folder: Path) -> dict[str, Any]:
    """Import, funnel and win rates; the lead score on the last quarter."""
    from scm_cli.jobs import funnel

    scm(None, "init", str(shop))
    files = sorted(str(path) for path in folder.glob("*.csv"))
    took = scm(shop, "import", *files, "--profile", str(PROFILE))
    book = funnel.opened(_run(shop, TODAY))
    found, whole = funnel.figures(_run(shop, TODAY), funnel.Asked())
    wins = book.stood.filter(fate="won").select(
        (pl.col("closed_on") - pl.col("opened_on")).dt.total_days()
    )
    return {
        "import_cpu_seconds": round(took.cpu_seconds, 2),
        "funnel": [{n: row[n] for n in ("stage", "entered", "advanced", "lost", "open")} for row in found],
        "without_customer": book.stood["customer"].null_count(),
        "without_opening": book.stood["opened_on"].null_count(),
        "win_rate_pct": [whole[n] for n in ("win_rate_pct", "low_pct", "high_pct")],
        "days_to_win_median": wins["closed_on"].median(),
        "lead_score": _lead_score(book),
    }  # fmt: skip


def _lead_score(book: Any) -> dict[str, Any]:  # noqa: ANN401 -- jobs.funnel.Book
    """Learnt before the last quarter, judged by the deals that were closed in it."""
    from scm_cli.core.customer import lead_score
    from scm_cli.core.customer.ranking import auc
    from scm_cli.jobs.funnel import FEATURES

    closed = book.stood.filter(pl.col("fate") != "open")
    closed = closed.with_columns((pl.col("fate") == "won").alias("is_won"))
    last: Any = closed["closed_on"].max()
    cut = last - timedelta(days=QUARTER_DAYS)
    before, after = closed.filter(pl.col("closed_on") <= cut), closed.filter(pl.col("closed_on") > cut)  # fmt: skip
    known = lead_score.learnt(before, FEATURES, lead_score.ScoreRules())
    if known is None:
        return {"learnt_from": len(before), "judged_by": len(after), "auc": None}
    area = auc(lead_score.scores(after, known), after["is_won"])
    return {
        "until": str(cut), "learnt_from": len(before), "judged_by": len(after),
        "won_pct": round(100 * float(after["is_won"].sum()) / len(after), 1), "auc": round(area, 4),
    }  # fmt: skip


DIRECT = """
WITH days AS (
    SELECT customer, count(DISTINCT ordered_on) AS n FROM sales_order
    WHERE ordered_on > DATE '{end}' - 365 AND ordered_on <= DATE '{end}' AND customer <> 'WALK-IN' GROUP BY customer
) SELECT count(*) AS customers, count(*) FILTER (n > 1) AS repeated FROM days
"""


def of_retail(shop: Path, workbook: Path) -> dict[str, Any]:
    """Repurchase by month against SQL; churn three months before the end against recency."""
    from scm_cli.jobs import churn as job
    from scm_cli.store import crm
    from scm_cli.store.gateway import reading, rows

    scm(None, "init", str(shop), "--start", "2010-12-10")
    scm(shop, "import", str(workbook))
    last = date(2010, 12, 9)
    run = _run(shop, last)
    months, differ = job.rates(run, 12), 0
    with reading(run) as con:
        for row in months:
            (direct,) = rows(con, DIRECT.format(end=row["until_on"]))
            differ += (row["customers"], row["repeated"]) != (direct["customers"], direct["repeated"])  # fmt: skip
        purchases = crm.purchases(con, "WALK-IN")
    rate = {str(r["until_on"]): r["repurchase_pct"] for r in months if r["customers"]}
    return {
        "repurchase_pct": rate, "months_that_differ_from_sql": differ,
        "churn": [_churn(purchases, last - timedelta(days=back)) for back in (AHEAD_DAYS, 2 * AHEAD_DAYS)],
    }  # fmt: skip


def _churn(purchases: pl.DataFrame, today: date) -> dict[str, Any]:
    """Who bought nothing in the days that followed, ranked before they came."""
    from scm_cli.core.customer import churn, rfm
    from scm_cli.core.customer.ranking import auc

    past = purchases.filter(pl.col("day") <= today)
    bought = rfm.buying(past, today)
    found = churn.churn(bought, past, today, churn.ChurnRules(days=AHEAD_DAYS, intervals=0.1))
    until = today + timedelta(days=AHEAD_DAYS)
    came = purchases.filter(pl.col("day").is_between(today, until, closed="right"))
    gone = (~found["customer"].is_in(came["customer"].unique().implode())).to_numpy()
    rates = churn.fitted(churn.history(bought, past, today))
    often = (found["purchases"] > 1).to_numpy()
    risk, recency = found["churn_pct"].to_numpy(), found["recency_days"].to_numpy()
    return {
        "on": str(today), "customers": len(found), "gone_pct": round(100 * float(gone.mean()), 1),
        "told_pct": round(float(risk.mean()), 1), "regularity": rates.k if rates else None,
        "auc": round(auc(risk, gone), 4), "auc_recency": round(auc(recency, gone), 4),
        "auc_of_who_came_back": round(auc(risk[often], gone[often]), 4),
        "auc_recency_of_who_came_back": round(auc(recency[often], gone[often]), 4),
    }  # fmt: skip


def large(folder: Path, sizes: list[int]) -> dict[str, Any]:
    """CPU, seconds and memory of the commands in drawn shops, and how they grow."""
    found = []
    for size in sizes:
        shop = folder / f"large-{size}"
        _drawn(_run(shop, TODAY), size)
        row: dict[str, Any] = {"orders": size, "customers": size // 10, "deals": size // 10}
        for name in MEASURED:
            words = ("--today", str(TODAY), "customer", name, "--json", "--limit", "9")
            cost = scm(shop, *words, memory=True)
            row[name] = {n: round(getattr(cost, n), 2) for n in ("cpu_seconds", "wall_seconds")}
            row[name]["tree_mb"] = round(cost.tree_mb)
        found.append(row)
    told: dict[str, Any] = {"shops": found}
    if len(found) > 1:
        grown = log(sizes[-1] / sizes[0])
        told["verdict"] = {}
        for name in MEASURED:
            first, last = found[0][name]["cpu_seconds"], found[-1][name]["cpu_seconds"]
            told["verdict"][name] = verdict(round(log(last / first) / grown, 3), GOAL_EXPONENT)
    return told


def _drawn(run: Run, orders: int) -> None:
    """A shop with orders of one line and deals, written through the one commit."""
    from scm_cli.core.changes import Changes
    from scm_cli.jobs import opening
    from scm_cli.store.commit import commit
    from scm_cli.store.gateway import writing

    chance = np.random.default_rng(1)
    people = orders // 10
    opening.make(run, TODAY)
    days = TODAY - timedelta(days=SINCE_DAYS)
    rate = chance.gamma(0.8, 1.0, people)
    whose = chance.choice(people, orders, p=rate / rate.sum())
    on = pl.Series(chance.integers(0, SINCE_DAYS, orders)).cast(pl.Int64)
    made = pl.DataFrame({"n": np.arange(orders), "whose": whose, "on": on})
    day = pl.lit(days) + pl.duration(days=pl.col("on"))
    changes = Changes()
    changes.insert("customer", pl.DataFrame({"n": np.arange(people)}).select(
        pl.format("C{}", "n").alias("customer"), pl.format("C{}", "n").alias("name"),
        pl.lit(False).alias("opted_out"), pl.format("class {}", pl.col("n") % 5).alias("customer_class"),
    ))  # fmt: skip
    item = {"unit": "pcs", "status": "active"}
    changes.insert("item", [{"sku": f"K{n}", "name": f"K{n}", **item} for n in range(500)])
    changes.insert("sales_order", made.select(
        pl.format("SO-{}", "n").alias("order_no"), pl.format("C{}", "whose").alias("customer"),
        day.alias("ordered_on"), pl.lit("closed").alias("status"), pl.lit(5).alias("priority"),
        pl.lit(False).alias("is_pinned"), pl.lit("confirming").alias("deposit_holds"),
    ))  # fmt: skip
    changes.insert("sales_order_line", made.select(
        pl.format("SO-{}", "n").alias("order_no"), pl.lit(1).alias("line_no"),
        pl.format("K{}", pl.col("n") % 500).alias("sku"), pl.lit(2.0).alias("qty"),
        pl.lit(1.0).alias("factor"), pl.lit(10.0).alias("unit_price"), pl.lit(True).alias("tax_included"),
        pl.lit("normal").alias("kind"), pl.lit(0.0).alias("cancelled_qty"), pl.lit(2.0).alias("shipped_before_qty"),
    ))  # fmt: skip
    _deals(changes, people, days, chance)
    with writing(run) as con:
        commit(con, run, changes)


def _deals(changes: Any, count: int, since: date, chance: np.random.Generator) -> None:  # noqa: ANN401
    """Deals that pass two stages and are won, lost or open."""
    made = pl.DataFrame({
        "n": np.arange(count), "on": chance.integers(0, SINCE_DAYS - 200, count),
        "took": chance.integers(1, 90, count), "fate": chance.choice(4, count, p=[0.1, 0.2, 0.4, 0.3]),
    })  # fmt: skip
    names = pl.col("fate").replace_strict({0: "Prospecting", 1: "Engaging", 2: "Won", 3: "Lost"})
    began = pl.lit(since) + pl.duration(days=pl.col("on"))
    then = began + pl.duration(days=pl.col("took"))
    number = pl.format("DL-{}", "n").alias("deal_no")
    changes.insert("deal", made.select(
        number, pl.format("C{}", "n").alias("customer"), pl.format("P{}", pl.col("n") % 40).alias("owner"),
        names.alias("stage"), began.alias("opened_on"),
        pl.when(pl.col("fate") > 1).then(then + pl.duration(days=20)).alias("closed_on"),
        (pl.col("n") % 900 + 100).alias("value_amount"),
    ))  # fmt: skip
    steps = (("Prospecting", began, 0), ("Engaging", then, 1), ("", then + pl.duration(days=20), 2))
    for n, (stage, on, least) in enumerate(steps, 1):
        changes.insert("deal_event", made.filter(pl.col("fate") >= least).select(
            number, pl.lit(n).alias("event_no"), (pl.lit(stage) if stage else names).alias("stage"),
            on.alias("changed_on"),
        ))  # fmt: skip


if __name__ == "__main__":
    main()
