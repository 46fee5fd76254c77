"""What suppliers are scored on, gathered by joins and sums. No rule stands here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.store.currency import own_rate, tax_pct
from scm_cli.store.gateway import frame, rows
from scm_cli.store.price_lists import OFFERED

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import polars as pl

    Connection = duckdb.DuckDBPyConnection

#: Longer than any lead time can be quoted: lines ordered before that are due before the period.
LONGEST_LEAD = timedelta(days=721)
YEAR = timedelta(days=364)

#: Before tax, per stock unit; `p` carries the price, `s` the supplier, `b` the order, `i` the item.
_NET = (
    "{p}.unit_price / {factor} / (1 + CASE WHEN {p}.tax_included "
    f"THEN {tax_pct('coalesce({p}.tax_rate_pct, s.tax_rate_pct)', 'coalesce({b}.currency, s.currency)')} "
    "/ 100 ELSE 0 END)"
)
_DUE = (
    "SELECT l.rowid AS line, h.supplier, h.purchase_no, l.line_no, l.sku, h.status, h.ordered_on, "
    "  l.requested_on, coalesce(l.first_promised_on, l.promised_on) AS promised_on, l.qty, "
    "  l.cancelled_qty, l.cancelled_by, l.received_before_qty "
    "FROM purchase_order_line l JOIN purchase_order h USING (purchase_no) "
    "WHERE h.status <> 'draft' AND CASE WHEN coalesce(l.first_promised_on, l.promised_on) IS NULL "
    "  THEN h.ordered_on BETWEEN $first::DATE - $reach AND $until "
    "    OR l.requested_on BETWEEN $first AND $until "
    "  ELSE coalesce(l.first_promised_on, l.promised_on) BETWEEN $first AND $until END"
)


#: `unit_price` in the firm's money and its `currency`; as it stands without a rate. See `_stated`.
_IN_OWN = "price * coalesce(rate, 1) AS unit_price, CASE WHEN rate IS NULL THEN stated ELSE $currency END AS currency"


def _stated(price: str, currency: str, day: str) -> str:
    """SQL for a price as it is stated, its currency, and the rate of a day: asked once a row."""
    return f"{price} AS price, {own_rate(currency, day)} AS rate, {currency} AS stated"


_PAID = (
    f"coalesce({_NET.format(p='l', b='b', factor='l.factor')}, {_NET.format(p='o', b='b', factor='o.factor')}) "
    "+ coalesce(f.freight_price, 0)"
)
#: What was bought: receipts with their own price, else the order's, at the rate of their day.
_BOUGHT = (
    f"SELECT supplier, sku, received_on, accepted_qty, {_IN_OWN} FROM ("
    "SELECT h.supplier, l.sku, h.received_on, l.accepted_qty, "
    f"  {_stated(_PAID, 'coalesce(b.currency, s.currency)', 'h.received_on')} "
    "FROM receipt_line l JOIN receipt h USING (receipt_no) JOIN supplier s ON s.supplier = h.supplier "
    "  JOIN item i ON i.sku = l.sku "
    "  LEFT JOIN purchase_order_line o ON o.purchase_no = l.purchase_no AND o.line_no = l.purchase_line_no "
    "  LEFT JOIN purchase_order b ON b.purchase_no = l.purchase_no "
    "  LEFT JOIN freight f ON f.supplier = h.supplier AND f.sku = l.sku) "
)
_FREIGHT = (
    "freight AS (SELECT q.supplier, l.sku, arg_max(l.freight_price / l.factor, q.quoted_on) AS freight_price "
    "FROM quote_line l JOIN quote q USING (quote_no) GROUP BY ALL)"
)


def suppliers(con: Connection) -> pl.DataFrame:
    """Every supplier: state, category, whether it is one of our own."""
    return frame(
        con, "SELECT supplier, name, state, category, is_internal FROM supplier ORDER BY supplier"
    )


def due_lines(con: Connection, first: date, until: date) -> pl.DataFrame:
    """Purchase lines that may have been due in the days, with the quoted lead time."""
    return frame(
        con,
        f"WITH due AS ({_DUE}), offered AS (SELECT supplier, sku, "
        "  arg_min(lead_time_days, from_qty) FILTER (lead_time_days IS NOT NULL) AS days "
        f"  FROM {OFFERED} GROUP BY ALL) "
        "SELECT d.* REPLACE (d.qty::DOUBLE AS qty, d.cancelled_qty::DOUBLE AS cancelled_qty, "
        "  d.received_before_qty::DOUBLE AS received_before_qty), "
        "  coalesce(o.days, s.lead_time_days) AS quoted_days "
        "FROM due d LEFT JOIN offered o USING (supplier, sku) JOIN supplier s USING (supplier)",
        {"first": first, "until": until, "reach": LONGEST_LEAD},
    )


def receipts(con: Connection, first: date, until: date) -> pl.DataFrame:
    """What came on those lines, whenever it came, and all that came in the days."""
    return frame(
        con,
        f"WITH due AS ({_DUE}) "
        "SELECT d.line, h.supplier, h.received_on, l.accepted_qty::DOUBLE AS accepted_qty, "
        "  l.rejected_qty::DOUBLE AS rejected_qty "
        "FROM receipt_line l JOIN receipt h USING (receipt_no) "
        "LEFT JOIN due d ON d.purchase_no = l.purchase_no AND d.line_no = l.purchase_line_no "
        "WHERE d.line IS NOT NULL OR h.received_on BETWEEN $first AND $until",
        {"first": first, "until": until, "reach": LONGEST_LEAD},
    )


def inspections(con: Connection, first: date, until: date) -> pl.DataFrame:
    """What failed after it was accepted, on the day of its receipt where that is named."""
    return frame(
        con,
        'SELECT n.supplier, coalesce(h.received_on, n.inspected_on) AS "on", '
        "  n.failed_qty::DOUBLE AS failed_qty, n.is_safety "
        "FROM inspection n LEFT JOIN receipt h USING (receipt_no) "
        "WHERE coalesce(h.received_on, n.inspected_on) BETWEEN $first AND $until",
        {"first": first, "until": until},
    )


def bought(con: Connection, first: date, until: date, currency: str) -> pl.DataFrame:
    """What was bought in the days and at which price, per stock unit before tax, delivered."""
    return frame(
        con,
        f'WITH {_FREIGHT} SELECT supplier, sku, received_on AS "on", accepted_qty::DOUBLE AS qty, '
        f"  unit_price::DOUBLE AS unit_price, currency FROM ({_BOUGHT} "
        "  WHERE received_on BETWEEN $first AND $until) WHERE unit_price > 0 AND accepted_qty > 0",
        {"first": first, "until": until, "currency": currency},
    )


def last_prices(con: Connection, first: date, currency: str) -> pl.DataFrame:
    """The last price that each supplier was paid for each item before a day."""
    return frame(
        con,
        f"WITH {_FREIGHT} SELECT supplier, sku, currency, "
        "  arg_max(unit_price, received_on)::DOUBLE AS last_price "
        f"FROM ({_BOUGHT} WHERE received_on < $first) WHERE unit_price > 0 GROUP BY ALL",
        {"first": first, "currency": currency},
    )


def year(con: Connection, until: date, currency: str) -> pl.DataFrame:
    """A year's purchases per supplier and item, in money of the shop where a rate is known."""
    return frame(
        con,
        f"WITH {_FREIGHT} "
        "SELECT supplier, sku, currency, sum(accepted_qty)::DOUBLE AS qty, count(*) AS lines, "
        "  sum(accepted_qty * unit_price)::DOUBLE AS spend, currency <> $currency AS unrated "
        f"FROM ({_BOUGHT} WHERE received_on BETWEEN $first AND $until) "
        "WHERE unit_price > 0 AND accepted_qty > 0 GROUP BY supplier, sku, currency "
        "ORDER BY supplier, sku, currency",
        {"first": until - YEAR, "until": until, "currency": currency},
    )


