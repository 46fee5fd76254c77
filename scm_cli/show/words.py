"""Codes of states and kinds as words, where a person reads them; JSON and CSV keep the codes."""

from __future__ import annotations

from scm_cli.locale import catalogue

#: Columns that hold one of a few codes. Names, notes and codes of records stay as they are.
COLUMNS = frozenset({
    "status", "state", "standing", "kind", "service", "risk", "grade", "tier", "role", "advice", "cause",
    "arm", "priority", "category", "step", "limited_by", "waits_for", "payment_terms",
    "cancelled_by", "disposition", "rule", "direction", "scope", "party_kind", "language", "cost_from",
    "deposit_holds", "answer_state", "solution_state", "price_source", "from_state", "cancellable",
})  # fmt: skip
#: Codes that are found and never stored; what is stored has its words in `core.records.words`.
DERIVED = (
    "allocated", "shipped", "part shipped", "late", "at_risk", "in force", "to come", "expired",
    "expiring", "missing", "not yet", "valid", "long-term", "medium", "unrated", "strategic",
    "bottleneck", "leverage", "routine", "keep", "renegotiate", "drop", "develop a second source",
    "down", "up", "held", "waits", "few lines", "first", "failure", "kept", "soon", "paused",
    "overdue", "same_day", "next_day", "two_days",
    "standard", "stock", "no firm supply", "supplier late", "waits for supply", "best", "loyal",
    "slipping", "asleep", "usual", "average", "purchase price", "opened", "replied", "noted", "assigned",
    "waiting", "resumed", "reopened", "rated", "accepted", "declined", "replaced",
    "split", "together", "buy", "expedited buy", "watch", "ask", "dead", "excess", "expires",
    "yes", "no",
)  # fmt: skip
#: Where the first word for a code in a sheet says something else beside its neighbours.
CLEARER = {"confirmed": "已确认"}
#: Where a column means something of its own by a code.
OF_COLUMN = {
    "kind": {
        "warehouse": "其他仓库",
        "substitute": "替代商品",
        "above band": "超出区间",
        "below band": "低于区间",
        "bias high": "持续偏高",
        "bias low": "持续偏低",
        "ended": "已停销",
        "new": "新品",
        "demand unknown": "需求未知",
        "abnormal line": "异常大单",
    },
    "price_source": {
        "contract": "合同价",
        "customer": "客户价",
        "class": "级别价",
        "last": "上次成交价",
        "list": "标准售价",
        "typed": "手工定价",
    },
    "answer_state": {"waits": "待响应", "late": "已超时"},
    "solution_state": {"waits": "待解决", "late": "已超时"},
}


def shown(column: str, code: str, lang: str) -> str:
    """A code of a column in the language of the run.

    >>> shown("status", "part shipped", "zh"), shown("status", "confirmed", "en")
    ('部分发货', 'confirmed')
    >>> shown("name", "open", "zh")
    'open'
    """
    if lang == "en" or column not in COLUMNS:
        return code
    from scm_cli.core.records.words import shown as stored

    if code in OF_COLUMN.get(column, {}):
        return OF_COLUMN[column][code]
    if code in DERIVED:
        return catalogue(lang).get(code, code)
    return CLEARER.get(code) or stored(code, lang)


def flag(value: bool, lang: str) -> str:
    """Yes or no.

    >>> flag(True, "zh"), flag(False, "en")
    ('是', 'no')
    """
    code = "yes" if value else "no"
    return catalogue(lang).get(code, code)
