"""What the last months would have been: our policy, the shop's own, and perfect foresight.

All three meet the same demand, lead times, minimums and opening stock; only their levels differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.replenish import simulate_levels as levels
from scm_cli.core.replenish.service import Trade, cycle_qty, margin_pct, spread_pct
from scm_cli.core.replenish.simulate import World, foresight, replayed
from scm_cli.core.replenish.simulate_equal import Dial, matched
from scm_cli.core.replenish.simulate_measure import FIGURES, Money, items, rated, total
from scm_cli.core.replenish.simulate_sayings import Known, assumptions
from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from scm_cli.core.forecast.abnormal import AbnormalRules
    from scm_cli.core.replenish.facts import StockRules
    from scm_cli.core.replenish.simulate import Course, Floats, Levels
    from scm_cli.errors import Say

KEY = ["sku", "warehouse"]
OURS, SETTINGS, FORESIGHT = POLICIES = ("ours", "settings", "foresight")
ROWS: dict[str, pl.DataType | type[pl.DataType]] = {
    "sku": pl.String,
    "warehouse": pl.String,
    "unit_cost": pl.Float64,  # null counts as 1
    "unit_margin": pl.Float64,  # null is 30 % of cost
    "service_pct": pl.Float64,  # of the item's class
    "own_service_pct": pl.Float64,  # the owner's own; null: none
    "min_qty": pl.Float64,  # the owner's own; null: counted from recent sales
    "max_qty": pl.Float64,
    "moq_qty": pl.Float64,  # null is none
    "order_multiple_qty": pl.Float64,
    "start_qty": pl.Float64,  # on hand when the replay begins; null: each policy's target
    "days": pl.List(pl.Float64),  # possible protection intervals, lead time + review period
    "weights": pl.List(pl.Float64),
}
LEAST_HISTORY_DAYS, LEAST_DAYS, WARM_DAYS = 56, 28, 42
MARGIN_PCT = 30.0


@dataclass(frozen=True, slots=True)
class SimulateRules:
    """What is replayed and how; `today` is the first day that is not.

    `stock`: what the plan goes by; `abnormal`: what its forecast leaves out. `equal`: "stock" or
    "service" makes our policy as strict as brings that figure to that of the shop's settings.
    """

    today: date
    stock: StockRules
    days: int = 182
    seed: int = 1
    backorder: bool = False
    equal: str | None = None
    most_items: int = 2000
    abnormal: AbnormalRules | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """The replay told: one row per policy, per item and policy, per day; and what was assumed.

    `totals`: policy and `simulate_measure.FIGURES`; `items`: with sku and warehouse as well;
    `days`: on, and stock at cost and short lines of each policy; `multiple`: our service falls
    short so many times less often than is set.
    """

    totals: pl.DataFrame
    items: pl.DataFrame
    days: pl.DataFrame
    assumptions: tuple[Say, ...]
    multiple: float = 1.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that the policies share, and what ours and the settings rest on."""

    rows: pl.DataFrame
    window: levels.Window
    world: World
    money: Money
    warm_days: int
    made: levels.Outlooks
    settings: Levels
    left_out: tuple[int, int]  # items that were new, items left out to save time


def simulation(
    rows: pl.DataFrame, demand: pl.DataFrame, arriving: pl.DataFrame, rules: SimulateRules
) -> Simulation:
    """Replay the last days of `demand` under the three policies.

    Args:
        rows: item-warehouses, `ROWS`.
        demand: `sku, warehouse, on, qty` [units]: what was asked for, all history.
        arriving: `sku, warehouse, on, qty`: what had been ordered before the replay begins.
        rules: what is replayed.

    Raises:
        ScmError: there are not 56 days of history before 28 that can be replayed, or no item
            sold before them.
    """
    return played(stage(rows, demand, arriving, rules), rules)


