"""Lead times learnt from purchase lines: order sent → quantity usable.

A line teaches the lead time when it was asked for no later than order date + quoted lead time;
lines asked for later teach only the delay against the promise. Lines that we changed teach
nothing and are counted. Open lines are censored on the right: they say "longer than so far"
(Kaplan & Meier, J. Am. Stat. Assoc. 53, 1958; Klein & Moeschberger, Survival Analysis, 2003,
ch. 4; what is left after the last line is put on it, Efron 1967).

An item's own distribution is mixed with its supplier's and the shop's, taken relative to the
quoted lead time, and with the quoted lead time itself: own weight n / (n + `SHRINK`), and so on
for the rest. Days in which the supplier is closed are taken out when learning and put back when
a date is told (`scm_cli.core.calendar`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.order.lateness import POINTS, SHRINK, TIE
from scm_cli.core.replenish.closures import closed_days

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LINES = {
    "supplier": pl.String,
    "sku": pl.String,
    "ordered_on": pl.Date,
    "requested_on": pl.Date,
    "first_promised_on": pl.Date,
    "quoted_days": pl.Int64,
    "usable_on": pl.Date,  # day on which 95 % were accepted; null while open
    "open": pl.Boolean,
    "changed_by_us": pl.Boolean,
}
LEAD_TIMES = {
    "supplier": pl.String,
    "sku": pl.String,
    "lead_days": pl.List(pl.Int64),  # open days, ascending
    "weights": pl.List(pl.Float64),  # sum 1
    "n": pl.Int64,  # own lines that came in
    "open_n": pl.Int64,
    "left_out_n": pl.Int64,  # changed by us, or dates that cannot be
    "method": pl.String,  # where most of the weight comes from: own, supplier, shop, quoted
    "mean_days": pl.Float64,
    "variance_days2": pl.Float64,
}
DEFAULT_DAYS = 14  # nothing known, nothing quoted
ITEM = ["supplier", "sku"]


def lead_times(
    lines: pl.DataFrame,
    today: date,
    *,
    quoted: pl.DataFrame | None = None,
    closures: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Lead-time distribution of every supplier-item.

    Args:
        lines: one row per purchase line (`LINES`).
        today: open lines are censored on this day.
        quoted: `supplier, sku, quoted_days` of offers, so that items never ordered get a row.
        closures: `closures.CLOSURES`, both days included; supplier null closes all.

    Returns:
        `LEAD_TIMES`, sorted by supplier and sku; lead times in open days.

    >>> from datetime import date
    >>> rows = pl.DataFrame({"supplier": ["S"] * 3, "sku": ["A"] * 3, "quoted_days": [7] * 3,
    ...     "ordered_on": [date(2026, 1, 1)] * 3, "requested_on": [date(2026, 1, 5)] * 3,
    ...     "usable_on": [date(2026, 1, 11), date(2026, 1, 11), None],
    ...     "open": [False, False, True]})
    >>> learnt = lead_times(rows, date(2026, 1, 9)).row(0, named=True)
    >>> learnt["lead_days"], learnt["n"], learnt["open_n"], learnt["method"]
    ([7, 10], 2, 1, 'quoted')
    """
    known = _typed(lines, LINES)
    offered = _typed(quoted if quoted is not None else known.clear(), LINES)
    numbered = _numbered(known, offered)
    known = known.join(numbered, on=ITEM, maintain_order="left")
    spans = _spans(known, today, closures)
    items = _items(numbered, known, offered)
    teaches = spans.filter("teaches").join(items.select("item", "base_days"), on="item")
    own = _kaplan_meier(teaches.select("item", "days", "came"), "item")
    relative = teaches.with_columns(days=pl.col("days") - pl.col("base_days"))
    supplier = _points(_kaplan_meier(relative.select("party", "days", "came"), "party"))
    shop = _points(_kaplan_meier(relative.select(pl.lit(0).alias("all"), "days", "came"), "all"))
    return _mixed(_counts(known, spans, items), own, supplier, shop)


