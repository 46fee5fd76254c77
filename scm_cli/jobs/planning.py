"""The plan: demand → forecast → protection → what to do, from the present facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.errors import ScmError
from scm_cli.jobs import explaining, foresight
from scm_cli.jobs.planned import Facts, Planned
from scm_cli.store import facts, lookup, planning
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.core.forecast.demand import DemandMatrix
    from scm_cli.core.forecast.frames import PooledDemand
    from scm_cli.core.forecast.preparation import DemandRules, PreparedDemand
    from scm_cli.core.replenish.facts import StockRules
    from scm_cli.core.replenish.schemas import Plan, PlanRules
    from scm_cli.run import Run
    from scm_cli.settings_model import Settings

KEY = ["sku", "warehouse"]


def gather(con: Any, run: Run) -> Facts:  # noqa: ANN401 -- the store's connection
    """Load everything that planning reads."""
    place = facts.default_warehouse(con, run.settings.default_warehouse)
    if place is None:
        raise ScmError("the shop has no warehouse", hint="Import one: scm template warehouses.")
    told = foresight.sales(con, run, place)  # first: it needs most room, and gives it back
    return Facts(
        run.today,
        place,
        planning.items(con),
        planning.demand(con, run.today, place, dealers=run.settings.forecasting.dealer_sales),
        planning.ledger_days(con),
        planning.committed(con, place),
        planning.levels(con, run.today, place),
        planning.purchase_history(con),
        planning.offers(con, run.today),
        planning.policies(con),
        planning.sale_prices(con, run.today),
        planning.closures(con),
        planning.events(con),
        planning.breaks(con, run.today),
        told,
        frozenset(facts.never_stocked(con)),
    )


def stock_rules(settings: Settings) -> StockRules:
    """What the shop's settings say for all stock."""
    from scm_cli.core.replenish.facts import StockRules

    service, days = settings.service, settings.planning
    return StockRules(
        days.review_days,
        days.default_lead_time_days,
        {"A": service.a_pct, "B": service.b_pct, "C": service.c_pct},
        service_kind=service.kind,
        service_basis=service.basis,
        service_spread=service.spread,
        unmet=service.unmet,
        holding_pct=days.holding_cost_pct,
        order_line_amount=days.order_line_amount,
        longest_cycle_days=days.longest_cycle_days,
    )


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is stocked where, its demand with outages repaired and in buckets, what all series share."""

    rows: pl.DataFrame
    demand: pl.DataFrame
    matrix: DemandMatrix
    shared: PooledDemand
    unknown: pl.DataFrame
    abnormal: pl.DataFrame
    consuming: pl.DataFrame


def learnt(known: Facts, settings: Settings) -> Learnt:
    """What a forecast starts from, learnt once from everything."""
    from scm_cli.core.forecast import frames, preparation, stockout
    from scm_cli.core.stock.outages import out_days

    days = settings.planning
    told, cleaned = demand_rules(settings), prepared(known, settings)
    rows = classed(known, settings, cleaned.demand)
    out, demand = out_days(known.moves, known.today), cleaned.demand
    if days.repair_stockouts and len(out):
        sold = out.join(demand.select(KEY).unique(), on=KEY)
        demand = stockout.repaired(demand, sold, known.today)
    unknown = stockout.demand_unknown(out, known.today) if len(out) else out.select(KEY).clear()
    rules = frames.ForecastRules(horizon_days=days.horizon_days)
    calendar = cleaned.calendar if len(cleaned.calendar) else None
    shared, matrix = frames.learnt_demand(demand, rules, known.today, rows, calendar)
    consuming = preparation.consuming(known.committed, cleaned.usual, told.abnormal)
    return Learnt(rows, demand, matrix, shared, unknown, cleaned.abnormal, consuming)


def prepared(known: Facts, settings: Settings) -> PreparedDemand:
    """Demand as the forecast sees it: one-off large lines kept out."""
    from scm_cli.core.forecast import preparation

    told = demand_rules(settings)
    return preparation.prepared(known.demand, known.events, known.closures, known.today, told)


def classed(known: Facts, settings: Settings, demand: pl.DataFrame | None = None) -> pl.DataFrame:
    """What is stocked where, and its class by prepared `demand` (made anew where not at hand)."""
    from scm_cli.core.replenish import stocked

    rests_on = prepared(known, settings).demand if demand is None else demand
    return stocked.stocked(known, stock_rules(settings), rests_on)


def demand_rules(settings: Settings) -> DemandRules:
    """What the shop's settings say about cleaning demand."""
    from scm_cli.core.forecast.abnormal import AbnormalRules
    from scm_cli.core.forecast.preparation import DemandRules

    told = settings.forecasting
    abnormal = AbnormalRules(
        told.abnormal_times, told.abnormal_sale_days, told.abnormal_event_times
    )
    return DemandRules(
        abnormal if told.abnormal_lines else None, told.festivals, settings.planning.horizon_days
    )


