"""The plan as people read it: buy-list rows and sentences."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.replenish.explain import Explanation, explanation
from scm_cli.core.replenish.sayings import not_bought_say, suggestion_say
from scm_cli.errors import Say
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scm_cli.jobs.planned import Planned

QTY = Decimal("0.0001")
CENT = Decimal("0.01")
PRICE = Decimal("0.000001")


_HELD = ("sku", "warehouse", "on_hand_qty", "inbound_qty", "reserved_qty")


def rows(planned: Planned, *, every: bool = False) -> list[dict[str, Any]]:
    """Suggestions, most urgent first, quantities and money rounded once, here."""
    found = list(_listed(planned))
    if every:
        found += [{"kind": "none", **row} for row in not_bought(planned)]
    return found


@lru_cache(maxsize=1)
def _listed(planned: Planned) -> tuple[dict[str, Any], ...]:
    """The rows of the plan at hand: a night asks for them in each of its papers."""
    units = dict(planned.stocked.select("sku", "unit").unique("sku").iter_rows())
    held = {
        (r["sku"], r["warehouse"]): r for r in planned.stocked.select(*_HELD).iter_rows(named=True)
    }
    found = [
        _row(row, units[row["sku"]], held[row["sku"], row["warehouse"]], sentence(planned, row))
        for row in planned.plan.suggestions.iter_rows(named=True)
    ]
    rank = {"buy": 0, "transfer": 1, "make": 2, "expedite": 3, "defer": 4, "cancel": 5}
    far = planned.facts.today.replace(year=planned.facts.today.year + 9)
    found.sort(
        key=lambda r: (
            rank[r["kind"]],
            r["order_by_on"] or far,
            r["supplier"] or "",
            r["sku"],
            r["warehouse"],
        )
    )
    return tuple(found)


@lru_cache(maxsize=1)
def reasons(planned: Planned, lang: str) -> list[str]:
    """The sentence of each of `rows`, in a language: a night shows them in three of its papers."""
    return [put(row["reason"], lang) for row in _listed(planned)]


def sentence(planned: Planned, row: Mapping[str, Any]) -> Say:
    """What a person would say about a row of the plan, its supplier's usual lateness included."""
    return _honest(planned, row, suggestion_say(row, delay_days=_late_days(planned, row)))


def told(planned: Planned, row: Mapping[str, Any]) -> Explanation:
    """The explanation of a row of the plan, with what the plan does of it elsewhere."""
    together, moved = _beside(planned)
    beside = {
        "all_order_qty": together.get((row["sku"], row.get("supplier"))),
        "moved_qty": moved.get((row["sku"], row["warehouse"])),
    }
    made = explanation({**row, **beside}, delay_days=_late_days(planned, row))
    return replace(made, sentence=_honest(planned, row, made.sentence))


@lru_cache(maxsize=1)
def _beside(planned: Planned) -> tuple[dict[Any, float], dict[Any, float]]:
    """Item and supplier → what is bought for several warehouses; item and warehouse → what is moved in."""
    rows = planned.plan.suggestions
    bought = rows.filter(pl.col("kind") == "buy").group_by("sku", "supplier")
    sums = bought.agg(pl.sum("order_qty"), pl.len()).filter(pl.col("len") > 1)
    together = {(sku, supplier): qty for sku, supplier, qty, _ in sums.iter_rows()}
    sent = rows.filter(pl.col("kind") == "transfer")
    moved: dict[Any, float] = {}
    for sku, giver, taker, qty in sent.select(
        "sku", "from_warehouse", "warehouse", "order_qty"
    ).iter_rows():
        moved[sku, taker] = moved.get((sku, taker), 0.0) + qty
        moved[sku, giver] = moved.get((sku, giver), 0.0) - qty
    return together, moved


def _honest(planned: Planned, row: Mapping[str, Any], said: Say) -> Say:
    """The sentence, with its doubt: where no stock was ever entered, 0 is assumed, not known."""
    if row["sku"] not in planned.facts.never_stocked:
        return said
    return Say("{said} (its stock was never entered: 0 is assumed)", said=said)


def _late_days(planned: Planned, row: Mapping[str, Any]) -> int | None:
    late = planned.delay_days.get(row.get("supplier") or "", 0.0)
    return round(late) if late >= 1 else None


def _row(row: dict[str, Any], unit: str, now: dict[str, Any], reason: Say) -> dict[str, Any]:
    return {
        "sku": row["sku"],
        "warehouse": row["warehouse"],
        "kind": row["kind"],
        "supplier": row["supplier"],
        "order_qty": _rounded(row["order_qty"], QTY),
        "unit": unit,
        "order_by_on": row["order_by_on"],
        "need_by_on": row["need_by_on"],
        "on_hand_qty": _rounded(now["on_hand_qty"], QTY),
        "inbound_qty": _rounded(now["inbound_qty"], QTY),
        "reserved_qty": _rounded(now["reserved_qty"], QTY),
        "reorder_point_qty": _rounded(row["reorder_point_qty"], QTY),
        "target_qty": _rounded(row["target_qty"], QTY),
        "unit_price": _rounded(row["unit_price"], PRICE),
        "amount": _rounded(row["amount"], CENT),
        "reason": reason,
        "document": row["document"],
        "line": row["line"],
        "from_warehouse": row["from_warehouse"],
    }


