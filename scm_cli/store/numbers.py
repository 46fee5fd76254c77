"""Document numbers: a settable prefix and a counter that never goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from scm_cli.core.changes import Changes

DIGITS = 6


def next_numbers(
    con: duckdb.DuckDBPyConnection, changes: Changes, series: str, prefix: str, count: int = 1
) -> list[str]:
    """The next `count` numbers of a series; the counter is written with `changes`.

    Numbers that came in with imports and look like ours are stepped over.
    """
    last = changes.series.get(series)
    if last is None:
        found = con.execute("SELECT last_no FROM number_series WHERE series = ?", [series])
        row = found.fetchall()
        last = int(row[0][0]) if row else 0
    table, column = _HOLDERS.get(series, (None, None))
    if table:
        used = con.execute(
            f"SELECT max(try_cast(substr({column}, ?) AS BIGINT)) FROM {table} "
            f"WHERE starts_with({column}, ?) AND length({column}) = ?",
            [len(prefix) + 1, prefix, len(prefix) + DIGITS],
        ).fetchall()[0][0]
        last = max(last, int(used or 0))
    changes.series[series] = last + count
    return [f"{prefix}{number:0{DIGITS}d}" for number in range(last + 1, last + count + 1)]


_HOLDERS = {
    "sales_order": ("sales_order", "order_no"),
    "purchase_order": ("purchase_order", "purchase_no"),
    "receipt": ("receipt", "receipt_no"),
    "shipment": ("shipment", "shipment_no"),
    "sales_return": ("sales_return", "return_no"),
    "purchase_return": ("purchase_return", "return_no"),
    "transfer": ("transfer", "transfer_no"),
    "stock_count": ("stock_count", "count_no"),
    "payment": ("payment", "payment_no"),
    "inspection": ("inspection", "inspection_no"),
    "rfq": ("rfq", "rfq_no"),
    "lead": ("lead", "lead_no"),
    "deal": ("deal", "deal_no"),
    "interaction": ("interaction", "interaction_no"),
    "campaign": ("campaign", "campaign_no"),
    "ticket": ("ticket", "ticket_no"),
    "quote": ("quote", "quote_no"),
    "supplier_shipment": ("supplier_shipment", "notice_no"),
}
