"""Words for the fixed choices and for currencies: how people write them, and what is shown in Chinese.

The first word of each is the one shown in a Chinese sheet; all are understood on the way in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scm_cli.core.records.base import Column

CHOICE_WORDS: dict[str, tuple[str, ...]] = {
    "active": ("启用", "在售", "正常", "是", "yes", "1", "true", "enabled", "on"),
    "ended": ("停用", "停售", "禁用", "否", "no", "0", "false", "disabled", "off"),
    "candidate": ("潜在", "候选", "待审核", "new"),
    "approved": ("已批准", "合格", "合作中", "已审批", "启用", "active", "正常"),
    "suspended": ("暂停", "冻结", "on hold", "disabled"),
    "draft": ("草稿", "未审核", "待审核", "待确认"),
    "confirmed": (
        "已审核",
        "已确认",
        "已付款",
        "待发货",
        "未完成",
        "执行中",
        "部分发货",
        "部分入库",
        "open",
        "paid",
        "processing",
    ),
    "closed": (
        "已完成",
        "已关闭",
        "交易成功",
        "已入库",
        "已发货",
        "已出库",
        "completed",
        "done",
        "shipped",
    ),
    "cancelled": ("已作废", "已取消", "作废", "取消", "交易关闭", "canceled", "void"),
    "normal": ("正常", "销售", "普通"),
    "gift": ("赠品", "free"),
    "sample": ("样品",),
    "replacement": ("换货", "补发"),
    "restock": ("入库", "重新上架", "良品"),
    "scrap": ("报废", "次品"),
    "supplier": ("供应商", "退供应商", "退厂"),
    "firm": ("本公司", "公司", "all"),
    "carrier": ("物流公司", "快递"),
    "promotion": ("促销", "大促"),
    "festival": ("节日",),
    "other": ("其他",),
    "receivable": ("应收", "期初应收", "ar"),
    "payable": ("应付", "期初应付", "ap"),
    "advance_received": ("预收", "预收款", "期初预收"),
    "advance_paid": ("预付", "预付款", "期初预付"),
    "in": ("收款", "收", "receipt"),
    "out": ("付款", "付", "payment"),
    "us": ("我方", "本公司取消"),
    "treated": ("触达",),
    "control": ("对照",),
    "ours": ("系统", "系统建议"),
    "owner": ("自定", "老板设定"),
    "to_order": ("按单采购", "按单", "make to order"),
    "never": ("不补货",),
    "in_force": ("执行中", "生效", "有效", "valid"),
    "terminated": ("已终止", "终止", "解除"),
    "business_licence": ("营业执照", "business licence", "business license"),
    "food_licence": ("食品许可证", "食品经营许可证", "食品生产许可证", "food licence"),
    "medical_licence": ("医疗器械许可证", "医疗器械经营许可证", "医疗器械备案", "medical licence"),
    "hazard_licence": ("危化品许可证", "危险化学品经营许可证", "hazard licence"),
    "production_licence": ("生产许可证", "安全生产许可证", "production licence"),
    "quality_system": ("质量体系认证", "质量管理体系认证", "ISO9001", "ISO 9001", "quality system"),
    "product_certificate": ("产品认证", "3C认证", "CCC", "CE", "product certificate"),
    "brand_authorisation": ("商标授权", "品牌授权", "授权书", "brand authorisation"),
    "test_report": ("质检报告", "检测报告", "检验报告", "test report"),
    "tax_status": ("一般纳税人资格", "纳税人资格", "tax status"),
    "bank_details": ("银行信息", "开户许可证", "开户信息", "bank details"),
    "insurance": ("保险单", "保单"),
    "new": ("新线索", "未跟进", "fresh"),
    "contacted": ("已联系", "跟进中"),
    "qualified": ("有意向", "意向客户"),
    "converted": ("已转化", "已成交"),
    "lost": ("已流失", "无效", "输单"),
    "call": ("电话", "去电", "来电"),
    "visit": ("拜访", "上门"),
    "message": ("微信", "消息", "短信"),
    "email": ("邮件",),
    "quotation": ("报价",),
    "zh": ("中文",),
    "en": ("英文", "英语"),
    "quarantine": ("待检", "隔离"),
    "consigned": ("寄售", "代销"),
    "credit": ("赊销", "月结"),
    "cash": ("现结", "现款"),
    "before_shipping": ("款到发货",),
    "deposit": ("定金",),
    "on_delivery": ("货到付款",),
    "confirming": ("确认", "下单"),
    "shipping": ("发货",),
    "approval": ("待批准",),
    "created": ("已下单", "已揽单"),
    "picked": ("已揽收", "已揽件"),
    "transit": ("运输中", "在途"),
    "out_for_delivery": ("派送中",),
    "delivered": ("已签收", "已妥投"),
    "exception": ("异常", "问题件"),
    "returned": ("已退回", "退件"),
    "contract": ("合同价", "合同"),
    "customer": ("客户价", "客户"),
    "class": ("等级价", "等级"),
    "quality": ("质量问题", "质量", "defect"),
    "damaged": ("运输破损", "破损", "damage"),
    "wrong_goods": ("错发", "发错货", "wrong item"),
    "missing_goods": ("少发", "漏发", "missing item"),
    "delivery": ("物流问题", "物流", "配送"),
    "invoice": ("发票问题", "发票", "开票"),
    "question": ("咨询", "疑问"),
    "urgent": ("紧急", "特急"),
    "high": ("高", "重要"),
    "low": ("低",),
    "open": ("处理中", "待处理", "未解决", "new", "pending"),
    "resolved": ("已解决", "solved"),
}

#: Currencies by their code (ISO 4217) and how people write them.
CURRENCY_WORDS: dict[str, tuple[str, ...]] = {
    "CNY": ("人民币", "元", "RMB", "CNH", "￥", "¥"),
    "USD": ("美元", "美金", "US$", "$"),
    "EUR": ("欧元", "€"),
    "GBP": ("英镑", "£"),
    "HKD": ("港币", "港元", "HK$"),
    "JPY": ("日元", "日币"),
    "TWD": ("新台币", "台币", "NT$"),
    "KRW": ("韩元", "韩币"),
    "SGD": ("新加坡元", "新币", "S$"),
    "AUD": ("澳元", "澳币", "A$"),
}


def spellings(column: Column) -> dict[str, str]:
    """How people write the values of a field → the value; nothing where any text is its own.

    >>> from scm_cli.core.records.catalog import record
    >>> told = spellings(record("supplier").columns()["currency"])
    >>> told["人民币"], told["usd"]
    ('CNY', 'USD')
    """
    if column.name != "currency":
        return synonyms(column.choices)
    return {
        each: code
        for code, words in CURRENCY_WORDS.items()
        for word in (code, *words)
        for each in (word, word.lower(), word.capitalize())
    }


def synonyms(choices: tuple[str, ...]) -> dict[str, str]:
    """How people write each of `choices` → the choice; the first to claim a word keeps it.

    >>> synonyms(("draft", "confirmed"))["已审核"]
    'confirmed'
    """
    found: dict[str, str] = {}
    for choice in choices:
        for word in (choice, choice.capitalize(), choice.upper(), *CHOICE_WORDS.get(choice, ())):
            found.setdefault(word, choice)
            found.setdefault(word.capitalize(), choice)
    return found


def shown(choice: str, lang: str) -> str:
    """A choice as a sheet shows it.

    >>> shown("confirmed", "zh"), shown("confirmed", "en")
    ('已审核', 'confirmed')
    """
    words = CHOICE_WORDS.get(choice)
    return words[0] if lang == "zh" and words else choice
