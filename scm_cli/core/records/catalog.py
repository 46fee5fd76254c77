"""The list of every stored record, and the sheets in which people see them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scm_cli.core.records import (
    balances,
    campaigns,
    contracts,
    crm,
    dealers,
    ledger,
    master,
    papers,
    prices,
    purchases,
    qualification,
    quotes,
    sales,
    scores,
    service,
    shipping,
)
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
    sales.SalesOrder,
    sales.SalesOrderLine,
    sales.Charge,
    purchases.PurchaseOrder,
    purchases.PurchaseOrderLine,
    purchases.Receipt,
    purchases.ReceiptLine,
    sales.Shipment,
    sales.ShipmentLine,
    shipping.ShipmentEvent,
    sales.SalesReturn,
    sales.SalesReturnLine,
    purchases.PurchaseReturn,
    purchases.PurchaseReturnLine,
    papers.Transfer,
    papers.TransferLine,
    papers.StockCount,
    papers.StockCountLine,
    papers.OpeningStock,
    balances.OpeningBalance,
    balances.Payment,
    qualification.Qualification,
    qualification.SupplierState,
    contracts.Contract,
    contracts.ContractLine,
    quotes.ExchangeRate,
    quotes.Rfq,
    quotes.RfqLine,
    quotes.RfqInvite,
    quotes.Quote,
    quotes.QuoteLine,
    quotes.SupplierShipment,
    quotes.SupplierShipmentLine,
    scores.Inspection,
    prices.PriceList,
    prices.ItemSubstitute,
    dealers.DealerStock,
    crm.Salesperson,
    crm.Lead,
    crm.LeadSpend,
    crm.Deal,
    crm.DealLine,
    crm.DealEvent,
    crm.Interaction,
    crm.CustomerTag,
    campaigns.Segment,
    campaigns.Campaign,
    campaigns.CampaignMember,
    service.Ticket,
    service.TicketEvent,
    ledger.StockMove,
    ledger.Reservation,
    ledger.PlanAcceptance,
    ledger.Forecast,
    ledger.ForecastAccuracy,
    ledger.Suggestion,
    scores.SupplierScore,
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
        return dict(_columns(self))


@cache
def _columns(sheet: Sheet) -> dict[str, Column]:
    found = {n: c for n, c in sheet.head.columns().items() if c.sheet}
    if sheet.line is not None:
        for name, column in sheet.line.columns().items():
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
    Sheet("exchange_rates", "Exchange rates", "汇率", quotes.ExchangeRate),
    Sheet("sales_prices", "Sales prices", "销售价格表", prices.PriceList),
    Sheet("substitutes", "Substitutes", "替代商品", prices.ItemSubstitute),
    Sheet("policies", "Stock policies", "补货策略", master.ReplenishPolicy),
    Sheet("closures", "Closures", "放假安排", master.Closure),
    Sheet("events", "Events", "活动日历", master.Event),
    Sheet("opening_stock", "Opening stock", "期初库存", papers.OpeningStock),
    Sheet("opening_balances", "Opening balances", "期初往来", balances.OpeningBalance),
    Sheet(
        "purchase_orders",
        "Purchase orders",
        "采购订单",
        purchases.PurchaseOrder,
        purchases.PurchaseOrderLine,
    ),
    Sheet("quotes", "Quotes", "报价单", quotes.Quote, quotes.QuoteLine),
    Sheet(
        "supplier_shipments",
        "Shipment notices",
        "发货通知单",
        quotes.SupplierShipment,
        quotes.SupplierShipmentLine,
    ),
    Sheet("sales_orders", "Sales orders", "销售订单", sales.SalesOrder, sales.SalesOrderLine),
    Sheet("receipts", "Goods receipts", "采购入库单", purchases.Receipt, purchases.ReceiptLine),
    Sheet("deliveries", "Deliveries", "销售出库单", sales.Shipment, sales.ShipmentLine),
    Sheet(
        "sales_returns", "Customer returns", "销售退货单", sales.SalesReturn, sales.SalesReturnLine
    ),
    Sheet(
        "purchase_returns",
        "Returns to suppliers",
        "采购退货单",
        purchases.PurchaseReturn,
        purchases.PurchaseReturnLine,
    ),
    Sheet("transfers", "Transfers", "调拨单", papers.Transfer, papers.TransferLine),
    Sheet("stock_counts", "Stock counts", "盘点单", papers.StockCount, papers.StockCountLine),
    Sheet("dealer_stock", "Dealer stock", "经销商库存", dealers.DealerStock),
    Sheet("payments", "Payments", "收付款单", balances.Payment),
    Sheet("inspections", "Inspections", "质检单", scores.Inspection),
    Sheet("qualifications", "Supplier papers", "供应商资质", qualification.Qualification),
    Sheet("contracts", "Contracts", "采购合同", contracts.Contract, contracts.ContractLine),
    Sheet("salespeople", "Salespeople", "业务员", crm.Salesperson),
    Sheet("customer_tags", "Customer tags", "客户标签", crm.CustomerTag),
    Sheet("leads", "Leads", "线索", crm.Lead),
    Sheet("lead_spend", "Channel spend", "渠道费用", crm.LeadSpend),
    Sheet("deals", "Deals", "商机", crm.Deal, crm.DealLine),
    Sheet("interactions", "Interactions", "跟进记录", crm.Interaction),
    Sheet("tickets", "Tickets", "售后工单", service.Ticket),
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