def delays(lines: pl.DataFrame, today: date) -> pl.DataFrame:
    """By how many days each supplier misses its first promise, open lines censored.

    Args:
        lines: `LINES`; all but those that we changed teach, however late they were asked for.
        today: open lines past their promise are late by at least the days since.

    Returns:
        `supplier, lead_days` (delay, negative when early), `weights, n, mean_days`: the
        supplier's own distribution mixed with the shop's, own weight n / (n + `SHRINK`).

    >>> from datetime import date
    >>> rows = pl.DataFrame({"supplier": ["S", "S"], "sku": ["A", "A"], "open": [False, False],
    ...     "ordered_on": [date(2026, 1, 1)] * 2, "first_promised_on": [date(2026, 1, 8)] * 2,
    ...     "usable_on": [date(2026, 1, 8), date(2026, 1, 12)]})
    >>> delays(rows, date(2026, 2, 1)).row(0)
    ('S', [0, 4], [0.5, 0.5], 2, 2.0)
    """
    known = _typed(lines, LINES)
    known = known.join(_numbered(known, known.clear()), on=ITEM, maintain_order="left")
    spans = _spans(known, today, None).filter(pl.col("delay_days").is_not_null())
    spans = spans.select("supplier", "came", days="delay_days")
    own = _kaplan_meier(spans, "supplier")
    shop = _points(_kaplan_meier(spans.with_columns(all=0).drop("supplier"), "all"))
    seen = spans.group_by("supplier").agg(n=pl.col("came").sum().cast(pl.Int64))
    seen = seen.with_columns(own=pl.col("n") / (pl.col("n") + SHRINK))
    seen = seen.with_columns(pl.when(pl.len() == 1).then(1.0).otherwise("own").alias("own"))
    mine = own.join(seen, on="supplier").with_columns(pl.col("weight") * pl.col("own"))
    others = seen.join(shop.drop("all"), how="cross").with_columns(
        pl.col("weight") * (1 - pl.col("own"))
    )
    names = ["supplier", "days", "weight"]
    chances = pl.concat([mine.select(names), others.select(names)])
    told = _told(chances.filter(pl.col("weight") > 1e-4), "supplier")
    return told.join(seen, on="supplier").select(
        "supplier", "lead_days", "weights", "n", "mean_days"
    )


