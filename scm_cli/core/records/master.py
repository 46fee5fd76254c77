"""Master data: what is traded, where it lies, with whom, and the calendar around it."""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from decimal import Decimal
from typing import ClassVar

from scm_cli.core.records.base import (
    Amount,
    Choice,
    Code,
    Day,
    Flag,
    Number,
    Pct,
    Price,
    Qty,
    Record,
    Text,
    field,
)

#: When a customer pays: N days later, at once, before goods leave, a part first, at the door.
PAYMENT_TERMS = ("credit", "cash", "before_shipping", "deposit", "on_delivery")


class Item(Record):
    """What is bought, made, stocked and sold."""

    table: ClassVar[str] = "item"
    key: ClassVar[tuple[str, ...]] = ("sku",)

    sku: Code = field("SKU", "商品编码")
    name: Text = field("Name", "商品名称")
    spec: Text | None = field("Specification", "规格型号", default=None)
    unit: Text = field("Unit", "单位", default="pcs")
    barcode: Code | None = field("Barcode", "条码", default=None)
    category: Text | None = field("Category", "商品类别", default=None)
    brand: Text | None = field("Brand", "品牌", default=None)
    purchase_price: Price | None = field("Purchase price", "采购价", default=None, low=0)
    budget_price: Price | None = field("Budget price", "预算价", default=None, low=0)
    sale_price: Price | None = field("Sale price", "销售价", default=None, low=0)
    floor_price: Price | None = field("Floor price", "最低售价", default=None, low=0)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    shelf_life_days: Number | None = field("Shelf life (days)", "保质期(天)", default=None, low=1)
    min_qty: Qty | None = field("Min stock", "最低库存", default=None, low=0)
    max_qty: Qty | None = field("Max stock", "最高库存", default=None, low=0)
    daily_guess_qty: Qty | None = field("Daily sales guess", "预估日销量", default=None, low=0)
    supplier: Code | None = field("Main supplier", "默认供应商", default=None, refers="supplier")
    status: Choice = field("Status", "状态", default="active", choices=("active", "ended"))
    mnemonic: Text | None = field("Mnemonic", "助记码", default=None)
    note: Text | None = field("Note", "备注", default=None)


class ItemUnit(Record):
    """A pack of an item: 1 `unit` holds `factor` of the item's own unit."""

    table: ClassVar[str] = "item_unit"
    key: ClassVar[tuple[str, ...]] = ("sku", "unit")

    sku: Code = field("SKU", "商品编码", refers="item")
    unit: Text = field("Pack unit", "辅助单位")
    factor: Qty = field("Units per pack", "换算率", low=0.0001)
    barcode: Code | None = field("Pack barcode", "箱条码", default=None)
    for_buying: Flag = field("For buying", "采购用", default=False)
    for_selling: Flag = field("For selling", "销售用", default=False)


class Warehouse(Record):
    """A place that holds stock."""

    table: ClassVar[str] = "warehouse"
    key: ClassVar[tuple[str, ...]] = ("warehouse",)

    warehouse: Code = field("Warehouse", "仓库")
    name: Text | None = field("Warehouse name", "仓库名称", default=None)
    city: Text | None = field("City", "城市", default=None)
    priority: Number = field("Priority", "优先级", default=1, low=1)
    kind: Choice = field(
        "Warehouse kind",
        "仓库类型",
        default="normal",
        choices=("normal", "quarantine", "consigned"),
    )
    note: Text | None = field("Note", "备注", default=None)


class Supplier(Record):
    """Who sells to us."""

    table: ClassVar[str] = "supplier"
    key: ClassVar[tuple[str, ...]] = ("supplier",)

    supplier: Code = field("Supplier code", "供应商编码")
    name: Text = field("Supplier name", "供应商名称")
    short_name: Text | None = field("Short name", "供应商简称", default=None)
    category: Text | None = field("Supplier category", "供应商类别", default=None)
    state: Choice = field(
        "State",
        "合作状态",
        default="approved",
        choices=("candidate", "approved", "suspended", "ended"),
    )
    contact: Text | None = field("Contact", "联系人", default=None)
    mobile: Text | None = field("Mobile", "手机", default=None)
    phone: Text | None = field("Phone", "座机", default=None)
    email: Text | None = field("E-mail", "电子邮箱", default=None)
    im: Text | None = field("WeChat/QQ", "微信", default=None)
    region: Text | None = field("Region", "地区", default=None)
    address: Text | None = field("Address", "地址", default=None)
    uscc: Code | None = field("Credit code", "统一社会信用代码", default=None)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    bank: Text | None = field("Bank", "开户银行", default=None)
    bank_account_name: Text | None = field("Account name", "户名", default=None)
    bank_account: Code | None = field("Bank account", "银行账号", default=None)
    payment_days: Number | None = field("Payment days", "账期(天)", default=None, low=0, high=720)
    lead_time_days: Number | None = field("Lead time (days)", "交期", default=None, low=0, high=720)
    min_order_amount: Amount | None = field("Minimum order value", "起订金额", default=None, low=0)
    free_freight_amount: Amount | None = field(
        "Free freight from", "免运费金额", default=None, low=0
    )
    freight_amount: Amount | None = field("Freight below it", "运费", default=None, low=0)
    currency: Code | None = field("Currency", "币种", default=None)
    is_internal: Flag = field("Internal", "内部单位", default=False)
    language: Choice | None = field("Language", "语言", default=None, choices=("zh", "en"))
    made_by: Code | None = field("Made by", "生产厂家", default=None, refers="supplier")
    mnemonic: Text | None = field("Mnemonic", "助记码", default=None)
    note: Text | None = field("Note", "备注", default=None)


