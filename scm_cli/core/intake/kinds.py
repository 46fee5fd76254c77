"""What differs between kinds of sheets: order of import, numbers, dates, extra columns."""

from __future__ import annotations

from dataclasses import dataclass

#: Parents before children; several files in one command are read in this order.
ORDER: tuple[str, ...] = (
    "warehouses",
    "suppliers",
    "customers",
    "items",
    "item_units",
    "exchange_rates",
    "supplier_prices",
    "qualifications",
    "sales_prices",
    "substitutes",
    "policies",
    "closures",
    "events",
    "opening_stock",
    "opening_balances",
    "purchase_orders",
    "contracts",
    "quotes",
    "supplier_shipments",
    "sales_orders",
    "receipts",
    "deliveries",
    "sales_returns",
    "purchase_returns",
    "transfers",
    "stock_counts",
    "dealer_stock",
    "payments",
    "inspections",
    "salespeople",
    "customer_tags",
    "leads",
    "lead_spend",
    "deals",
    "interactions",
    "tickets",
)

#: Columns that sheets have and records do not: how their cells are read.
VIRTUAL: dict[str, str] = {
    "item_name": "text",
    "customer_name": "text",
    "customer_region": "text",
    "supplier_name": "text",
    "price_inc_tax": "price",
    "price_ex_tax": "price",
    "amount": "price",
    "pack_unit": "text",
    "pack_factor": "qty",
    "pack_barcode": "code",
    "opening_qty": "qty",
    "opening_warehouse": "code",
    "opening_receivable": "amount",
    "opening_payable": "amount",
    "opening_advance": "amount",
    "moq_qty": "qty",
    "order_multiple_qty": "qty",
    "lead_time_days": "number",
    "opened_stage": "text",
    "sold_currency": "text",
    "order_discount_amount": "amount",
    "line_discount_amount": "amount",
}

#: Quantities that are entered in the unit of their row, and stored in the item's own.
IN_UNIT: tuple[str, ...] = (
    "qty",
    "accepted_qty",
    "rejected_qty",
    "counted_qty",
    "cancelled_qty",
    "shipped_before_qty",
    "received_before_qty",
    "min_qty",
    "max_qty",
    "from_qty",
    "moq_qty",
    "order_multiple_qty",
)
#: On sheets of masters and prices `<field> in` says the unit that stands in the field's cells.
SAID_IN = " in"
#: Packs are counted in the item's own unit: 1箱 = 24瓶.
PACKS: tuple[str, ...] = ("factor", "pack_factor")
#: What may stand behind a number of days.
DAY_WORDS = frozenset({"天", "日", "d", "day", "days"})

#: What a sheet of that kind makes when it names something new; a profile may allow others more.
MAKES: dict[str, frozenset[str]] = {
    "sales_orders": frozenset({"customer", "item"}),
    "deliveries": frozenset({"customer", "item"}),
    "deals": frozenset({"customer"}),
}


#: Required fields that the program fills where a sheet leaves them blank.
FILLED: dict[str, tuple[str, ...]] = {"opening_stock": ("warehouse",), "deals": ("sku", "stage")}


@dataclass(frozen=True, slots=True)
class Document:
    """How a document kind is numbered and dated, and which way its goods move."""

    number: str
    series: str
    dated: str
    partner: str = ""
    qty: str = "qty"


DOCUMENTS: dict[str, Document] = {
    "sales_orders": Document("order_no", "sales_order", "ordered_on", "customer"),
    "purchase_orders": Document("purchase_no", "purchase_order", "ordered_on", "supplier"),
    "contracts": Document("contract_no", "contract", "valid_from_on", "supplier"),
    "quotes": Document("quote_no", "quote", "quoted_on", "supplier"),
    "supplier_shipments": Document("notice_no", "supplier_shipment", "shipped_on", "supplier"),
    "receipts": Document("receipt_no", "receipt", "received_on", "supplier", "accepted_qty"),
    "deliveries": Document("shipment_no", "shipment", "shipped_on", "customer"),
    "sales_returns": Document("return_no", "sales_return", "returned_on", "customer"),
    "purchase_returns": Document("return_no", "purchase_return", "returned_on", "supplier"),
    "transfers": Document("transfer_no", "transfer", "moved_on"),
    "stock_counts": Document("count_no", "stock_count", "counted_on", qty="counted_qty"),
    "payments": Document("payment_no", "payment", "paid_on", qty="amount"),
    "leads": Document("lead_no", "lead", "came_on"),
    "deals": Document("deal_no", "deal", "opened_on", "customer"),
    "interactions": Document("interaction_no", "interaction", "happened_on", "customer"),
    "tickets": Document("ticket_no", "ticket", "opened_on", "customer"),
    "inspections": Document(
        "inspection_no", "inspection", "inspected_on", "supplier", "inspected_qty"
    ),
}

#: Codes that stand for money, not goods, on sales documents; kept as charges.
CHARGE_CODES: dict[str, str] = {
    "POST": "postage",
    "DOT": "postage",
    "C2": "carriage",
    "C3": "carriage",
    "SHIPPING": "postage",
    "FREIGHT": "postage",
    "运费": "postage",
    "邮费": "postage",
    "M": "manual",
    "MANUAL": "manual",
    "ADJUST": "adjustment",
    "ADJUST2": "adjustment",
    "B": "bad debt",
    "D": "discount",
    "DISCOUNT": "discount",
    "折扣": "discount",
    "S": "samples",
    "BANK CHARGES": "fee",
    "AMAZONFEE": "fee",
    "CRUK": "fee",
    "FEE": "fee",
    "手续费": "fee",
    "TEST001": "test",
    "TEST002": "test",
    "GIFT": "voucher",
    "PADS": "manual",
}