def _typed(frame: pl.DataFrame, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    missing = [pl.lit(None, kind).alias(n) for n, kind in schema.items() if n not in frame.columns]
    return frame.with_columns(missing).select(pl.col(n).cast(kind) for n, kind in schema.items())


def _numbered(lines: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
    """Numbers for supplier-items (`item`) and suppliers (`party`): quicker keys than names."""
    keys = pl.concat([lines.select(ITEM), offered.select(ITEM)]).unique().sort(ITEM)
    party = pl.col("supplier").rank("dense").cast(pl.Int64)
    return keys.with_row_index("item").with_columns(pl.col("item").cast(pl.Int64), party=party)


def _spans(lines: pl.DataFrame, today: date, closures: pl.DataFrame | None) -> pl.DataFrame:
    """Lines that can teach: open days from order to usable or today, and days past the promise."""
    end = pl.when(pl.col("open").fill_null(False)).then(pl.lit(today)).otherwise("usable_on")
    lines = lines.with_columns(end_on=end, came=~pl.col("open").fill_null(False))
    kept = (
        ~pl.col("changed_by_us").fill_null(False)
        & (pl.col("end_on") >= pl.col("ordered_on"))
        & pl.col("ordered_on").is_not_null()
    )
    lines = lines.filter(kept.fill_null(False))
    by = pl.col("ordered_on") + pl.duration(days="quoted_days")
    asked_late = pl.col("requested_on") > pl.coalesce(by, "first_promised_on")
    days = (pl.col("end_on") - pl.col("ordered_on")).dt.total_days()
    return lines.with_columns(
        days=(days - closed_days(lines, "ordered_on", "end_on", closures)).clip(0, None),
        delay_days=(pl.col("end_on") - pl.col("first_promised_on")).dt.total_days(),
        teaches=~asked_late.fill_null(False),
    ).drop("quoted_days")


def _items(numbered: pl.DataFrame, lines: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
    """Every supplier-item with its base: quoted, else the median it took, supplier's, shop's."""
    days = (pl.col("usable_on") - pl.col("ordered_on")).dt.total_days()
    took = ~pl.col("changed_by_us").fill_null(False) & (days >= 0)
    lines = lines.select(
        "item", "party", "ordered_on", "quoted_days", days=pl.when(took).then(days)
    )
    last = pl.col("quoted_days").filter(pl.col("quoted_days").is_not_null()).last()
    own = lines.sort("ordered_on").group_by("item").agg(told=last, own_days=pl.col("days").median())
    supplier = lines.group_by("party").agg(supplier_days=pl.col("days").median())
    offers = offered.group_by(ITEM).agg(offered=pl.col("quoted_days").min())
    shop = pl.lit(lines["days"].median(), pl.Float64)
    base = pl.coalesce("offered", "told", "own_days", "supplier_days", shop, DEFAULT_DAYS)
    return (
        numbered.join(offers, on=ITEM, how="left")
        .join(own, on="item", how="left")
        .join(supplier, on="party", how="left")
        .with_columns(base_days=base.round().cast(pl.Int64))
        .select(*ITEM, "item", "party", "base_days")
        .sort("item")
    )


def _kaplan_meier(lines: pl.DataFrame, group: str) -> pl.DataFrame:
    """`group, days, weight`: chance of each length; the last one takes what is left over."""
    steps = lines.group_by(group, "days").agg(
        came=pl.col("came").sum(), lines=pl.len().cast(pl.Int64)
    )
    steps = steps.sort(group, "days")
    last = pl.col("days") == pl.col("days").max().over(group)
    some = pl.col("came").sum().over(group) > 0
    at_risk = pl.col("lines").cum_sum(reverse=True).over(group)
    steps = steps.with_columns(at_risk=at_risk, last=last, some=some).filter("some")
    stays = pl.when("last").then(0.0).otherwise(1 - pl.col("came") / pl.col("at_risk"))
    steps = steps.with_columns(_alive=stays.cum_prod().over(group))
    before = pl.col("_alive").shift(1, fill_value=1.0).over(group)
    weights = steps.with_columns(weight=before - pl.col("_alive"))
    return weights.filter(pl.col("weight") > 0).select(group, "days", "weight")


def _points(chances: pl.DataFrame) -> pl.DataFrame:
    """A distribution told by `POINTS` values of equal chance."""
    group = [name for name in chances.columns if name not in {"days", "weight"}]
    chances = chances.with_columns(upto=pl.col("weight").cum_sum().over(group))
    marks = pl.DataFrame({"mark": [(k + 0.5) / POINTS for k in range(POINTS)]})
    pairs = chances.join(marks, how="cross")
    inside = (pl.col("mark") <= pl.col("upto") + TIE) & (
        pl.col("mark") > pl.col("upto") - pl.col("weight") + TIE
    )
    found = pairs.filter(inside).group_by(*group, "days").agg(weight=pl.len() / POINTS)
    return found.sort(*group, "days")


def _counts(lines: pl.DataFrame, spans: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    all_lines = lines.group_by("item").agg(lines_n=pl.len().cast(pl.Int64))
    used = spans.group_by("item").agg(
        n=(pl.col("came") & pl.col("teaches")).sum().cast(pl.Int64),
        open_n=(~pl.col("came")).sum().cast(pl.Int64),
        used_n=pl.len().cast(pl.Int64),
    )
    came = spans.filter("came", "teaches")
    by_supplier = came.group_by("party").agg(supplier_n=pl.len().cast(pl.Int64))
    counts = items.join(all_lines, on="item", how="left").join(used, on="item", how="left")
    counts = counts.join(by_supplier, on="party", how="left").sort("item")
    names = ["lines_n", "n", "open_n", "used_n", "supplier_n"]
    counts = counts.with_columns(pl.col(names).fill_null(0), shop_n=pl.lit(came.height))
    return counts.with_columns(left_out_n=pl.col("lines_n") - pl.col("used_n"))


def _mixed(
    items: pl.DataFrame, own: pl.DataFrame, supplier: pl.DataFrame, shop: pl.DataFrame
) -> pl.DataFrame:
    """Own, supplier's, shop's and quoted lead time, weighed by how many lines each has seen."""
    items = _weighed(items)
    moved = (pl.col("days") + pl.col("base_days")).clip(0, None)
    parts = [
        items.join(own, on="item").select("item", "days", weight=pl.col("weight") * pl.col("own")),
        items.join(supplier, on="party").select(
            "item", days=moved, weight=pl.col("weight") * pl.col("of_supplier")
        ),
        items.join(shop.select("days", "weight"), how="cross").select(
            "item", days=moved, weight=pl.col("weight") * pl.col("of_shop")
        ),
        items.select("item", days="base_days", weight="quoted"),
    ]
    told = _told(pl.concat([part.filter(pl.col("weight") > 1e-3) for part in parts]), "item")
    found = items.join(told, on="item", maintain_order="left")
    return found.select(LEAD_TIMES.keys())


def _weighed(items: pl.DataFrame) -> pl.DataFrame:
    others = pl.col("supplier_n") - pl.col("n")
    rest = pl.col("shop_n") - pl.col("supplier_n")
    own = pl.col("n") / (pl.col("n") + SHRINK)
    of_supplier = (1 - own) * others / (others + SHRINK)
    of_shop = (1 - own - of_supplier) * rest / (rest + SHRINK)
    items = items.with_columns(own=own, of_supplier=of_supplier, of_shop=of_shop)
    items = items.with_columns(quoted=1 - pl.col("own") - pl.col("of_supplier") - pl.col("of_shop"))
    most = pl.concat_list("own", "of_supplier", "of_shop", "quoted").list.arg_max()
    method = most.replace_strict(
        [0, 1, 2, 3], ["own", "supplier", "shop", "quoted"], return_dtype=pl.String
    )
    return items.with_columns(method=method)


def _told(chances: pl.DataFrame, group: str) -> pl.DataFrame:
    """Days and weights of each group as lists, ascending, with mean and variance."""
    share = pl.col("weight") / pl.col("weight").sum().over(group)
    chances = chances.group_by(group, "days").agg(pl.col("weight").sum()).sort(group, "days")
    chances = chances.with_columns(share=share).with_columns(
        first=pl.col("days") * pl.col("share"), second=pl.col("days") ** 2 * pl.col("share")
    )
    told = chances.group_by(group, maintain_order=True).agg(
        lead_days="days", weights="share", mean_days=pl.sum("first"), second=pl.sum("second")
    )
    variance = (pl.col("second") - pl.col("mean_days") ** 2).clip(0.0, None)
    return told.with_columns(variance_days2=variance).drop("second")
