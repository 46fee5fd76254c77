"""How many warehouses and where: last year's demand by place against candidate sites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.cell import fold
from scm_cli.core.sites import curve as curves
from scm_cli.core.sites.places import Place, placed
from scm_cli.core.sites.tables import Listed, listed
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.core.sites.curve import SiteRules
    from scm_cli.run import Run

YEAR_DAYS = 365
#: As planning sees demand: what was asked for, by who asked.
_DEMAND = (
    "WITH asked AS (SELECT h.customer, l.qty - l.cancelled_qty AS qty FROM sales_order_line l "
    "  JOIN sales_order h USING (order_no) WHERE h.status IN ('confirmed', 'closed') "
    "  AND l.kind IN ('normal', 'replacement') AND h.ordered_on >= $since AND h.ordered_on < $today "
    "  UNION ALL SELECT h.customer, s.qty FROM shipment_line s JOIN shipment h USING (shipment_no) "
    "  WHERE s.order_no IS NULL AND h.shipped_on >= $since AND h.shipped_on < $today) "
    "SELECT c.city, c.address, c.region, sum(a.qty)::DOUBLE AS qty FROM asked a "
    "LEFT JOIN customer c USING (customer) GROUP BY ALL HAVING sum(a.qty) > 0 ORDER BY ALL"
)
_WAREHOUSES = "SELECT warehouse, city FROM warehouse ORDER BY priority, warehouse"


@dataclass(frozen=True, slots=True)
class Found:
    """The curve, what it says in one sentence, and what it had to leave out."""

    rows: list[dict[str, Any]]
    note: Say
    warnings: list[Problem]

    def flat(self) -> list[dict[str, Any]]:
        """The rows with their lists as text, for tables and sheets."""
        return [
            {n: ", ".join(v) if isinstance(v, list) else v for n, v in row.items()}
            for row in self.rows
        ]


def curve(run: Run, candidates: Path | None, places: Path | None, rules: SiteRules) -> Found:
    """The best sites for every number of them.

    Args:
        run: of the shop whose last year counts.
        candidates: list of possible sites: city, fixed_amount a year, where needed lat and lon.
        places: list of places that the built-in ones lack: city, lat, lon.
        rules: costs and speeds.

    Raises:
        ScmError: a list cannot be read, nothing was sold, or no site has coordinates.
    """
    from scm_cli.engines import highs

    own = {fold(row.city): _point(row) for row in _list(places, ("city", "lat", "lon"))}
    asked = _list(candidates, ("city", "fixed_amount"))
    with reading(run) as con:
        since = run.today - timedelta(days=YEAR_DAYS)
        sold = rows(con, _DEMAND, {"since": since, "today": run.today})
        held = rows(con, _WAREHOUSES)
    warnings: list[Problem] = []
    demand = _demand(sold, own, warnings)
    sites = _sites(held, asked, own, warnings)
    found = curves.curve(demand, sites, rules, highs.solver())
    now = curves.today(demand, sites, rules)
    return Found(found.to_dicts(), _note(found, now), warnings)


def _list(path: Path | None, needed: tuple[str, ...]) -> list[Listed]:
    """The rows of a list, none without a file.

    Raises:
        ScmError: cells are wrong or a city stands twice (exit 3).
    """
    from scm_cli.excel.read import sheets

    if path is None:
        return []
    sheet = sheets(path)[0]
    found, problems = listed(sheet.grid, sheet.where, needed)
    seen: set[str] = set()
    for row in found:
        if fold(row.city) in seen:
            problems.append(Problem(row.where, Say("{city} stands twice", city=row.city)))
        seen.add(fold(row.city))
    problems = [*sheet.problems, *problems]
    if problems:
        raise ScmError("{file} is refused", problems=tuple(problems), file=path.name)
    return found


def _point(row: Listed) -> Place:
    return Place(row.city, row.lat or 0.0, row.lon or 0.0)


def _demand(
    sold: list[dict[str, Any]], own: dict[str, Place], warnings: list[Problem]
) -> pl.DataFrame:
    """Units by place; those of customers without a known place are told and left out.

    Raises:
        ScmError: nothing is left.
    """
    units: dict[Place, float] = {}
    unknown, names = 0.0, set()
    for row in sold:
        place = placed([row["city"], row["address"], row["region"]], own)
        if place is None:
            unknown += row["qty"]
            names.add(row["city"] or row["region"] or "?")
        else:
            units[place] = units.get(place, 0.0) + row["qty"]
    if not units:
        raise ScmError(
            "no customer who bought in the last year has a place that is known",
            hint="Fill in the customers' cities, or list places with --places FILE.",
        )
    if unknown:
        share = 100 * unknown / (unknown + sum(units.values()))
        told = Say(
            "{share} % of the units go to places without coordinates: {names}",
            share=f"{share:.1f}", names=", ".join(sorted(names)[:10]),
        )  # fmt: skip
        warnings.append(
            Problem("customers", told, Say("They are left out; list them with --places FILE."))
        )
    points = [(p.name, p.lat, p.lon, qty) for p, qty in units.items()]
    return pl.DataFrame(points, schema=curves.DEMAND, orient="row").sort("place")


def _sites(
    held: list[dict[str, Any]], asked: list[Listed], own: dict[str, Place], warnings: list[Problem]
) -> pl.DataFrame:
    """The warehouses, with the cost that the list gives their city, and the new candidates.

    Raises:
        ScmError: a candidate has no coordinates, or there is no site at all (exit 3).
    """
    told = {(_at(row, own) or _point(row)).name: row for row in asked}
    found: list[tuple[str, float, float, float | None, bool]] = []
    here = set()
    for row in held:
        place = placed([row["city"]], own)
        if place is None:
            what = Say("warehouse {code} has no city that is known", code=row["warehouse"])
            warnings.append(Problem("warehouses", what, Say("It is left out of the comparison.")))
            continue
        cost = told[place.name].fixed_amount if place.name in told else None
        if cost is None:
            what = Say("warehouse {code} has no cost and counts as free", code=row["warehouse"])
            mend = Say("Give its city a row with fixed_amount in --candidates FILE.")
            warnings.append(Problem("warehouses", what, mend))
        here.add(place.name)
        found.append((f"{row['warehouse']} {place.name}", place.lat, place.lon, cost, True))
    new = {name: row for name, row in told.items() if name not in here}
    for asking in new.values():
        place = _at(asking, own)
        if place is None:
            raise ScmError(
                "there are no coordinates for {city}",
                hint="Add lat and lon to its row, or list it with --places FILE.",
                where=asking.where, city=asking.city,
            )  # fmt: skip
        found.append((place.name, place.lat, place.lon, asking.fixed_amount, False))
    if not found:
        raise ScmError(
            "there is no site to compare",
            hint="Give the warehouses their cities, or name candidates with --candidates FILE.",
            exit_code=Exit.NOT_FOUND,
        )
    return pl.DataFrame(found, schema=curves.CANDIDATES, orient="row")


def _at(row: Listed, own: dict[str, Place]) -> Place | None:
    """Where a candidate lies: its own coordinates, else those of its city."""
    if row.lat is not None and row.lon is not None:
        return _point(row)
    return placed([row.city], own)


def _note(found: pl.DataFrame, now: pl.DataFrame) -> Say:
    best = found.sort("cost_amount", "sites").row(0, named=True)
    told = {
        "n": best["sites"], "sites": ", ".join(best["open"]), "days": best["mean_days"],
        "amount": f"{best['cost_amount']:,.0f}",
    }  # fmt: skip
    if now.is_empty():
        return Say("Cheapest: {n} ({sites}), {amount} a year, {days} days on average.", **told)
    was = now.row(0, named=True)
    return Say(
        "Cheapest: {n} ({sites}), {amount} a year, {days} days on average. "
        "Today's {now}: {now_amount}, {now_days} days.",
        **told, now=was["sites"], now_amount=f"{was['cost_amount']:,.0f}", now_days=was["mean_days"],
    )  # fmt: skip
