"""What a campaign brought: its contacted customers beside those who were set apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.customer import campaign_result as result
from scm_cli.errors import Say, ScmError
from scm_cli.jobs.campaign_list import one
from scm_cli.store import campaigns
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from scm_cli.run import Run


@dataclass(frozen=True, slots=True)
class Reported:
    """The campaign, a row per window, and what they say."""

    campaign: dict[str, Any]
    rows: list[dict[str, Any]]
    told: list[Say]


def report(run: Run, number: str) -> Reported:
    """Both groups in the campaign's days, after them, and over both.

    Raises:
        ScmError: there is no such campaign, or it has not begun.
    """
    told = run.settings.campaigns
    with reading(run) as con:
        row = one(con, number)
        if run.today < row["from_on"]:
            raise ScmError(
                "campaign {number} begins on {day}; there is nothing to report yet",
                number=number,
                day=row["from_on"],
            )
        last = row["until_on"] + timedelta(days=told.after_days)
        sales = campaigns.sales(con, row["from_on"], min(last, run.today))
        members = pl.DataFrame(campaigns.members(con, number), infer_schema_length=None)
    members = members.select("customer", "arm")
    spans = result.windows(row["from_on"], row["until_on"], told.after_days, run.today)
    found = [result.compared(members, sales, span, told.range_pct) for span in spans]
    costless = int(sales.join(members, on="customer", how="semi")["costless"].sum())
    said = _told(run, row, found, costless)
    return Reported(row, [{k: _rounded(v) for k, v in each.items()} for each in found], said)


def _rounded(value: Any) -> Any:  # noqa: ANN401 -- a cell of any kind
    return round(value, 2) if isinstance(value, float) else value


def _told(run: Run, row: dict[str, Any], found: list[dict[str, Any]], costless: int) -> list[Say]:
    """The figures in sentences: the effect, the money, what was only bought earlier."""
    during = found[0]
    told: list[Say] = []
    if run.today < row["until_on"]:
        last = row["until_on"]
        told.append(Say("The campaign runs until {day}; these are its figures so far.", day=last))
    if during["difference_points"] is None:
        told.append(Say("Nobody was set apart, so nobody can tell what the campaign changed."))
    else:
        sure = f"{run.settings.campaigns.range_pct:g}"
        told += [_effect(during, sure), _money(found[-1], sure)]
        after = next((each for each in found if each["window"] == "after"), None)
        if after is not None:
            told.append(_pulled(after))
    if costless:
        told.append(
            Say("{n} {n:line has|lines have} no cost and {n:counts|count} no margin.", n=costless)
        )
    return told


def _effect(row: dict[str, Any], sure: str) -> Say:
    names = ("treated_pct", "control_pct", "difference_points", "low_points", "high_points")
    values = {n: f"{row[n]:.1f}" for n in names} | {"sure": sure}
    if row["low_points"] > 0 or row["high_points"] < 0:
        return Say(
            "Of the contacted {treated_pct} % bought, of the control {control_pct} %: "
            "{difference_points} points (with {sure} % certainty {low_points} to {high_points}).",
            **values,
        )
    return Say(
        "Of the contacted {treated_pct} % bought, of the control {control_pct} %: {difference_points} "
        "points (with {sure} % certainty {low_points} to {high_points}), which may be chance.",
        **values,
    )


def _money(row: dict[str, Any], sure: str) -> Say:
    names = ("extra_margin_amount", "low_extra_amount", "high_extra_amount", "treated_discount_amount")  # fmt: skip
    values = {n: "?" if row[n] is None else f"{row[n]:,.2f}" for n in names} | {"sure": sure}
    return Say(
        "Margin made by the campaign, net of discounts: {extra_margin_amount} (with {sure} % certainty "
        "{low_extra_amount} to {high_extra_amount}); discounts to the contacted {treated_discount_amount}.",
        **values,
    )


def _pulled(after: dict[str, Any]) -> Say:
    """Whether the contacted bought less afterwards: then part of it came only earlier."""
    each = after["margin_difference_amount"]
    values = {"until": after["until_on"], "each": f"{abs(each):,.2f}"}
    low, high = after["low_margin_amount"], after["high_margin_amount"]
    if low is None or low <= 0 <= high:
        values |= {n: "?" if v is None else f"{v:,.2f}" for n, v in (("low", low), ("high", high))}
        return Say(
            "Afterwards, until {until}, the margin of the contacted differs by {low} to {high} each: "
            "nothing shows that purchases only came earlier.",
            **values,
        )
    if each < 0:
        return Say(
            "Afterwards, until {until}, the contacted brought {each} less margin each: purchases that "
            "only came earlier.",
            **values,
        )
    return Say(
        "Afterwards, until {until}, the contacted brought {each} more margin each: nothing was only "
        "pulled forward.",
        **values,
    )
