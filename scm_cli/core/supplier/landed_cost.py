"""What an offer truly costs per unit: price, freight, duty, surplus, credit, lateness.

Every term is money of the firm per stock unit that is needed, and their sum is the true cost:

- `unit_price` at the break that the bought quantity reaches, as cost (`cost_price`);
- `freight`: per unit, and the freight of an order spread over what is bought;
- `duty`: a share of price and freight, which is what customs value goods at (CIF);
- `overbuy`: what minimum and multiple make us buy beyond the need, held until it is used;
- `financing`: credit from the supplier is worth its interest until the day of payment, at the
  present value with simple interest (true discount); payment in advance costs interest;
- `lateness`: expected days late by the supplier's own record × the cost of such a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

YEAR_DAYS = 365.0
TERMS = ("unit_price", "freight", "duty", "overbuy", "financing", "lateness")
GRID = 4096  # quantities at which a break-even is looked for
REACH = 10.0  # how far beyond the asked quantity, as a multiple of it
NOISE = 1e-9


class Break(NamedTuple):
    """A price from a quantity on [stock units, money of the firm per stock unit]."""

    from_qty: float
    unit_price: float


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier's offer for one item, in stock units and the firm's own money, at cost."""

    sku: str
    supplier: str
    breaks: tuple[Break, ...]
    moq_qty: float = 0.0
    multiple_qty: float = 0.0
    freight_price: float = 0.0  # per stock unit
    freight_amount: float = 0.0  # per order
    duty_pct: float = 0.0
    payment_days: float = 0.0  # after receipt; negative is before
    late_days: float = 0.0  # expected, from the supplier's record
    lead_days: int | None = None
    source: str = ""  # the quote, or nothing for the price list
    valid_until_on: date | None = None


class _Terms(Protocol):
    """The numbers of one offer, or of several as arrays."""

    @property
    def moq_qty(self) -> Any: ...  # noqa: ANN401 -- a number or an array of them
    @property
    def multiple_qty(self) -> Any: ...  # noqa: ANN401
    @property
    def freight_price(self) -> Any: ...  # noqa: ANN401
    @property
    def freight_amount(self) -> Any: ...  # noqa: ANN401
    @property
    def duty_pct(self) -> Any: ...  # noqa: ANN401
    @property
    def payment_days(self) -> Any: ...  # noqa: ANN401
    @property
    def late_days(self) -> Any: ...  # noqa: ANN401


class _Stack(NamedTuple):
    """Several offers as arrays."""

    moq_qty: Numbers
    multiple_qty: Numbers
    freight_price: Numbers
    freight_amount: Numbers
    duty_pct: Numbers
    payment_days: Numbers
    late_days: Numbers


@dataclass(frozen=True, slots=True)
class Rates:
    """What the firm reckons with: shares in per cent, demand in stock units per day."""

    money_pct: float
    holding_pct: float
    late_day_pct: float
    daily_qty: float = 0.0


def cost_price(price: float, tax_rate_pct: float, *, included: bool, deducts: bool) -> float:
    """A price as it burdens the firm: without the tax that it deducts, with the tax that it cannot.

    >>> cost_price(113, 13, included=True, deducts=True)
    100.0
    >>> cost_price(100, 13, included=False, deducts=False)
    113.0
    """
    factor = 1 + tax_rate_pct / 100
    if included and deducts:
        return round(price / factor, 9)
    return round(price * factor, 9) if not included and not deducts else price


def credit(price: Numbers | float, days: Numbers | float, money_pct: float) -> Numbers:
    """What paying after `days` adds to a price; negative is worth something to us.

    Present value with simple interest: P ÷ (1 + r·t), the true discount of commercial
    arithmetic (1,000 due in 180 days of 360 at 8 % is worth 961.54 today); in advance the
    interest is a cost. Years have 365 days here.

    >>> [round(float(1000 + credit(1000, 182.5, 8)), 2), round(float(credit(1000, -30, 6)), 2)]
    [961.54, 4.93]
    """
    interest = np.asarray(money_pct / 100 * np.asarray(days, dtype=float) / YEAR_DAYS)
    later = price / (1 + np.maximum(interest, 0.0)) - price
    return np.asarray(np.where(interest < 0, -price * interest, later))


def bought_qty(offer: _Terms, qty: Numbers) -> Numbers:
    """What must be bought to have `qty`: at least the minimum, in whole multiples.

    >>> bought_qty(Offer("A", "S", (), moq_qty=50, multiple_qty=24), np.array([10.0, 60.0])).tolist()
    [72.0, 72.0]
    """
    least = np.maximum(qty, offer.moq_qty)
    step = np.where(np.asarray(offer.multiple_qty) > 0, offer.multiple_qty, 1.0)
    whole = np.ceil(least / step - NOISE) * step
    return np.asarray(np.where(np.asarray(offer.multiple_qty) > 0, whole, least))


def break_prices(offer: Offer, qty: Numbers) -> Numbers:
    """The price of the highest break that each quantity reaches, the lowest break below it."""
    ordered = sorted(offer.breaks)
    starts = np.array([b.from_qty for b in ordered])
    prices = np.array([b.unit_price for b in ordered])
    at = np.searchsorted(starts, qty + NOISE, side="right") - 1
    return prices[np.maximum(at, 0)]