def tables(planned: Planned, lang: str) -> dict[str, pl.DataFrame]:
    """The derived tables of a plan, one frame each, as they are stored."""
    columns = [
        "sku",
        "warehouse",
        "bucket_on",
        "bucket_days",
        "mean_qty",
        "p50_qty",
        "p90_qty",
        "p95_qty",
        "method",
    ]
    return {
        "forecast": planned.forecast.select(columns).with_columns(pl.col(pl.Float64).round(4)),
        "suggestion": stored(planned, lang),
    }


def stored(planned: Planned, lang: str) -> pl.DataFrame:
    """The rows as the table `suggestion` keeps them, reasons in the shop's language."""
    from scm_cli.core.records.ledger import Suggestion

    found, names = rows(planned), list(Suggestion.columns())
    document = [
        f"{row['document']}/{row['line']}" if row["document"] else row["from_warehouse"] or ""
        for row in found
    ]
    told = {"reason": reasons(planned, lang), "document": document}
    kept = fields(found, (name for name in names if name not in told))
    return kept.with_columns(**{n: pl.Series(v, dtype=pl.String) for n, v in told.items()}).select(
        names
    )


def fields(found: Sequence[Mapping[str, Any]], names: Iterable[str]) -> pl.DataFrame:
    """Fields of rows as columns of the types that a suggestion has.

    Decimals go by way of their text, which is read eight times as fast as objects.
    """
    from scm_cli.core.intake.difference import DTYPES
    from scm_cli.core.records.ledger import Suggestion

    columns = {}
    for name in names:
        kind, values = DTYPES[Suggestion.columns()[name].kind], [row[name] for row in found]
        if kind.is_decimal():
            texts = [None if value is None else str(value) for value in values]
            columns[name] = pl.Series(texts, dtype=pl.String).cast(kind)
        else:
            columns[name] = pl.Series(values, dtype=kind, strict=False)
    return pl.DataFrame(columns)


@lru_cache(maxsize=1 << 16)  # most quantities are round, and a night has a million
def _rounded(value: float | None, step: Decimal) -> Decimal | None:
    return None if value is None else Decimal(repr(value)).quantize(step, ROUND_HALF_UP)


def not_bought(planned: Planned) -> list[dict[str, Any]]:
    """What one would expect on the list and why it is not there; put-off items among it."""
    found = [
        {"sku": r["sku"], "warehouse": r["warehouse"], "reason": not_bought_say(r)}
        for r in planned.plan.not_bought.iter_rows(named=True)
    ]
    found += [
        {
            "sku": r["sku"],
            "warehouse": r["warehouse"],
            "reason": Say("put off until {day} by the owner", day=r["snooze_until_on"]),
        }
        for r in planned.snoozed.iter_rows(named=True)
    ]
    unknown = Say("demand unknown: it was out of stock for most of the last 90 days")
    found += [
        {"sku": r["sku"], "warehouse": r["warehouse"], "reason": unknown}
        for r in planned.unknown.iter_rows(named=True)
    ]
    return sorted(found, key=lambda r: (r["sku"], r["warehouse"]))


def note(planned: Planned) -> Say:
    """The total of the list, in one sentence."""
    buys = planned.plan.suggestions.filter(pl.col("kind") == "buy")
    lacking = len(planned.plan.not_bought.filter(pl.col("reason") == "no_supplier"))
    said = "{n} {n:line|lines} to buy from {suppliers} {suppliers:supplier|suppliers}, {amount} before tax."
    if lacking:
        said = (
            "{n} {n:line|lines} to buy from {suppliers} {suppliers:supplier|suppliers}, {amount} before tax; "
            "{lacking} more {lacking:is|are} needed, but no approved supplier offers "
            "{lacking:it|them}: scm stock reorder --all"
        )
    told = Say(
        said,
        n=len(buys),
        lacking=lacking,
        suppliers=buys["supplier"].n_unique(),
        amount=f"{sum(_rounded(each, CENT) or 0 for each in buys['amount']):,.2f}",
    )
    beyond = len(planned.plan.not_bought.filter(pl.col("reason") == "beyond_budget"))
    if not beyond:
        return told
    return Say(
        "{said} {n} more {n:line is|lines are} beyond the budget: scm stock reorder --all",
        said=told,
        n=beyond,
    )
