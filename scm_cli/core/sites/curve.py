"""How many warehouses and where: yearly cost against delivery days, for every number of sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

from scm_cli.core.sites.location import opened
from scm_cli.core.sites.places import Place, distance_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.sites.program import Floats, Solver

Schema: TypeAlias = dict[str, pl.DataType | type[pl.DataType]]

DEMAND: Schema = {"place": pl.String, "lat": pl.Float64, "lon": pl.Float64, "qty": pl.Float64}
CANDIDATES: Schema = {
    "site": pl.String,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "fixed_amount": pl.Float64,  # a year; null is 0
    "exists": pl.Boolean,
}
CURVE: Schema = {
    "sites": pl.Int64,
    "cost_amount": pl.Float64,  # a year: transport, waiting and fixed
    "transport_amount": pl.Float64,
    "waiting_amount": pl.Float64,
    "fixed_amount": pl.Float64,
    "mean_km": pl.Float64,  # by road, over units
    "mean_days": pl.Float64,
    "p90_days": pl.Float64,  # nine of ten units take no longer
    "open": pl.List(pl.String),
    "closed": pl.List(pl.String),  # existing ones that are given up
    "method": pl.String,  # every set, solver (both proven best), swap (good)
}


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What moving and waiting cost; the firm's own figures are better than these.

    `unit_km_amount` is that of 2 kg at 0.5 a tonne-km; `unit_day_amount` what a day of waiting
    is worth per unit; a lorry covers `km_per_day`; roads are `detour` times the straight line
    (1.33 in China: Ballou, Rahardja & Sakai, Transportation Research A 36, 2002).
    """

    unit_km_amount: float = 0.001
    unit_day_amount: float = 0.0
    km_per_day: float = 600.0
    detour: float = 1.33
    most_sites: int = 10


@dataclass(frozen=True, slots=True)
class Ways:
    """Road and days from every candidate to every place (n, m), and the units of each place (n,)."""

    qty: Floats
    km: Floats
    days: Floats

    def amounts(self, rules: SiteRules) -> tuple[Floats, Floats]:
        """Yearly cost of transport and of waiting (n, m)."""
        units = self.qty[:, None]
        return units * self.km * rules.unit_km_amount, units * self.days * rules.unit_day_amount


def ways(demand: pl.DataFrame, candidates: pl.DataFrame, rules: SiteRules) -> Ways:
    """Distances of schemas `DEMAND` and `CANDIDATES`; a delivery takes whole days, one at least.

    >>> here = pl.DataFrame({"site": ["W"], "lat": [31.2], "lon": [121.5]})
    >>> there = pl.DataFrame({"place": ["P"], "lat": [39.9], "lon": [116.4], "qty": [7.0]})
    >>> way = ways(there, here, SiteRules())
    >>> way.km.round().tolist(), way.days.tolist()
    ([[1425.0]], [[3.0]])
    """
    points = [
        [Place(*row) for row in frame.select(name, "lat", "lon").iter_rows()]
        for frame, name in ((demand, "place"), (candidates, "site"))
    ]
    km = distance_km(*points) * rules.detour
    days = np.maximum(np.ceil(km / rules.km_per_day), 1.0)
    return Ways(demand["qty"].cast(pl.Float64).to_numpy(), km, days)


def curve(
    demand: pl.DataFrame,
    candidates: pl.DataFrame,
    rules: SiteRules,
    solver: Solver | None = None,
) -> pl.DataFrame:
    """The best set of sites for 1, 2, ... sites, schema `CURVE`.

    Args:
        demand: `DEMAND`, units a year by place, above 0.
        candidates: `CANDIDATES`, one row per possible site, the existing ones among them.
        rules: costs and speeds.
        solver: of whole-number programs; without one large counts are searched, not proven.

    Model: uncapacitated p-median with fixed costs (Daskin, Network and Discrete Location, 2013,
    ch. 6 and 7), each place served from the open site that serves it at the least cost.

    >>> demand = pl.DataFrame({"place": ["A", "B"], "lat": [30.0, 40.0], "lon": [116.0, 116.0],
    ...     "qty": [100.0, 50.0]})
    >>> sites = demand.select(site="place", lat="lat", lon="lon", fixed_amount=40.0, exists=True)
    >>> curve(demand, sites, SiteRules()).select("sites", "cost_amount", "open").rows()
    [(1, 113.94, ['A']), (2, 80.0, ['A', 'B'])]
    """
    if demand.is_empty() or candidates.is_empty():
        return pl.DataFrame(schema=CURVE)
    way = ways(demand, candidates, rules)
    fixed = _fixed(candidates)
    cost: Floats = np.add(*way.amounts(rules))
    found = opened(fixed, cost, rules.most_sites, solver)
    return pl.concat([priced(way, candidates, rules, o.sites, o.method) for o in found])


def today(demand: pl.DataFrame, candidates: pl.DataFrame, rules: SiteRules) -> pl.DataFrame:
    """The one row of `CURVE` for the existing sites, all kept; none when there are none.

    >>> demand = pl.DataFrame({"place": ["A"], "lat": [30.0], "lon": [116.0], "qty": [100.0]})
    >>> sites = demand.select(site="place", lat="lat", lon="lon", fixed_amount=40.0, exists=True)
    >>> today(demand, sites, SiteRules())["cost_amount"].to_list()
    [40.0]
    """
    kept = np.flatnonzero(candidates["exists"].to_numpy()).tolist()
    if demand.is_empty() or not kept:
        return pl.DataFrame(schema=CURVE)
    return priced(ways(demand, candidates, rules), candidates, rules, kept, "today")


def priced(
    way: Ways, candidates: pl.DataFrame, rules: SiteRules, sites: Sequence[int], method: str
) -> pl.DataFrame:
    """One row of `CURVE`: what a set of open sites (positions) costs and how far it is."""
    chosen = list(sites)
    transport, waiting = (amount[:, chosen] for amount in way.amounts(rules))
    at = np.argmin(transport + waiting + way.km[:, chosen] * 1e-12, axis=1)
    rows = np.arange(len(at))
    km, days = way.km[:, chosen][rows, at], way.days[:, chosen][rows, at]
    fixed = float(_fixed(candidates)[chosen].sum())
    moved, waited = float(transport[rows, at].sum()), float(waiting[rows, at].sum())
    given_up = candidates.with_row_index().filter("exists", ~pl.col("index").is_in(chosen))
    row = {
        "sites": len(chosen),
        "cost_amount": round(fixed + moved + waited, 2),
        "transport_amount": round(moved, 2),
        "waiting_amount": round(waited, 2),
        "fixed_amount": round(fixed, 2),
        "mean_km": round(float(np.average(km, weights=way.qty)), 1),
        "mean_days": round(float(np.average(days, weights=way.qty)), 2),
        "p90_days": _quantile(days, way.qty, 0.9),
        "open": candidates["site"].gather(chosen).to_list(),
        "closed": given_up["site"].to_list(),
        "method": method,
    }
    return pl.DataFrame([row], schema=CURVE)


def _fixed(candidates: pl.DataFrame) -> Floats:
    return candidates["fixed_amount"].cast(pl.Float64).fill_null(0.0).to_numpy()


def _quantile(values: Floats, weights: Floats, prob: float) -> float:
    """The least value that a share `prob` of the weight does not exceed."""
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][np.searchsorted(share, prob - 1e-12)])
