# ruff: noqa: E501 -- lines as the platforms write them
"""Small order exports of the shop platforms, as the platforms write them; nothing in them is real.

Each has an order that is to be shipped (two items where the platform writes a row per item), one
that the platform paid back, and one that waits for its money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Platform → file name, encoding, separator, header, rows. {0} is the status of the first order.
EXPORTS: dict[str, tuple[str, str, str, str, list[str]]] = {
    "TAOBAO": (
        "ExportOrderDetailList.csv", "gb18030", ",",
        "子订单编号,主订单编号,商品标题,商品价格,购买数量,外部系统编号,商品属性,订单状态,商家编码,退款状态,订单创建时间",
        [
            "\t41,\t4100000000000000001,复印纸,24.50,2,A4-80,,{0},A4-80,没有申请退款,2026-03-30 10:11:12",
            "\t42,\t4100000000000000001,红笔,1.50,4,PEN-R,,{0},PEN-R,没有申请退款,2026-03-30 10:11:12",
            "\t43,\t4100000000000000002,蓝笔,1.20,1,PEN-B,,交易关闭,PEN-B,退款成功,2026-03-30 11:00:00",
            "\t44,\t4100000000000000003,蓝笔,1.20,1,PEN-B,,等待买家付款,PEN-B,没有申请退款,2026-03-30 12:00:00",
        ],
    ),
    "JD": (
        "jd.csv", "gb18030", ",",
        "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,订单状态,客户姓名,客户地址,商家SKU",
        [
            "31001,901,复印纸,2,在线支付,2026-03-30 10:11:12,24.50,49.00,{0},张*,合肥市某路1号,A4-80",
            "31001,902,红笔,4,在线支付,2026-03-30 10:11:12,1.50,6.00,{0},张*,合肥市某路1号,PEN-R",
            "31002,903,蓝笔,1,在线支付,2026-03-30 11:00:00,1.20,1.20,(删除)等待出库,李*,合肥市某路2号,PEN-B",
            "31003,903,蓝笔,1,在线支付,2026-03-30 12:00:00,1.20,1.20,等待付款,王*,合肥市某路3号,PEN-B",
        ],
    ),
    "PDD": (
        "orders_export.csv", "utf-8-sig", ",",
        "商品,订单号,订单状态,商品总价(元),邮费(元),用户实付金额(元),商家实收金额(元),商品数量(件),省,市,区,拼单成功时间,商家编码-规格维度,样式ID,售后状态",
        [
            "复印纸,260330-001,{0},49.00,0,47.00,49.00,2,安徽省,合肥市,蜀山区,2026-03-30 10:11:12,A4-80,1,无售后或售后取消",
            "蓝笔,260330-002,待发货,1.20,0,1.20,1.20,1,安徽省,合肥市,蜀山区,2026-03-30 11:00:00,PEN-B,2,退款成功",
            "蓝笔,260330-003,待支付,1.20,0,0,1.20,1,安徽省,合肥市,蜀山区,2026-03-30 12:00:00,PEN-B,2,无售后或售后取消",
        ],
    ),
    "DOUYIN": (
        "douyin.csv", "utf-8-sig", ",",
        "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,订单应付金额,省,市,区,详细地址,订单提交时间,承诺发货时间,订单状态,售后状态",
        [
            "6931,6931A,复印纸,,2,1,A4-80,24.50,49.00,安徽省,合肥市,蜀山区,某路1号,2026-03-30 10:11:12,2026-04-01 10:11:12,{0},-",
            "6931,6931B,红笔,,4,2,PEN-R,1.50,6.00,安徽省,合肥市,蜀山区,某路1号,2026-03-30 10:11:12,2026-04-01 10:11:12,{0},-",
            "6932,6932A,蓝笔,,1,3,PEN-B,1.20,1.20,安徽省,合肥市,蜀山区,某路2号,2026-03-30 11:00:00,2026-04-01 11:00:00,已关闭,退款成功",
            "6933,6933A,蓝笔,,1,3,PEN-B,1.20,1.20,安徽省,合肥市,蜀山区,某路3号,2026-03-30 12:00:00,2026-04-01 12:00:00,待付款,-",
        ],
    ),
    "SHOPIFY": (
        "orders_export_1.csv", "utf-8", ",",
        "Name,Email,Financial Status,Fulfillment Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Shipping Street,Shipping City,Notes",
        [
            "#1001,a@example.com,paid,{0},CNY,55,2026-03-30 10:11:12 +0800,2,Copy paper,24.50,A4-80,A,1 Some St,Hefei,",
            "#1001,a@example.com,,,,,2026-03-30 10:11:12 +0800,4,Red pen,1.50,PEN-R,,,,",
            "#1002,b@example.com,refunded,unfulfilled,CNY,1.2,2026-03-30 11:00:00 +0800,1,Blue pen,1.20,PEN-B,B,2 Some St,Hefei,",
            "#1003,c@example.com,pending,unfulfilled,CNY,1.2,2026-03-30 12:00:00 +0800,1,Blue pen,1.20,PEN-B,C,3 Some St,Wuhu,",
        ],
    ),
    "WOOCOMMERCE": (
        "woo.csv", "utf-8", ",",
        "order_id,order_number,date,status,shipping_total,order_total,shipping_address_1,shipping_city,item_name,item_sku,item_quantity,item_total",
        [
            "71,W71,2026-03-30 10:11:12,{0},0,55,1 Some St,Hefei,Copy paper,A4-80,2,49.00",
            "71,W71,2026-03-30 10:11:12,{0},0,55,1 Some St,Hefei,Red pen,PEN-R,4,6.00",
            "72,W72,2026-03-30 11:00:00,refunded,0,1.2,2 Some St,Hefei,Blue pen,PEN-B,1,1.20",
            "73,W73,2026-03-30 12:00:00,on-hold,0,1.2,3 Some St,Wuhu,Blue pen,PEN-B,1,1.20",
        ],
    ),
    "AMAZON": (
        "amazon.txt", "utf-8", "\t",
        "amazon-order-id,merchant-order-id,purchase-date,order-status,fulfillment-channel,sales-channel,ship-service-level,product-name,sku,asin,item-status,quantity,currency,item-price,ship-city",
        [
            "702-1,,2026-03-30T10:11:12+00:00,{0},Merchant,Amazon.com,Standard,Copy paper,A4-80,B01,{0},2,CNY,49.00,Hefei",
            "702-1,,2026-03-30T10:11:12+00:00,{0},Merchant,Amazon.com,Standard,Red pen,PEN-R,B02,{0},4,CNY,6.00,Hefei",
            "702-2,,2026-03-30T11:00:00+00:00,Cancelled,Merchant,Amazon.com,Standard,Blue pen,PEN-B,B03,Cancelled,1,CNY,,Hefei",
            "702-3,,2026-03-30T12:00:00+00:00,Pending,Merchant,Amazon.com,Standard,Blue pen,PEN-B,B03,Pending,1,CNY,1.20,Wuhu",
        ],
    ),
}  # fmt: skip

#: How each platform says "to be shipped", "it has left", "paid back".
STATUSES: dict[str, tuple[str, str, str]] = {
    "TAOBAO": ("买家已付款，等待卖家发货", "交易成功", "交易关闭"),
    "JD": ("等待出库", "完成", "已取消"),
    "PDD": ("待发货", "已发货，待签收", "未发货，退款成功"),
    "DOUYIN": ("待发货", "已完成", "已关闭"),
    "SHOPIFY": ("unfulfilled", "fulfilled", "restocked"),
    "WOOCOMMERCE": ("processing", "completed", "refunded"),
    "AMAZON": ("Unshipped", "Shipped", "Cancelled"),
}


def written(folder: Path, platform: str, status: str) -> Path:
    """The export of a platform, its first order in that status."""
    name, encoding, separator, header, rows = EXPORTS[platform]
    if "，" in status and encoding != "gb18030":
        status = f'"{status}"'
    text = "\r\n".join([header, *(row.replace("{0}", status) for row in rows)]) + "\r\n"
    path = folder / name
    path.write_bytes(text.replace(",", separator).encode(encoding))
    return path