def offers(con: Connection, currency: str, today: date) -> pl.DataFrame:
    """What approved suppliers ask for: their prices and the quotes that they gave, whole."""
    listed = f"{_NET.format(p='p', b='p', factor='p.factor')} + coalesce(f.freight_price, 0)"
    quoted = f"{_NET.format(p='l', b='q', factor='l.factor')} * (1 + l.duty_pct / 100) + l.freight_price / l.factor"
    return frame(
        con,
        "SELECT * REPLACE (unit_price::DOUBLE AS unit_price) FROM ("
        f"SELECT supplier, sku, from_qty, {_IN_OWN}, moq_qty, valid_from_on, valid_until_on, lead_time_days FROM ("
        f"SELECT p.supplier, p.sku, p.from_qty::DOUBLE AS from_qty, {_stated(listed, 'p.currency', '$today')}, "
        "  p.moq_qty::DOUBLE AS moq_qty, p.valid_from_on, p.valid_until_on, p.lead_time_days "
        f"FROM {OFFERED} p JOIN supplier s USING (supplier) JOIN item i USING (sku) "
        "  LEFT JOIN (SELECT q.supplier, l.sku, arg_max(l.freight_price / l.factor, q.quoted_on) "
        "    AS freight_price FROM quote_line l JOIN quote q USING (quote_no) GROUP BY ALL) f "
        "    ON f.supplier = p.supplier AND f.sku = p.sku "
        "WHERE s.state = 'approved' AND NOT s.is_internal "
        "UNION ALL "
        "SELECT q.supplier, l.sku, l.from_qty::DOUBLE, "
        f"  {_stated(quoted, 'coalesce(q.currency, s.currency)', '$today')}, l.moq_qty::DOUBLE, q.quoted_on, "
        "  q.valid_until_on, l.lead_time_days "
        "FROM (SELECT l.*, q.tax_included, q.tax_rate_pct FROM quote_line l JOIN quote q USING (quote_no)) l "
        "  JOIN quote q USING (quote_no) JOIN supplier s ON s.supplier = q.supplier JOIN item i ON i.sku = l.sku "
        "WHERE s.state = 'approved' AND NOT s.is_internal AND q.status <> 'replaced')) ORDER BY ALL",
        {"currency": currency, "today": today},
    )


