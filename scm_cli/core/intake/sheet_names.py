"""What people call a sheet: in the name of a file or a sheet it decides between like columns."""

from __future__ import annotations

from scm_cli.core.records.catalog import sheet

#: Kind → words for it beside its own name.
NAMED: dict[str, tuple[str, ...]] = {
    "sales_orders": (
        "销售明细",
        "销售流水",
        "销售记录",
        "订单明细",
        "sales lines",
        "sales details",
    ),
    "deliveries": ("销售出库", "出库明细", "发货明细"),
    "receipts": ("采购入库", "入库明细", "收货明细"),
}


def names(kind: str) -> tuple[str, ...]:
    """Every word for a kind of sheet.

    >>> names("deliveries")
    ('deliveries', 'deliverie', 'Deliveries', '销售出库单', '销售出库', '出库明细', '发货明细')
    """
    form = sheet(kind)
    return (kind, kind.rstrip("s"), form.en, form.zh, *NAMED.get(kind, ()))
