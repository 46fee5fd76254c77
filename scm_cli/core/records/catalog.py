"""The list of every stored record, and the sheets in which people see them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scm_cli.core.records import documents as doc
from scm_cli.core.records import ledger, master
from scm_cli.core.records.base import Column, Record

RECORDS: tuple[type[Record], ...] = (
    master.Item,
    master.ItemUnit,
    master.Warehouse,
    master.Supplier,
    master.SupplierItem,
    master.Customer,
    master.Closure,
    master.Event,
    master.ReplenishPolicy,
    doc.SalesOrder,
    doc.SalesOrderLine,
    doc.Charge,
    doc.PurchaseOrder,
    doc.PurchaseOrderLine,
    doc.Receipt,
    doc.ReceiptLine,
    doc.Shipment,
    doc.ShipmentLine,
    doc.SalesReturn,
    doc.SalesReturnLine,
    doc.PurchaseReturn,
    doc.PurchaseReturnLine,
    doc.Transfer,
    doc.TransferLine,
    doc.StockCount,
    doc.StockCountLine,
    doc.OpeningStock,
    doc.OpeningBalance,
    doc.Payment,
    ledger.StockMove,
    ledger.Reservation,
    ledger.PlanAcceptance,
    ledger.Forecast,
    ledger.Suggestion,
)


@cache
def record(table: str) -> type[Record]:
    """The record stored in `table`."""
    return next(r for r in RECORDS if r.table == table)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of sheet: one record, or a document's head and lines side by side."""

    kind: str
    en: str
    zh: str
    head: type[Record]
    line: type[Record] | None = None

    @property
    def columns(self) -> dict[str, Column]:
        """The columns of the sheet by field name: the head's, then the line's."""
        found = {n: c for n, c in self.head.columns().items() if c.sheet}
        if self.line is not None:
            for name, column in self.line.columns().items():
                if column.sheet:
                    found.setdefault(name, column)
        return found


SHEETS: tuple[Sheet, ...] = (
    Sheet("warehouses", "Warehouses", "仓库", master.Warehouse),
    Sheet("suppliers", "Suppliers", "供应商", master.Supplier),
    Sheet("customers", "Customers", "客户", master.Customer),
    Sheet("items", "Items", "商品", master.Item),
    Sheet("item_units", "Item units", "商品单位", master.ItemUnit),
    Sheet("supplier_prices", "Supplier prices", "供应商报价", master.SupplierItem),
    Sheet("policies", "Stock policies", "补货策略", master.ReplenishPolicy),
    Sheet("closures", "Closures", "放假安排", master.Closure),
    Sheet("events", "Events", "活动日历", master.Event),
    Sheet("opening_stock", "Opening stock", "期初库存", doc.OpeningStock),
    Sheet("opening_balances", "Opening balances", "期初往来", doc.OpeningBalance),
    Sheet(
        "purchase_orders", "Purchase orders", "采购订单", doc.PurchaseOrder, doc.PurchaseOrderLine
    ),
    Sheet("sales_orders", "Sales orders", "销售订单", doc.SalesOrder, doc.SalesOrderLine),
    Sheet("receipts", "Goods receipts", "采购入库单", doc.Receipt, doc.ReceiptLine),
    Sheet("deliveries", "Deliveries", "销售出库单", doc.Shipment, doc.ShipmentLine),
    Sheet("sales_returns", "Customer returns", "销售退货单", doc.SalesReturn, doc.SalesReturnLine),
    Sheet(
        "purchase_returns",
        "Returns to suppliers",
        "采购退货单",
        doc.PurchaseReturn,
        doc.PurchaseReturnLine,
    ),
    Sheet("transfers", "Transfers", "调拨单", doc.Transfer, doc.TransferLine),
    Sheet("stock_counts", "Stock counts", "盘点单", doc.StockCount, doc.StockCountLine),
    Sheet("payments", "Payments", "收付款单", doc.Payment),
)


@cache
def sheet(kind: str) -> Sheet:
    """The sheet of that kind.

    Raises:
        KeyError: there is no such kind.
    """
    for each in SHEETS:
        if each.kind == kind:
            return each
    raise KeyError(kind)