def played(staged: Stage, rules: SimulateRules) -> Simulation:
    """The three policies on one stage; `rules` may differ from the stage's in what is compared."""
    mine, multiple, reached = _ours(staged, rules)
    courses = {
        OURS: replayed(staged.world, mine),
        SETTINGS: replayed(staged.world, staged.settings),
        FORESIGHT: replayed(staged.world, foresight(staged.world)),
    }
    rows, days = staged.rows, staged.window
    own = int(rows["min_qty"].count())
    said = Known(
        days.start_on,
        days.days,
        staged.warm_days,
        rows.height,
        *staged.left_out,
        int(rows["unit_cost"].null_count()),
        own,
        multiple,
        reached,
    )
    return _told(staged, courses, assumptions(said, rules), multiple)


def window(demand: pl.DataFrame, rules: SimulateRules) -> levels.Window:
    """The days that are replayed: the last `rules.days`, fewer where history is short.

    Raises:
        ScmError: there are not 56 days of history before 28 that can be replayed.
    """
    first = demand.filter(pl.col("qty") > 0, pl.col("on") < rules.today)["on"].min()
    history = (rules.today - first).days if isinstance(first, date) else 0
    days = min(rules.days, history - LEAST_HISTORY_DAYS)
    if days < LEAST_DAYS:
        raise ScmError(
            "{days} days of history are too few to replay",
            hint="It takes {need}: what came before teaches, the rest is replayed.",
            exit_code=Exit.NOT_FOUND,
            days=history,
            need=LEAST_HISTORY_DAYS + LEAST_DAYS,
        )
    return levels.Window(rules.today - timedelta(days=days), days, rules.stock.review_days)


def _chosen(
    rows: pl.DataFrame, sold: pl.DataFrame, days: levels.Window, most: int
) -> tuple[pl.DataFrame, tuple[int, int]]:
    """Items that sold before the replay, evenly thinned to `most`; how many are new, how many left out."""
    begun = (
        sold.filter(pl.col("qty") > 0)
        .group_by(KEY)
        .agg(first_on=pl.col("on").min(), sold_qty=pl.col("qty").sum())
    )
    seen = rows.join(begun, on=KEY, how="inner")
    old = seen.filter(pl.col("first_on") < days.start_on)
    if old.is_empty():
        raise ScmError(
            "no item sold before {day}, the first day of the replay",
            hint="Replay fewer days: --days N.",
            exit_code=Exit.NOT_FOUND,
            day=days.start_on.isoformat(),
        )
    weight = pl.col("sold_qty") * pl.col("unit_cost").fill_null(1.0)
    ranked = old.sort(weight, *KEY, descending=[True, False, False])
    step = max(old.height / most, 1.0)
    taken = np.unique((np.arange(min(old.height, most)) * step).astype(np.int64))
    kept = ranked[taken].sort(KEY)
    return kept.select(ROWS.keys()), (seen.height - old.height, old.height - kept.height)


