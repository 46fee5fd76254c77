"""Suppliers and customers, with how they behave beside what is written about them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sample_world import planted
from sample_world.chance import Dice, dice
from sample_world.codes import credit_code
from sample_world.seasons import DAY, FIRST, SPRING_FESTIVALS

HERE = Path(__file__).parent
FIRST_SYLLABLES = (
    *("文Wen", "墨Mo", "雅Ya", "彩Cai", "锦Jin", "优You"),
    *("童Tong", "晨Chen", "宏Hong", "博Bo", "乐Le", "嘉Jia"),
)
SECOND_SYLLABLES = (
    *("澜lan", "轩xuan", "汇hui", "源yuan", "达da", "品pin", "艺yi"),
    *("森sen", "和he", "林lin", "悦yue", "庭ting", "朗lang"),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "敏静丽强磊洋艳勇军杰娟涛明超霞平刚桂英华"
SELLERS = ("陈悦", "林涛", "王敏")

#: city, region, region code, warehouse that serves it, weight.
CITIES = (
    ("义乌", "浙江", "330782", "MAIN", 14),
    ("杭州", "浙江", "330106", "MAIN", 12),
    ("宁波", "浙江", "330203", "MAIN", 9),
    ("广州", "广东", "440106", "MAIN", 7),
    ("武汉", "湖北", "420106", "MAIN", 6),
    ("成都", "四川", "510107", "MAIN", 6),
    ("郑州", "河南", "410105", "MAIN", 6),
    ("西安", "陕西", "610113", "MAIN", 4),
    ("上海", "上海", "310115", "EAST", 16),
    ("苏州", "江苏", "320505", "EAST", 8),
    ("南京", "江苏", "320106", "EAST", 6),
    ("无锡", "江苏", "320211", "EAST", 4),
)


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier: its card and, never written down, its habits."""

    card: dict[str, str]
    lead_days: int
    min_order_fen: int
    payment_days: int
    holiday_days: int
    on_time: float
    late_days: float
    short: float
    reject: float
    cancel: float
    reject_reason: str

    @property
    def code(self) -> str:
        return self.card["supplier"]

    def punctuality(self, day: date) -> tuple[float, float]:
        """Probability to be on time, and mean days late otherwise, of an order of that day."""
        worse = self.code == planted.WORSENING_SUPPLIER and day >= planted.WORSENING_SINCE
        return (0.15, 10.0) if worse else (self.on_time, self.late_days)

    def closures(self) -> list[tuple[date, date, str]]:
        before = self.holiday_days // 2
        found = [
            (f - before * DAY, f + (self.holiday_days - before) * DAY, "春节 Spring Festival")
            for f in SPRING_FESTIVALS
        ]
        october = [(date(year, 10, 1), date(year, 10, 7)) for year in (2024, 2025, 2026)]
        return sorted(found + [(a, b, "国庆节 National Day") for a, b in october])

    def after_work(self, start: date, days: int) -> date:
        """The day on which `days` calendar days of work are done, closures jumped."""
        closures, day = self.closures(), start
        while days > 0:
            day += DAY
            if not any(a <= day <= b for a, b, _ in closures):
                days -= 1
        return day


