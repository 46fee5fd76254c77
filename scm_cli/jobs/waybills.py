"""Waybills for carriers without a service: parcels go out as a workbook, numbers come back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Problem, Say
from scm_cli.jobs.outbox_place import folder
from scm_cli.jobs.returned import refusal
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.core.changes import Changes
    from scm_cli.excel.own_book import Answer
    from scm_cli.run import Run

_PARCELS = r"""
SELECT h.shipment_no, h.shipped_on, string_agg(DISTINCT l.order_no, ', ' ORDER BY l.order_no) AS orders,
    any_value(c.name) AS customer_name, any_value(c.contact) AS contact,
    any_value(coalesce(c.mobile, c.phone)) AS phone, any_value(coalesce(h.city, c.city)) AS city,
    any_value(coalesce(o.ship_to, c.address)) AS address, h.carrier, h.tracking_no,
    arg_min(i.name || ' × ' || regexp_replace(l.qty::DOUBLE::VARCHAR, '\.0$', '') || i.unit, l.line_no)
        || CASE WHEN count(*) > 1 THEN ' +' || (count(*) - 1)::VARCHAR ELSE '' END AS goods
FROM shipment h JOIN shipment_line l USING (shipment_no) JOIN item i USING (sku)
LEFT JOIN customer c ON c.customer = h.customer LEFT JOIN sales_order o ON o.order_no = l.order_no
WHERE h.tracking_no IS NULL AND h.delivered_on IS NULL AND h.shipped_on >= $first
    AND (h.carrier IS NULL OR lower(trim(h.carrier)) NOT IN (SELECT unnest($own)))
GROUP BY h.shipment_no, h.shipped_on, h.carrier, h.tracking_no ORDER BY h.shipped_on, h.shipment_no
"""


def listed(run: Run) -> list[dict[str, Any]]:
    """Parcels on their way without a tracking number, those that left lately with a carrier."""
    rules = run.settings.carriers
    first = run.today - timedelta(days=rules.waybill_days)
    own = [name.casefold() for name in rules.own]
    with reading(run) as con:
        return rows(con, _PARCELS, {"first": first, "own": own})


def written(run: Run, parcels: list[dict[str, Any]]) -> Path:
    """The workbook to fill in."""
    from scm_cli.excel.fill_in_book import WAYBILLS, write_fill_in

    path = folder(run) / "waybills" / f"{run.today.isoformat()}.xlsx"
    if run.output is not None and run.output.suffix.lower() == ".xlsx":
        path = run.output
    return write_fill_in(path, WAYBILLS, parcels, (run.settings.company, run.today), run.lang)


def take(
    con: Any,  # noqa: ANN401 -- the store's connection
    changes: Changes,
    answer: Answer,
) -> tuple[dict[str, Any], list[Problem]]:
    """Carrier and number of each parcel that was filled in; what the books know already is left.

    Raises:
        ScmError: a delivery is not there, a number stands without its carrier or at two parcels.
    """
    known = {row["shipment_no"]: row for row in rows(con, "SELECT * EXCLUDE (entry) FROM shipment")}
    filled: list[dict[str, Any]] = []
    counts = {"rows_read": len(answer.lines), "updated": 0, "unchanged": 0, "set_aside": 0}
    for line in answer.lines:
        number, tracking_no = line["shipment_no"], line.get("tracking_no")
        if tracking_no is None:
            counts["set_aside"] += 1
            continue
        old = known.get(number)
        if old is None:
            raise refusal(line, Say("there is no delivery {number}", number=number))
        carrier = line.get("carrier") or old["carrier"]
        if carrier is None:
            raise refusal(line, Say("{number} has a number but no carrier", number=number))
        if (old["carrier"], old["tracking_no"]) == (carrier, tracking_no):
            counts["unchanged"] += 1
            continue
        counts["updated"] += 1
        filled.append({"shipment_no": number, "carrier": carrier, "tracking_no": tracking_no})
    _require_once(answer, filled)
    changes.update("shipment", filled)
    doubts = [
        Problem(
            answer.file,
            Say("{number} had the number {old} and has {new} now", number=row["shipment_no"],
                old=known[row["shipment_no"]]["tracking_no"], new=row["tracking_no"]),
        )
        for row in filled if known[row["shipment_no"]]["tracking_no"]
    ]  # fmt: skip
    return {**counts, "made": []}, doubts


def _require_once(answer: Answer, filled: list[dict[str, Any]]) -> None:
    """A row copied down gives many parcels one number: refused; the same row twice is not."""
    lines = {line["shipment_no"]: line for line in answer.lines}
    seen: dict[tuple[str, str], str] = {}
    for row in filled:
        key = (row["carrier"], row["tracking_no"])
        other = seen.setdefault(key, row["shipment_no"])
        if other != row["shipment_no"]:
            told = Say(
                "{number} and {other} have the same tracking number {tracking_no}",
                number=row["shipment_no"], other=other, tracking_no=row["tracking_no"],
            )  # fmt: skip
            raise refusal(lines[row["shipment_no"]], told)