def stage(
    rows: pl.DataFrame, demand: pl.DataFrame, arriving: pl.DataFrame, rules: SimulateRules
) -> Stage:
    """What the policies share; arguments and refusals as of `simulation`."""
    sold = demand.filter(pl.col("on") < rules.today, pl.col("qty").is_finite())
    days = window(sold, rules)
    known, left_out = _chosen(rows, sold, days, rules.most_items)
    keys = known.select(KEY)
    made = levels.told(sold, known.select(*KEY, "days", "weights"), days, rules.abnormal)
    width = levels.AVERAGE_DAYS
    history = np.maximum(
        levels.grid(sold, keys, days.start_on - timedelta(days=width), width + days.days), 0.0
    )
    came = levels.grid(arriving, keys, days.start_on, days.days)
    least, most = (known[n].fill_null(np.nan).to_numpy() for n in ("min_qty", "max_qty"))
    cost = known["unit_cost"].fill_null(1.0)
    margin = known["unit_margin"].fill_null(cost * MARGIN_PCT / 100)
    return Stage(
        known,
        days,
        _world(known, history[width:], came, days, rules),
        Money(
            cost.to_numpy(),
            margin.to_numpy(),
            rules.stock.holding_pct,
            rules.stock.order_line_amount,
        ),
        min(WARM_DAYS, days.days // 3),
        made,
        levels.min_max(history, days, made.interval_days, (least, most)),
        left_out,
    )


def _world(
    rows: pl.DataFrame, demand: Floats, came: Floats, days: levels.Window, rules: SimulateRules
) -> World:
    whole = np.all(demand == np.floor(demand), axis=0)
    return World(
        demand,
        levels.drawn(rows, days, rules.seed),
        days.review_days,
        np.maximum(rows["start_qty"].fill_null(np.nan).to_numpy(), 0.0),
        came,
        rows["moq_qty"].fill_null(0.0).to_numpy(),
        rows["order_multiple_qty"].fill_null(0.0).to_numpy(),
        np.where(whole, 1.0, 0.0),
        rules.backorder,
    )


def _ours(staged: Stage, rules: SimulateRules) -> tuple[Levels, float, bool]:
    """Our levels, how much stricter than set they are, and whether that made the figures equal."""
    made, stock = staged.made, rules.stock
    wanted = _wanted(staged, stock)
    cost = staged.rows["unit_cost"].fill_null(np.nan).to_numpy()
    cycle = cycle_qty(made.daily, cost, stock)
    if rules.equal is None:
        return levels.ours(made, wanted, cycle, stock.kind), 1.0, True

    def strict(multiple: float) -> Levels:
        return levels.ours(made, levels.stricter_pct(wanted, multiple), cycle, stock.kind)

    dial, column = Dial(strict), "stock_amount"
    if rules.equal == "service":
        column = "stockout_rate_pct"

    def figure(of: Levels) -> float:
        found = _total(staged, replayed(staged.world, of))[column][0] or 0.0
        return float(found if column == "stock_amount" else -found)

    multiple, reached = matched(lambda m: figure(dial(m)), figure(staged.settings))
    return dial(multiple), multiple, reached


def _wanted(staged: Stage, stock: StockRules) -> Floats:
    """The service that the plan would have aimed at on each review day, (r, n) [0-100]."""
    made, rows = staged.made, staged.rows
    wanted = np.tile(rows["service_pct"].fill_null(95.0).to_numpy(), (len(made.mean), 1))
    cost, margin = (rows[n].fill_null(np.nan).to_numpy() for n in ("unit_cost", "unit_margin"))
    if stock.service_basis == "margin":
        best = margin_pct(cost, margin, stock)
        wanted = np.where(np.isnan(best), wanted, best)
    elif stock.service_spread > 0:
        rate = np.where(made.mean > 0, made.line_rate, 1e-9)
        trade = Trade(made.tail, rate, np.nan_to_num(cost, nan=1.0))
        wanted = spread_pct(trade, wanted, stock.service_spread)
    own = rows["own_service_pct"].fill_null(np.nan).to_numpy()
    return np.where(np.isnan(own), wanted, own)


def _total(staged: Stage, course: Course) -> pl.DataFrame:
    sums = items(staged.world, course, staged.money, staged.warm_days)
    return total(sums, staged.window.days - staged.warm_days)


def _told(
    staged: Stage, courses: dict[str, Course], said: tuple[Say, ...], multiple: float
) -> Simulation:
    counted = staged.window.days - staged.warm_days
    each, whole = [], []
    first = staged.window.start_on
    last = first + timedelta(days=staged.window.days - 1)
    days = pl.DataFrame({"on": pl.date_range(first, last, eager=True)})
    for policy, course in courses.items():
        name = pl.lit(policy).alias("policy")
        sums = items(staged.world, course, staged.money, staged.warm_days)
        whole.append(total(sums, counted).select(name, *FIGURES))
        each.append(pl.concat([staged.rows.select(KEY), rated(sums, counted)], how="horizontal")
                    .select(*KEY, name, "demand_qty", *FIGURES))  # fmt: skip
        short = (staged.world.demand - course.served > 1e-9).sum(1)
        amount = pl.Series(f"{policy}_amount", course.stock @ staged.money.unit_cost)
        days = days.with_columns(amount, pl.Series(f"{policy}_short_lines", short))
    order = pl.col("policy").cast(pl.Enum(POLICIES))
    return Simulation(pl.concat(whole), pl.concat(each).sort(*KEY, order), days, said, multiple)
