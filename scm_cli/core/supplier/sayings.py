"""A supplier's quarter in sentences: what its advice rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping

    Card = Mapping[str, Any]

FIGURE = "{:,.1f}"


def evidence(card: Card) -> list[Say]:
    """What the figures say, raw and with their counts, the weightiest first.

    >>> card = dict.fromkeys(("late_days_p90", "quality_pct", "price_index", "price_trend_pct",
    ...     "answered_pct", "documents_pct", "score_pct"))
    >>> told = evidence({**card, "lines": 40, "in_full_lines": 12, "on_time_lines": 20,
    ...     "assumed_lines": 0, "delivered_pct": 95.0, "cause": "held"})
    >>> told[0].english
    'on time in full: 12 of 40 lines; on time: 20; delivered: 95.0 %'
    """
    told = [*_delivery(card), *_goods(card), *_complaints(card), *_prices(card)]
    if card["answered_pct"] is not None:
        told.append(
            Say(
                "answered in time: {pct} % of {n} requests",
                pct=_told(card["answered_pct"]),
                n=card["asked"],
            )
        )
    if card["documents_pct"] is not None and card["documents_pct"] < 100:
        told.append(Say("papers in order: {pct} %", pct=_told(card["documents_pct"])))
    if card["cause"] == "failure":
        told.append(Say("a safety failure or an expired licence: D at once"))
    if card["score_pct"] is not None:
        parts = {n: _told(card[f"{n}_pct"]) for n in ("score", "score_low", "score_high")}
        told.append(Say("score {score}, likely {score_low} to {score_high}", **parts))
    return told or [Say("no data")]


def _delivery(card: Card) -> list[Say]:
    if not card["lines"]:
        return []
    told = [
        Say(
            "on time in full: {full} of {lines} lines; on time: {timely}; delivered: {pct} %",
            full=card["in_full_lines"],
            lines=card["lines"],
            timely=card["on_time_lines"],
            pct=_told(card["delivered_pct"]),
        )
    ]
    if card["late_days_p90"]:
        told.append(
            Say(
                "nine lines in ten came at most {days} {days:day|days} late",
                days=_told(card["late_days_p90"]),
            )
        )
    if card["assumed_lines"]:
        told.append(
            Say(
                "{n} {n:line|lines} had no promise; the quoted lead time stands for it",
                n=card["assumed_lines"],
            )
        )
    return told


def _goods(card: Card) -> list[Say]:
    if card["quality_pct"] is None:
        return []
    return [
        Say(
            "passed: {pct} % of what came in {n} receipt lines",
            pct=_told(card["quality_pct"]),
            n=card["received_lines"],
        )
    ]


def _complaints(card: Card) -> list[Say]:
    if not card.get("complaints"):
        return []
    return [
        Say(
            "faults that customers found: {n} {n:ticket|tickets} of {customers} "
            "{customers:customer|customers}, worth {amount}",
            n=card["complaints"],
            customers=card["complaint_customers"],
            amount=f"{card['complaint_amount']:,.2f}",
        )
    ]


def _prices(card: Card) -> list[Say]:
    told = []
    if card["price_index"] is not None:
        told.append(
            Say(
                "price index {index} (100 = the best other price), comparable for {pct} % of the money",
                index=_told(card["price_index"]),
                pct=_told(card["price_coverage_pct"]),
            )
        )
    if card["price_trend_pct"]:
        told.append(
            Say(
                "own prices {pct} % against the last ones before",
                pct=f"{card['price_trend_pct']:+.1f}",
            )
        )
    return told


def stake(card: Card, currency: str) -> list[Say]:
    """What is at stake, who else could deliver, and what going there would cost in a year.

    >>> said = stake({"spend_amount": 1000.0, "spend_pct": 12.5, "alternative": None}, "CNY")
    >>> [each.english for each in said]
    ['at stake: 1,000.00 CNY, 12.5 % of a year of purchases', 'nobody else who is approved delivers the same']
    """
    if not card["spend_amount"]:
        return []
    told = [
        Say(
            "at stake: {amount} {currency}, {pct} % of a year of purchases",
            amount=f"{card['spend_amount']:,.2f}",
            currency=currency,
            pct=_told(card["spend_pct"]),
        )
    ]
    if card["alternative"] is None:
        return [*told, Say("nobody else who is approved delivers the same")]
    names = ("price_change_amount", "overbuy_amount", "change_over_amount", "switching_amount")
    amounts = {n: f"{card[n]:,.2f}" for n in names}
    return [
        *told,
        Say(
            "best alternative: {alternative}, for {pct} % of it; switching costs {switching_amount} "
            "{currency} in a year: prices {price_change_amount}, larger orders {overbuy_amount}, "
            "change-over {change_over_amount}",
            alternative=card["alternative"],
            pct=_told(card["covered_pct"]),
            currency=currency,
            **amounts,
        ),
    ]


def _told(value: Any) -> str:  # noqa: ANN401 -- a number
    return FIGURE.format(value)
