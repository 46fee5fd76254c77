"""Supply that comes on time for what lies there for long: what to put off or cancel, by buyer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.islands import Island
from scm_cli.core.advise.notices import number
from scm_cli.core.order.surplus import cancellable
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scm_cli.core.advise.islands import Rows

AHEAD_DAYS = 3650  # an item that does not sell is covered for ever


def covered(lines: Rows, today: date, keep_days: int, slack_days: int = 0) -> list[Island]:
    """Supply that comes on time for what, on that day, will last longer than `keep_days` without it.

    Args:
        lines: open purchase lines expected today or later: `purchase_no, line_no, buyer, sku,
            open_qty, in_transit_qty, status, expected_on, amount` [currency, null: no price], `free_qty` in
            stock and coming before it, `daily_qty` [units/day] (0: it does not sell).
        today: the day of asking.
        keep_days: cover that is enough.
        slack_days: so many more are no reason to write to a supplier, lest a line that was put
            off is told again after every slow day.

    What does not sell, or lasts twice as long as is enough, is cancelled; else it is put off until
    it is needed. What is on its way comes; nothing more should be bought.

    >>> from datetime import date
    >>> row = {"purchase_no": "PO-1", "line_no": 1, "buyer": "Wang", "sku": "A", "open_qty": 50,
    ...     "status": "confirmed", "in_transit_qty": 0, "expected_on": date(2026, 1, 9),
    ...     "amount": 100, "free_qty": 400, "daily_qty": 2.0}
    >>> found = covered([row], date(2026, 1, 5), 120)[0]
    >>> found.who, found.mend.english
    ('Wang', 'scm purchase change PO-1 --line 1 --need-by 2026-03-26')
    """
    found = []
    for row in lines:
        daily, free = float(row["daily_qty"]), max(float(row["free_qty"]), 0.0)
        days = min(int(free / daily), AHEAD_DAYS) if daily > 0 else AHEAD_DAYS
        left = days - (row["expected_on"] - today).days
        if left <= keep_days + slack_days or free <= 0:
            continue
        values = {
            "qty": number(row["open_qty"]), "sku": row["sku"], "day": row["expected_on"],
            "free": number(free), "amount": f"{row['amount'] or 0:,.2f}",
        }  # fmt: skip
        what = (
            Say("{qty} of {sku} for {amount} come by {day}, {free} are there and none sells", **values)
            if days == AHEAD_DAYS
            else Say("{qty} of {sku} for {amount} come by {day}, {free} are there for {days} {days:day|days}",
                     **values, days=days)
        )  # fmt: skip
        document = f"{row['purchase_no']}/{row['line_no']}"
        later = today + timedelta(days=days - keep_days) if left <= 2 * keep_days else None
        island = Island("covered, still coming", row["buyer"] or "", document, what, _less(row, later))  # fmt: skip
        found.append((-float(row["amount"] or 0), island))
    return [island for _, island in sorted(found, key=lambda pair: (pair[0], pair[1].document))]


def _less(row: Mapping[str, Any], later: date | None) -> Say:
    place = {"number": row["purchase_no"], "line": row["line_no"]}
    if cancellable(row) == "no":
        return Say("It is on its way: buy no more of {sku}.", sku=row["sku"])
    if later is not None:
        return Say("scm purchase change {number} --line {line} --need-by {day}", **place, day=later)
    return Say("scm purchase cancel {number} --line {line}", **place)


def dearer_and_punctual(buyers: Rows, days: int) -> list[Island]:
    """Stock value up while suppliers became more punctual: what comes on time comes too early.

    `buyers`: `buyer`, `value_amount` of the items now and `before_amount` `days` ago, `punctual_pct`
    of the lines due in the last `days` and `before_pct` of those before.

    >>> row = {"buyer": "Wang", "value_amount": 120, "before_amount": 100, "punctual_pct": 95.0,
    ...     "before_pct": 80.0}
    >>> len(dearer_and_punctual([row], 90)), len(dearer_and_punctual([row | {"before_pct": 99.0}], 90))
    (1, 0)
    """
    found = []
    for row in buyers:
        known = row["punctual_pct"] is not None and row["before_pct"] is not None
        if not known or row["punctual_pct"] <= row["before_pct"]:
            continue
        if not row["before_amount"] or row["value_amount"] <= row["before_amount"]:
            continue
        what = Say(
            "in {days} {days:day|days} the stock of covered items went from {before} to {now}, while on time "
            "went from {before_pct} % to {now_pct} % of lines",
            days=days, before=f"{row['before_amount']:,.0f}", now=f"{row['value_amount']:,.0f}",
            before_pct=f"{row['before_pct']:.0f}", now_pct=f"{row['punctual_pct']:.0f}",
        )  # fmt: skip
        mend = Say("Put off or cancel the lines above; then scm stock excess")
        found.append(Island("stock up, supply punctual", row["buyer"] or "", "", what, mend))
    return found
