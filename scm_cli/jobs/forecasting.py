"""Forecasts: made for everything at once, stored, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import planning
from scm_cli.store import derived, lookup
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from scm_cli.run import Run


def run(run: Run) -> dict[str, Any]:
    """Forecast from the present facts and store it; how many series and buckets."""
    with reading(run) as con:
        known = planning.gather(con, run)
    planned = planning.made(known, run.settings)
    frame = planning.tables(planned, run.lang)["forecast"]
    with writing(run) as con:
        derived.replace(con, run, {"forecast": frame})
    series = frame.select("sku", "warehouse").n_unique()
    return {"series": series, "buckets": len(frame) // max(1, series)}


def stored(run: Run, sku: str | None, warehouse: str | None) -> list[dict[str, Any]]:
    """The stored forecast of an item, or of all.

    Raises:
        ScmError: there is no such item, or nothing was forecast yet (exit 4).
    """
    with reading(run) as con:
        if sku is not None:
            lookup.item(con, sku)
        found = rows(
            con,
            "SELECT * EXCLUDE (entry) FROM forecast WHERE ($sku IS NULL OR sku = $sku) "
            "AND ($place IS NULL OR warehouse = $place) ORDER BY sku, warehouse, bucket_on",
            {"sku": sku, "place": warehouse},
        )
        if not found and not rows(con, "SELECT 1 FROM derived_run WHERE table_name = 'forecast'"):
            raise ScmError(
                "nothing was forecast yet",
                hint="Run `scm forecast run` or `scm nightly`.",
                exit_code=Exit.NOT_FOUND,
            )
    return found
