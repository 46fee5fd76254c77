"""Service targets turned into stock: the trigger that gives the service asked for.

`service.kind` says what the percentage means; the policy inverts the one chosen:

- `cycle`: chance that a replenishment cycle ends without a stockout, P(D ≤ s).
- `fill`: share of units shipped from stock, 1 - (n(s) - n(s + Q)) / Q, with Q the quantity
  bought per cycle and n the loss function (Hadley & Whitin 1963; Zipkin 2000, §6.2; the
  familiar n(s) = Q·(1 - P2) of Silver, Pyke & Thomas 2017, §6.7, is its limit for large Q).
- `ready`: share of time with stock on hand. For demand that comes unit by unit it is the same
  number as `fill` (Axsäter, Inventory Control, 2015, §5.3), and is computed as such.

D is the demand of the protection interval, lead time + review period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.replenish.loss import IntervalDemand, Told
from scm_cli.core.replenish.schemas import PROTECTION

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Vector = NDArray[np.float64]

KINDS = ("fill", "cycle", "ready")
LOWEST_PCT, HIGHEST_PCT = 80.0, 99.5
CHUNK = 8192


def service_reached(demand: IntervalDemand, trigger: Vector, kind: str, cycle: Vector) -> Vector:
    """Service that a trigger gives [-].

    Args:
        demand: of the protection interval, one row each.
        trigger: reorder point s [units].
        kind: `fill`, `cycle` or `ready`.
        cycle: quantity bought per cycle Q, above 0 [units]; not used by `cycle`.

    Raises:
        ValueError: another kind.

    >>> from scm_cli.core.replenish.loss import Normal
    >>> hundred = Normal(np.array([100.0]), np.array([20.0]))
    >>> service_reached(hundred, np.array([120.0]), "cycle", np.array([1.0])).round(4).tolist()
    [0.8413]
    """
    if kind not in KINDS:
        raise ValueError("service kind is one of " + ", ".join(KINDS))
    if kind == "cycle":
        return demand.enough(trigger)
    some = np.maximum(cycle, 1e-3)  # smaller ones drown in rounding; the limit is P(D ≤ s)
    return 1 - (demand.short(trigger) - demand.short(trigger + some)) / some


def trigger_qty(demand: IntervalDemand, service_pct: Vector, kind: str, cycle: Vector) -> Vector:
    """Smallest trigger s ≥ 0 that reaches the service [units], to 1e-6 of its range.

    Args:
        demand: of the protection interval.
        service_pct: wanted service [0-100]; kept within 50-99.9.
        kind: `fill`, `cycle` or `ready`.
        cycle: quantity bought per cycle [units].

    The range is halved 32 times. Refuses kinds as `service_reached` does.

    >>> from scm_cli.core.replenish.loss import Normal
    >>> hundred = Normal(np.array([100.0]), np.array([20.0]))
    >>> trigger_qty(hundred, np.array([95.0]), "cycle", np.array([200.0])).round(3).tolist()
    [132.897]
    >>> trigger_qty(hundred, np.array([95.0]), "fill", np.array([200.0])).round(1).tolist()
    [96.2]
    """
    wanted = np.clip(service_pct, 50.0, 99.9) / 100
    low, high = np.zeros_like(wanted), np.maximum(demand.highest(), 0.0)
    for _ in range(32):
        middle = (low + high) / 2
        reached = service_reached(demand, middle, kind, cycle) >= wanted - 1e-12
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    at_zero = service_reached(demand, np.zeros_like(wanted), kind, cycle) >= wanted - 1e-12
    return np.where(at_zero, 0.0, high)


def protection(rows: pl.DataFrame, probs: tuple[float, ...], kind: str = "fill") -> pl.DataFrame:
    """Trigger and target of every item-warehouse from the forecast's quantiles.

    Args:
        rows: `sku, warehouse, supplier, interval_days, mean_qty, quantiles_qty` (list at
            `probs`), `service_pct, cycle_qty` (bought per cycle: EOQ or the demand of a review
            period), and optionally `unit_step_qty` (1) and `interval_sd_qty`.
        probs: levels of the quantiles, ascending within 0-1.
        kind: `fill`, `cycle` or `ready`.

    Returns:
        `schemas.PROTECTION`: trigger rounded up to the unit step, target above it by the cycle
        quantity and by at least one step. Items without demand get 0 and 0.

    >>> rows = pl.DataFrame({"sku": ["A"], "warehouse": ["W"], "supplier": ["S"],
    ...     "interval_days": [13], "mean_qty": [52.0], "quantiles_qty": [[50.0, 70.0, 80.0]],
    ...     "service_pct": [95.0], "cycle_qty": [20.0]})
    >>> protection(rows, (0.5, 0.9, 0.99), "cycle").select("trigger_qty", "target_qty").row(0)
    (76.0, 96.0)
    """
    usual = {"unit_step_qty": 1.0, "interval_sd_qty": None}
    rows = rows.with_columns(
        pl.lit(value, pl.Float64).alias(name)
        for name, value in usual.items()
        if name not in rows.columns
    )
    triggers = [np.empty(0)]
    for part in rows.iter_slices(CHUNK):
        values = np.array(part["quantiles_qty"].to_list(), dtype=np.float64)
        mean = part["mean_qty"].to_numpy()
        demand = Told(mean, np.array(probs), values.reshape(part.height, len(probs)))
        wanted, cycle = part["service_pct"].to_numpy(), part["cycle_qty"].to_numpy()
        triggers.append(trigger_qty(demand, wanted, kind, cycle))
    step = pl.col("unit_step_qty")
    sells = pl.col("mean_qty") > 0
    raised = (pl.Series(np.concatenate(triggers)) / rows["unit_step_qty"] - 1e-6).ceil()
    rows = rows.with_columns(trigger_qty=pl.when(sells).then(raised * step).otherwise(0.0))
    more = pl.max_horizontal((pl.col("cycle_qty") / step - 1e-6).ceil() * step, step)
    return rows.with_columns(
        interval_mean_qty="mean_qty",
        target_qty=pl.when(sells).then(pl.col("trigger_qty") + more).otherwise(0.0),
    ).select(PROTECTION.keys())


def ratio_periodic_backorder(
    holding_per_day: ArrayLike, review_days: ArrayLike, shortage: ArrayLike
) -> Vector:
    """Best P(no stockout) of (R, S) when unmet demand waits: 1 - h·R / b [-].

    h is holding a unit for a day, R the review period in days, b the cost of a unit short
    (Silver, Pyke & Thomas 2017, §6.9 with B2).

    >>> round(float(ratio_periodic_backorder(0.01, 7, 2.0)), 4)
    0.965
    """
    held = np.asarray(holding_per_day, dtype=np.float64) * np.asarray(review_days)
    return np.asarray(1 - held / np.asarray(shortage))


def ratio_periodic_lost(
    holding_per_day: ArrayLike, review_days: ArrayLike, shortage: ArrayLike
) -> Vector:
    """Best P(no stockout) of (R, S) when unmet demand is lost: 1 - h·R / (b + h·R) [-].

    b is the margin lost per unit; a lost sale also saves the holding of its replacement.

    >>> round(float(ratio_periodic_lost(0.01, 7, 2.0)), 4)
    0.9662
    """
    held = np.asarray(holding_per_day, dtype=np.float64) * np.asarray(review_days)
    return np.asarray(1 - held / (np.asarray(shortage) + held))


def ratio_fixed_quantity(
    holding_per_day: ArrayLike, order: ArrayLike, daily: ArrayLike, shortage: ArrayLike
) -> Vector:
    """Best P(no stockout) of (s, Q): 1 - h·Q / (D·b) [-].

    h per unit and day, Q per order, D demand per day, b per unit short (Hadley & Whitin 1963;
    Silver, Pyke & Thomas 2017, §6.7).

    >>> round(float(ratio_fixed_quantity(0.01, 60, 4.0, 2.0)), 4)
    0.925
    """
    held = np.asarray(holding_per_day, dtype=np.float64) * np.asarray(order)
    return np.asarray(1 - held / (np.asarray(daily) * np.asarray(shortage)))


def ratio_newsvendor(underage: ArrayLike, overage: ArrayLike) -> Vector:
    """Best P(D ≤ S) of one selling season: Cu / (Cu + Co), both per unit [-].

    >>> round(float(ratio_newsvendor(0.70, 0.18)), 6)
    0.795455
    """
    under = np.asarray(underage, dtype=np.float64)
    return np.asarray(under / (under + np.asarray(overage)))


def clamped_pct(ratio: ArrayLike, low: float = LOWEST_PCT, high: float = HIGHEST_PCT) -> Vector:
    """A critical ratio as a service level within bounds [0-100]; what is not a number is `low`.

    >>> clamped_pct([0.5, 0.965, 0.9999, float("nan")]).tolist()
    [80.0, 96.5, 99.5, 80.0]
    """
    share = np.nan_to_num(np.asarray(ratio, dtype=np.float64), nan=0.0, neginf=0.0, posinf=1.0)
    return np.clip(np.round(share * 100, 9), low, high)