def terms(offer: Offer, qty: Numbers, rates: Rates) -> dict[str, Numbers]:
    """Every term at every needed quantity [money per needed stock unit], in the order of `TERMS`.

    A quantity below the first break counts at its price: the minimum belongs into `moq_qty`.

    >>> a = Offer("A", "S", (Break(0, 10.0), Break(100, 9.0)), freight_amount=50, payment_days=30)
    >>> found = terms(a, np.array([100.0]), Rates(money_pct=6, holding_pct=20, late_day_pct=0.5))
    >>> [round(float(found[name][0]), 4) for name in TERMS]
    [9.0, 0.5, 0.0, 0.0, -0.0442, 0.0]
    """
    bought = bought_qty(offer, qty)
    return _terms(offer, qty, bought, break_prices(offer, bought), rates)


def _terms(
    offer: _Terms, qty: Numbers, bought: Numbers, price: Numbers, rates: Rates
) -> dict[str, Numbers]:
    """The formula, element by element: one offer at many quantities, or many offers at theirs."""
    freight = offer.freight_price + offer.freight_amount / bought
    extra = bought - qty
    if rates.daily_qty > 0:
        days = (qty + extra / 2) / rates.daily_qty
        held = np.minimum(rates.holding_pct / 100 * days / YEAR_DAYS, 1.0)
    else:
        held = np.ones_like(qty)  # nobody asks for it: the surplus is lost
    return {
        "unit_price": price,
        "freight": np.asarray(freight),
        "duty": np.asarray(offer.duty_pct / 100 * (price + freight)),
        "overbuy": extra * price * held / qty,
        "financing": credit(price, offer.payment_days, rates.money_pct),
        "lateness": price * rates.late_day_pct / 100 * np.maximum(offer.late_days, 0.0),
    }


def unit_cost(offer: Offer, qty: Numbers, rates: Rates) -> Numbers:
    """The sum of all terms at every quantity."""
    total: Numbers = sum(terms(offer, qty, rates).values(), np.zeros_like(qty))
    return total


@dataclass(frozen=True, slots=True)
class Compared:
    """An offer at the asked quantity: its terms, their sum, its place among the offers."""

    offer: Offer
    qty: float
    bought_qty: float
    terms: dict[str, float]
    true_unit_cost: float
    rank: int = 0
    break_even_qty: float | None = None


def compared(offers: Sequence[Offer], qty: float, rates: Rates) -> list[Compared]:
    """The offers for one item, the truly cheapest first; the best two carry their break-even.

    Equal costs rank by supplier and source, so that the order of the offers changes nothing.
    """
    columns = [[getattr(offer, name) for offer in offers] for name in _Stack._fields]
    stack = _Stack(*(np.array(each, dtype=float) for each in columns))
    asked = np.full(len(offers), qty, dtype=float)
    bought = bought_qty(stack, asked)
    price = np.array([float(break_prices(o, b)) for o, b in zip(offers, bought, strict=True)])
    parts = _terms(stack, asked, bought, price, rates)
    found = []
    for at, offer in enumerate(offers):
        mine = {name: float(value[at]) for name, value in parts.items()}
        found.append(Compared(offer, qty, float(bought[at]), mine, sum(mine.values())))
    found.sort(key=lambda c: (round(c.true_unit_cost, 9), c.offer.supplier, c.offer.source))
    turn = break_even(found[0].offer, found[1].offer, qty, rates) if len(found) > 1 else None
    return [
        Compared(
            c.offer, c.qty, c.bought_qty, c.terms, c.true_unit_cost, rank, turn if rank < 3 else None
        )
        for rank, c in enumerate(found, 1)
    ]  # fmt: skip


def break_even(best: Offer, second: Offer, qty: float, rates: Rates) -> float | None:
    """The quantity nearest to `qty` at which `second` is no dearer than `best`; None if there is none.

    Whole units are tried up to ten times the asked quantity, or twice the highest break or
    minimum if that is more; above 4,096 units every n-th at first, so that as many are tried,
    then the whole units around the one found. Of two equally near quantities the lower counts.

    >>> flat, bulk = Offer("A", "S1", (Break(0, 10.0),)), Offer("A", "S2", (Break(0, 9.0),), freight_amount=100)
    >>> break_even(flat, bulk, 50, Rates(6, 20, 0.5, daily_qty=5))
    100.0
    """
    tried = _quantities(best, second, qty)
    near = _nearest(best, second, qty, rates, tried)
    step = tried[0]
    if near is None or step == 1:
        return near
    between = np.arange(min(near, qty), max(near, qty) + 1)
    close = between[(between >= 1) & (np.abs(between - near) <= step)]
    finer = _nearest(best, second, qty, rates, close)
    return near if finer is None else finer


def _nearest(best: Offer, second: Offer, qty: float, rates: Rates, tried: Numbers) -> float | None:
    gap = unit_cost(second, tried, rates) - unit_cost(best, tried, rates)
    better = tried[gap <= NOISE]
    return float(better[np.argmin(np.abs(better - qty))]) if len(better) else None


def _quantities(best: Offer, second: Offer, qty: float) -> Numbers:
    starts = [b.from_qty for o in (best, second) for b in o.breaks]
    most = max(REACH * qty, *(2 * s for s in starts), 2 * best.moq_qty, 2 * second.moq_qty, 1.0)
    step = max(1.0, np.ceil(most / GRID))
    return np.arange(step, most + step, step)
