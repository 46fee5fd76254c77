"""Service figures of a period: gathered by joins and sums, counted in `core`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, ScmError
from scm_cli.store.gateway import frame, reading

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.run import Run

#: Only lines that a figure of the period looks at: due, open, or with goods that left or arrived in it.
_LINES = """
WITH moved AS (
    SELECT DISTINCT l.order_no, l.order_line_no AS line_no FROM shipment_line l JOIN shipment h USING (shipment_no)
    WHERE h.shipped_on BETWEEN $first AND $last OR h.delivered_on BETWEEN $first AND $last
)
SELECT o.order_no, o.line_no, o.ordered_on, coalesce(o.promised_on, o.requested_on) AS due_on,
    (o.qty - o.cancelled_qty)::DOUBLE AS qty, o.open_qty::DOUBLE AS open_qty,
    coalesce(o.open_qty / o.factor * o.unit_price, 0)::DOUBLE AS open_amount,
    o.shipped_before_qty = 0 AS is_known, c.customer_class, i.category
FROM order_line o LEFT JOIN customer c ON c.customer = o.customer LEFT JOIN item i ON i.sku = o.sku
LEFT JOIN moved m ON m.order_no = o.order_no AND m.line_no = o.line_no
WHERE o.status IN ('confirmed', 'closed') AND (o.open_qty > 0 OR m.order_no IS NOT NULL
    OR coalesce(o.promised_on, o.requested_on) BETWEEN $first AND $last)
ORDER BY o.order_no, o.line_no
"""
_PARTS = """
SELECT l.order_no, l.order_line_no AS line_no, h.shipped_on, h.delivered_on, l.qty::DOUBLE AS qty
FROM shipment_line l JOIN shipment h USING (shipment_no) WHERE l.order_no IS NOT NULL
"""


def figures(
    run: Run, first: date | None, last: date | None, by: str | None
) -> tuple[tuple[date, date], list[dict[str, Any]]]:
    """The period and its figures, a row per group; see `core.order.service_figures`.

    Raises:
        ScmError: the period ends before it begins.
    """
    from scm_cli.core.order.service_figures import Span, service_figures

    told = run.settings.orders
    last = last or (run.today if first else run.today - timedelta(days=1))
    first = first or last - timedelta(days=told.figures_days - 1)
    if first > last:
        raise ScmError(
            "{first} is after {last}",
            hint="Give --from a day before --to.",
            exit_code=Exit.USAGE,
            first=first.isoformat(),
            last=last.isoformat(),
        )
    with reading(run) as con:
        lines = frame(con, _LINES, {"first": first, "last": last})
        parts = frame(con, _PARTS)
    span = Span(first, last, run.today, told.lane_days)
    return (first, last), service_figures(lines, parts, span, by).to_dicts()
