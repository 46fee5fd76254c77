"""The fields that a segment's rule may ask about, and the words for them in both languages.

The first word of each language is the one shown; all are understood, whatever the language.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["text", "number", "day", "flag", "set"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its column, what it holds, its words. A set has many values per customer."""

    name: str
    kind: Kind
    zh: tuple[str, ...]
    more: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return (self.name, *self.more, *self.zh)


FIELDS: tuple[Field, ...] = (
    Field("tag", "set", ("标签",), ("tags",)),
    Field("item", "set", ("买过商品", "商品", "买过"), ("sku", "bought")),
    Field("category", "set", ("买过品类", "品类", "商品类别")),
    Field("due_item", "set", ("待复购商品", "到期商品")),
    Field("due_category", "set", ("待复购品类",)),
    Field("customer", "text", ("客户编码", "客户")),
    Field("name", "text", ("客户名称", "名称")),
    Field("class", "text", ("客户类别", "类别"), ("customer_class",)),
    Field("city", "text", ("城市",)),
    Field("region", "text", ("地区",)),
    Field("owner", "text", ("业务员",)),
    Field("standing", "text", ("客户分层", "分层")),
    Field("rfm", "text", ("RFM分",)),
    Field("orders", "number", ("订单数", "下单次数")),
    Field("purchases", "number", ("购买次数", "购买天数")),
    Field("spend_amount", "number", ("累计消费", "消费总额"), ("spend",)),
    Field("yearly_amount", "number", ("近一年消费", "年消费")),
    Field("basket_amount", "number", ("客单价",), ("basket",)),
    Field("recency_days", "number", ("未购天数", "距上次购买天数")),
    Field("usual_interval_days", "number", ("购买间隔", "复购周期"), ("interval_days",)),
    Field("overdue_days", "number", ("超期天数", "复购超期天数")),
    Field("churn_pct", "number", ("流失概率", "流失风险"), ("churn",)),
    Field("value_amount", "number", ("风险金额",)),
    Field("lifetime_amount", "number", ("终身价值",), ("lifetime value",)),
    Field("r_score", "number", ("近度分",), ("r",)),
    Field("f_score", "number", ("频度分",), ("f",)),
    Field("m_score", "number", ("金额分",), ("m",)),
    Field("payment_days", "number", ("账期",)),
    Field("credit_limit_amount", "number", ("信用额度",)),
    Field("first_on", "day", ("首次购买",), ("first_order_on",)),
    Field("last_on", "day", ("最近购买", "上次购买"), ("last_order_on",)),
    Field("expected_on", "day", ("预计下次购买",)),
    Field("is_overdue", "flag", ("复购超期",), ("overdue",)),
    Field("opted_out", "flag", ("拒收营销",)),
    Field("reachable", "flag", ("有联系方式",)),
)

#: What joins conditions.
AND = ("and", "&&", "&", "并且", "而且", "且")
OR = ("or", "||", "|", "或者", "或")
NOT = ("not", "不满足", "并非", "非")
#: Sign → how people write it.
SIGNS: dict[str, tuple[str, ...]] = {
    "=": ("==", "=", "是", "等于", "为", "有", "is", "has"),
    "!=": ("!=", "<>", "≠", "不是", "不等于", "没有", "isn't"),
    ">=": (">=", "≥", "不少于", "不小于", "不低于", "至少"),
    "<=": ("<=", "≤", "不多于", "不大于", "不超过", "不高于", "至多"),
    ">": (">", "大于", "多于", "超过", "高于"),
    "<": ("<", "小于", "少于", "低于"),
    "~": ("~", "包含", "contains"),
    "in": ("in", "属于"),
}
YES, NO = ("yes", "true", "1", "是", "有"), ("no", "false", "0", "否", "无", "没有")
WITHIN = ("within", "近", "最近")
DAYS = ("days", "day", "天内", "日内", "天", "日")
#: Words after a number that say its unit, and what the number is multiplied by.
UNITS: dict[str, float] = {
    "万": 10_000, "千": 1000, "k": 1000, "亿": 100_000_000, "%": 1, "元": 1, "天": 1, "次": 1, "单": 1,
    "分": 1, "days": 1, "day": 1,
}  # fmt: skip
#: Standings as people see them in Chinese.
STANDINGS = {
    "优质": "best", "新客": "new", "忠诚": "loyal", "下滑": "slipping", "沉睡": "asleep", "一般": "usual",
}  # fmt: skip


@cache
def fields() -> Mapping[str, Field]:
    """Every word → its field.

    >>> fields()["城市"].name, fields()["customer_class"].name
    ('city', 'class')
    """
    return {word: field for field in FIELDS for word in field.words}


@cache
def signs() -> Mapping[str, str]:
    """Every way of writing a comparison → its sign.

    >>> signs()["不少于"], signs()["<>"]
    ('>=', '!=')
    """
    return {word: sign for sign, words in SIGNS.items() for word in words}


def labels(lang: str) -> dict[str, str]:
    """Field → the word for it that is shown; `no` is the word for what is lacking.

    >>> labels("zh")["tag"], labels("en")["tag"]
    ('标签', 'tag')
    """
    told = {field.name: field.zh[0] if lang == "zh" else field.name for field in FIELDS}
    return {**told, "no": "无" if lang == "zh" else "no"}