def plan_rules(known: Facts, settings: Settings) -> PlanRules:
    """What the shop's settings say for the plan of today."""
    from scm_cli.core.calendar import firm_calendar
    from scm_cli.core.replenish.schemas import PlanRules

    days = settings.planning
    ours = known.closures.filter(pl.col("party_kind") == "firm").select("from_on", "until_on")
    years = range(known.today.year, known.today.year + 3)
    return PlanRules(
        today=known.today,
        horizon_days=days.horizon_days,
        holding_pct=days.holding_cost_pct,
        order_line_amount=days.order_line_amount,
        longest_lot_days=days.longest_lot_days,
        work=firm_calendar(settings.working_days, settings.country, ours.iter_rows(), years),
    )


def made(known: Facts, settings: Settings) -> Planned:
    """Forecast and plan every item and warehouse, from the facts alone."""
    from scm_cli.core.forecast import frames
    from scm_cli.core.replenish import flow, foreseen, joint, plan, protect, stocked
    from scm_cli.core.replenish.lead_time import delays
    from scm_cli.core.replenish.schemas import PlanInputs
    from scm_cli.engines import highs

    days = settings.planning
    base = learnt(known, settings)
    rows = base.rows
    outlook = frames.outlook(base.matrix, base.shared, rows)
    forecast = frames.forecast_frame(outlook)
    offers, intervals, leads = stocked.supplied(known, rows, stock_rules(settings))
    protection = protect.protected(outlook, intervals, rows, stock_rules(settings))
    rows = rows.drop("service_pct").join(
        protection.select(*KEY, "service_pct", "service_from"),
        on=KEY,
        how="left",
        maintain_order="left",
    )
    told = None
    ahead = outlook
    if known.sales is not None:
        ahead, told = foreseen.foreseen(outlook, known.sales)
    needed = flow.required(ahead, known.committed, days.horizon_days, base.consuming)
    inputs = PlanInputs(
        items=stocked.plan_items(rows, forecast),
        demand=protect.kept_for_orders(needed, known.committed, rows),
        supply=stocked.supply(known, leads),
        protection=protection,
        offers=offers,
        committed=known.committed.select(*KEY, "on", "qty"),
        breaks=known.breaks,
    )
    rules = plan_rules(known, settings)
    found = plan.plan(inputs, rules)
    standing = protect.standing(rows, protection, forecast)
    full = joint.topped_up(found.suggestions, standing, offers, rules, highs.solver())
    found = replace(found, suggestions=full)
    late = dict(delays(known.purchases, known.today).select("supplier", "mean_days").iter_rows())
    found, snoozed = put_off(found, rows, known.today)
    return Planned(
        known, rows, forecast, found, protection, leads, late, base.unknown, snoozed,
        outlook, base.abnormal, found.problems, told,
    )  # fmt: skip


def put_off(found: Plan, rows: pl.DataFrame, today: date) -> tuple[Plan, pl.DataFrame]:
    """The plan without purchases that the owner put off; and those."""
    later = rows.filter(pl.col("snooze_until_on") > today).select(*KEY, "snooze_until_on")
    held = found.suggestions.filter(pl.col("kind") == "buy").join(later, on=KEY, how="inner")
    kept = found.suggestions.join(
        held.select(*KEY, "kind"), on=[*KEY, "kind"], how="anti", maintain_order="left"
    )
    return replace(found, suggestions=kept), held.select(*KEY, "snooze_until_on").sort(KEY)


def present(run: Run, budget: float | None = None) -> Planned:
    """The plan from the present facts; writes nothing."""
    with reading(run) as con:
        known = gather(con, run)
    return affordable(known, run.settings, budget)


def affordable(known: Facts, settings: Settings, budget: float | None = None) -> Planned:
    """The plan cut to a budget: the one that was asked for, else the shop's, else none."""
    planned = made(known, settings)
    amount = settings.planning.budget_amount if budget is None else budget
    return planned if amount is None else within(planned, amount)


def within(planned: Planned, budget: float) -> Planned:
    """The plan cut to a budget: the lines that protect most margin per unit of money.

    No supplier is left with less than its smallest order, which it would refuse. What is beyond
    the budget is told among what is not bought.
    """
    from scm_cli.core.replenish.budget import within_budget
    from scm_cli.core.replenish.schemas import NOT_BOUGHT, conformed

    terms = (
        planned.facts.offers.select("supplier", "min_order_amount").drop_nulls().unique("supplier")
    )
    ranked = within_budget(planned.plan.suggestions, budget, dict(terms.iter_rows()))
    beyond = ranked.filter(~pl.col("within_budget"))
    kept = planned.plan.suggestions.join(
        beyond, on=[*KEY, "supplier", "kind"], how="anti", maintain_order="left", nulls_equal=True
    )
    told = conformed(
        beyond.with_columns(reason=pl.lit("beyond_budget"), short_on="need_by_on"), NOT_BOUGHT
    )
    quiet = pl.concat([planned.plan.not_bought, told]).sort(KEY, maintain_order=True)
    return replace(planned, plan=replace(planned.plan, suggestions=kept, not_bought=quiet))


def why(run: Run, sku: str, warehouse: str | None) -> list[dict[str, Any]]:
    """Each number behind an item's suggestion, or behind its absence, with one sentence."""
    with reading(run) as con:
        lookup.item(con, sku)
        lookup.known_warehouse(con, warehouse)
        known = gather(con, run)
    return explaining.explained(affordable(known, run.settings), sku, warehouse)