def invites(con: Connection, first: date, until: date) -> pl.DataFrame:
    """Requests for quotes: when each supplier was asked, by when, and when it answered first."""
    return frame(
        con,
        "SELECT v.supplier, v.invited_on, r.reply_by_on, min(q.quoted_on) AS answered_on "
        "FROM rfq_invite v JOIN rfq r USING (rfq_no) "
        "LEFT JOIN quote q ON q.rfq_no = v.rfq_no AND q.supplier = v.supplier "
        "WHERE v.invited_on BETWEEN $first AND $until GROUP BY v.supplier, v.rfq_no, v.invited_on, "
        "r.reply_by_on",
        {"first": first, "until": until},
    )


def papers(con: Connection) -> pl.DataFrame:
    """Every paper of every supplier."""
    return frame(
        con,
        "SELECT supplier, kind, valid_from_on, valid_until_on FROM qualification ORDER BY ALL",
    )


def stored_tier(con: Connection, supplier: str) -> dict[str, Any] | None:
    """Where a supplier stood at the last quarter that was scored; None when it never was."""
    found = rows(
        con,
        "SELECT period, tier FROM supplier_score WHERE supplier = ? ORDER BY until_on DESC LIMIT 1",
        [supplier],
    )
    return found[0] if found else None


def unsafe(con: Connection, after: date | None, today: date) -> pl.DataFrame:
    """Suppliers with a safety failure after a day, up to today: `supplier, on`."""
    return frame(
        con,
        'SELECT supplier, max(inspected_on) AS "on" FROM inspection WHERE is_safety '
        "AND inspected_on <= $today AND ($after IS NULL OR inspected_on > $after) "
        "GROUP BY supplier ORDER BY supplier",
        {"after": after, "today": today},
    )


def unsafe_on(con: Connection, supplier: str, today: date) -> date | None:
    """The newest safety failure of a supplier that no scored quarter knows yet."""
    found = rows(
        con,
        'SELECT max(inspected_on) AS "on" FROM inspection WHERE is_safety AND supplier = $supplier '
        "AND inspected_on <= $today AND inspected_on > coalesce((SELECT max(until_on) FROM "
        "supplier_score), DATE '0001-01-01')",
        {"supplier": supplier, "today": today},
    )
    day: date | None = found[0]["on"]
    return day


def fallen(con: Connection, since: date) -> list[dict[str, Any]]:
    """Suppliers whose tier fell in the newest scored quarter, when that ended after a day."""
    return rows(
        con,
        "SELECT supplier, period, tier, score_pct FROM supplier_score "
        "WHERE until_on = (SELECT max(until_on) FROM supplier_score) AND until_on > $since "
        "AND cause IN ('down', 'failure') ORDER BY supplier",
        {"since": since},
    )


def unsafe_lately(con: Connection, since: date, today: date) -> list[dict[str, Any]]:
    """Safety failures after a day: who, which inspection, what was found."""
    return rows(
        con,
        "SELECT supplier, inspection_no, inspected_on, sku, finding FROM inspection "
        "WHERE is_safety AND inspected_on > $since AND inspected_on <= $today ORDER BY ALL",
        {"since": since, "today": today},
    )


def newest_period(con: Connection) -> str | None:
    """The newest quarter that was scored."""
    found = con.execute("SELECT max(period) FROM supplier_score").fetchall()[0][0]
    return None if found is None else str(found)