@cache
def suppliers() -> dict[str, Supplier]:
    """All suppliers by code."""
    with (HERE / "suppliers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["supplier"]: _supplier(at, row) for at, row in enumerate(rows, start=1)}


def _supplier(at: int, row: dict[str, str]) -> Supplier:
    minimum = int(row["min_order_amount"] or 0)
    card = {
        "supplier": row["supplier"],
        "name": f"{row['cn']} {row['en']}",
        "short_name": row["en"],
        "category": row["category"],
        "state": "approved",
        "contact": row["contact"],
        "mobile": f"1990000{at:04d}",
        "email": f"{row['supplier'].lower()}@example.com",
        "region": row["city"],
        "address": f"{row['city']}市{row['address']}",
        "uscc": credit_code(row["region_code"], f"MA2SAMP{at:X}".replace("S", "X")),
        "tax_rate_pct": row["tax_rate_pct"],
        "bank": "样例银行 Sample Bank",
        "bank_account_name": row["cn"],
        "bank_account": f"62009900{at:08d}",
        "payment_days": row["payment_days"],
        "lead_time_days": row["lead_time_days"],
        "min_order_amount": str(minimum or ""),
    }
    return Supplier(
        card=card,
        lead_days=int(row["lead_time_days"]),
        min_order_fen=minimum * 100,
        payment_days=int(row["payment_days"]),
        holiday_days=int(row["holiday_days"]),
        on_time=float(row["on_time"]),
        late_days=float(row["late_days"]),
        short=float(row["short"]),
        reject=float(row["reject"]),
        cancel=float(row["cancel"]),
        reject_reason=row["reject_reason"],
    )


@dataclass(frozen=True, slots=True)
class Trade:
    """What customers of a class have in common."""

    suffix: tuple[str, str]
    gap_days: tuple[float, float]
    lines: float
    size: float
    price_factor: float
    terms: tuple[int, ...]
    patience_days: int
    favourites: tuple[str, ...]
    channels: tuple[str, ...]


TRADES = {
    "批发": Trade(("文具批发行", "Wholesale"), (14, 30), 6.0, 2.0, 0.90, (30, 30, 45), 15,
                ("书写工具", "本册", "礼品包装", "办公纸品"), ("微信", "电话")),
    "零售": Trade(("文具店", "Stationery Shop"), (10, 24), 3.7, 0.6, 1.00, (0, 0, 0, 15), 7,
                ("书写工具", "本册", "节日礼品", "派对用品", "美术用品"), ("微信", "网店", "门店")),
    "企业": Trade(("科技有限公司", "Technology"), (20, 45), 3.3, 1.0, 0.97, (30, 60), 12,
                ("办公纸品", "办公用品", "食品礼盒"), ("电话", "邮件")),
    "dealer": Trade(("商贸有限公司", "Trading"), (9, 18), 7.4, 3.0, 0.85, (30, 45, 60), 20,
                    ("节日礼品", "礼品包装", "袋包"), ("电话", "邮件")),
}  # fmt: skip
CLASS_OF = ("批发",) * 45 + ("零售",) * 60 + ("企业",) * 30 + ("dealer",) * 15
JOINED_LATER = range(118, 138)  # these customers of the shuffled list start later


@dataclass(slots=True)
class Customer:
    """A customer: its card, and its habits."""

    card: dict[str, str]
    trade: Trade
    warehouse: str
    gap_days: float
    size: float
    since: date
    payment_days: int
    slack_days: float

    @property
    def code(self) -> str:
        return self.card["customer"]

    def gap_on(self, day: date) -> float:
        """Its days between orders, as they are around that day."""
        if self.code == planted.SLOWING_CUSTOMER and day.year == 2025:
            return self.gap_days * (1 + 2 * day.timetuple().tm_yday / 365)
        if self.code == planted.GROWING_CUSTOMER and day >= date(2025, 4, 1):
            return self.gap_days / 3
        return self.gap_days

    def is_gone(self, day: date) -> bool:
        return day > planted.CHURNED_CUSTOMERS.get(self.code, date.max)


@cache
def customers() -> dict[str, Customer]:
    """All customers by code."""
    chance = dice("customers")
    classes = list(CLASS_OF)
    chance.shuffle(classes)
    return {f"C{at:03d}": _customer(at, classes[at - 1], chance) for at in range(1, 151)}


def _customer(at: int, name: str, chance: Dice) -> Customer:
    trade = TRADES[name]
    weights = [city[-1] for city in CITIES]
    city, region, region_code, warehouse, _ = chance.choices(CITIES, weights)[0]
    first = FIRST_SYLLABLES[(at * 5) % 12]
    second = SECOND_SYLLABLES[at % 13]
    planted_here = f"C{at:03d}" in {*planted.CHURNED_CUSTOMERS, planted.SLOWING_CUSTOMER}
    gap_days = 8.0 if planted_here else chance.uniform(*trade.gap_days)
    size = trade.size * chance.around(1, 0.35)
    terms = 30 if f"C{at:03d}" == planted.BAD_PAYER else chance.one_of(trade.terms)
    monthly = size * trade.lines * 30 / gap_days * 90
    card = {
        "customer": f"C{at:03d}",
        "name": f"{city}{first[0]}{second[0]}{trade.suffix[0]} "
        f"{first[1:]}{second[1:]} {trade.suffix[1]}",
        "customer_class": name,
        "contact": chance.one_of(SURNAMES) + chance.one_of(GIVEN),
        "mobile": f"1990001{at:04d}",
        "region": region,
        "city": city,
        "address": f"{city}市样例路{chance.randint(1, 400)}号",
        "uscc": credit_code(region_code, f"MA3XAM{at // 10:X}{at % 10}") if trade.size >= 1 else "",
        "payment_days": str(terms),
        "credit_limit_amount": str(max(2, round(monthly * (terms + 30) / 30 / 1000)) * 1000)
        if terms
        else "",
        "owner": SELLERS[at % 3],
        "opted_out": "true" if chance.happens(0.06) else "false",
    }
    later = at in JOINED_LATER
    return Customer(
        card=card,
        trade=trade,
        warehouse=warehouse,
        gap_days=gap_days,
        size=size,
        since=FIRST + chance.randint(60, 690) * DAY if later else FIRST,
        payment_days=terms,
        slack_days=chance.choices((0, 2, 6, 14), (4, 4, 2, 1))[0],
    )