class SupplierItem(Record):
    """What a supplier asks for an item, from a quantity on."""

    table: ClassVar[str] = "supplier_item"
    key: ClassVar[tuple[str, ...]] = ("supplier", "sku", "from_qty")

    supplier: Code = field("Supplier code", "供应商编码", refers="supplier")
    sku: Code = field("SKU", "商品编码", refers="item")
    from_qty: Qty = field("From quantity", "起始数量", default=Decimal(0), low=0)
    unit_price: Price = field("Unit price", "采购价", low=0)
    unit: Text | None = field("Unit", "单位", default=None)
    currency: Code | None = field("Currency", "币种", default=None)
    tax_included: Flag = field("Tax included", "含税", default=True)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    moq_qty: Qty | None = field("Minimum order", "最小起订量", default=None, low=0)
    order_multiple_qty: Qty | None = field("Order multiple", "最小包装量", default=None, low=0)
    lead_time_days: Number | None = field("Lead time (days)", "交期", default=None, low=0, high=720)
    valid_from_on: Day | None = field("Valid from", "生效日期", default=None)
    valid_until_on: Day | None = field("Valid until", "有效期至", default=None)
    rank: Number = field("Rank", "优先顺序", default=1, low=1)
    supplier_sku: Code | None = field("Supplier SKU", "供应商货号", default=None)
    made_by: Code | None = field("Made by", "生产厂家", default=None, refers="supplier")


class Customer(Record):
    """Who buys from us."""

    table: ClassVar[str] = "customer"
    key: ClassVar[tuple[str, ...]] = ("customer",)

    customer: Code = field("Customer code", "客户编码")
    name: Text = field("Customer name", "客户名称")
    customer_class: Text | None = field("Customer class", "客户类别", default=None)
    contact: Text | None = field("Contact", "联系人", default=None)
    mobile: Text | None = field("Mobile", "手机", default=None)
    phone: Text | None = field("Phone", "座机", default=None)
    email: Text | None = field("E-mail", "电子邮箱", default=None)
    region: Text | None = field("Region", "地区", default=None)
    city: Text | None = field("City", "城市", default=None)
    address: Text | None = field("Address", "地址", default=None)
    uscc: Code | None = field("Credit code", "统一社会信用代码", default=None)
    payment_days: Number | None = field("Payment days", "账期(天)", default=None, low=0, high=720)
    payment_terms: Choice | None = field(
        "Payment terms", "付款条件", default=None, choices=PAYMENT_TERMS
    )
    deposit_pct: Pct | None = field("Deposit %", "定金(%)", default=None, low=0, high=100)
    credit_limit_amount: Amount | None = field("Credit limit", "信用额度", default=None, low=0)
    owner: Text | None = field("Owner", "业务员", default=None)
    opted_out: Flag = field("No campaigns", "拒收营销", default=False)
    mnemonic: Text | None = field("Mnemonic", "助记码", default=None)
    note: Text | None = field("Note", "备注", default=None)


class Closure(Record):
    """Days on which a supplier, a carrier or the firm itself does not work."""

    table: ClassVar[str] = "closure"
    key: ClassVar[tuple[str, ...]] = ("party_kind", "party", "from_on")

    party_kind: Choice = field(
        "Closed party", "放假方", choices=("firm", "supplier", "carrier"), default="firm"
    )
    party: Code = field("Party", "单位编码", default="*")
    from_on: Day = field("From", "开始日期")
    until_on: Day = field("Until", "结束日期")
    name: Text | None = field("Closure", "假期名称", default=None)


class Event(Record):
    """Days on which demand differs: a promotion, 618, double eleven, a festival."""

    table: ClassVar[str] = "event"
    key: ClassVar[tuple[str, ...]] = ("event", "from_on")

    event: Text = field("Event", "活动")
    from_on: Day = field("From", "开始日期")
    until_on: Day = field("Until", "结束日期")
    kind: Choice = field(
        "Kind", "活动类型", default="promotion", choices=("promotion", "festival", "other")
    )
    category: Text | None = field("Category", "商品类别", default=None)
    uplift_pct: Pct | None = field(
        "Expected uplift %", "预计增幅(%)", default=None, low=-100, high=4900
    )
    note: Text | None = field("Note", "备注", default=None)


class ReplenishPolicy(Record):
    """What the owner set for an item in a warehouse, kept until something else is adopted."""

    table: ClassVar[str] = "replenish_policy"
    key: ClassVar[tuple[str, ...]] = ("sku", "warehouse")

    sku: Code = field("SKU", "商品编码", refers="item")
    warehouse: Code = field("Warehouse", "仓库", refers="warehouse")
    min_qty: Qty | None = field("Min stock", "最低库存", default=None, low=0)
    max_qty: Qty | None = field("Max stock", "最高库存", default=None, low=0)
    rule: Choice = field(
        "Rule", "补货规则", default="ours", choices=("ours", "owner", "to_order", "never")
    )
    service_pct: Pct | None = field(
        "Service level %", "服务水平(%)", default=None, low=50, high=99.9
    )
    storage_qty: Qty | None = field("Room for", "最大库容", default=None, low=0)
    snooze_until_on: Day | None = field("Later until", "暂缓至", default=None)
    note: Text | None = field("Note", "备注", default=None)
