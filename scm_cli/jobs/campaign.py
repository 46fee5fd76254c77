"""Campaigns: who is contacted, who is kept apart, what could be seen of it, and the contact list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.customer import campaign as rules
from scm_cli.core.records.campaigns import CONTROL, TREATED
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.jobs import documents, segment
from scm_cli.jobs.campaign_list import contacts
from scm_cli.store import campaigns, crm, lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import writing

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date
    from decimal import Decimal

    import polars as pl

    from scm_cli.run import Run


@dataclass(frozen=True, slots=True)
class Asked:
    """A campaign as it is asked for: a segment, a rule or customers; what is None has a default."""

    name: str
    segment: str | None = None
    rule: str | None = None
    customers: Sequence[str] = ()
    message: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    sku: str | None = None
    price: Decimal | None = None
    control_pct: float | None = None
    seed: int | None = None
    note: str | None = None


LEFT_OUT = {
    "opted_out": "they want no campaigns",
    "contacted_lately": "contacted a short while ago",
    "set_apart": "another campaign compares with them",
}


@dataclass(slots=True)
class Drawn:
    """A campaign that was drawn: its row, groups, who was left out, what it could show."""

    row: dict[str, Any]
    members: pl.DataFrame
    left_out: dict[str, list[str]] = field(default_factory=dict)
    base_pct: float = 0.0
    detectable_points: float | None = None
    told: list[Say] = field(default_factory=list)
    file: str = ""
    committed: Committed | None = None

    def count(self, arm: str) -> int:
        return int((self.members["arm"] == arm).sum())

    def said(self) -> Say:
        """The campaign in one sentence."""
        return Say(
            "Campaign {number}: {n} {n:customer|customers} to contact, {control} set apart.",
            number=self.row["campaign_no"],
            n=self.count(TREATED),
            control=self.count(CONTROL),
        )

    def sayings(self) -> list[Say]:
        """Who was left out, and where the list lies."""
        left = [Say("{n} left out: {why}", n=len(who), why=Say(LEFT_OUT[why]))
                for why, who in self.left_out.items() if who]  # fmt: skip
        return [*left, *([Say("the contact list: {path}", path=self.file)] if self.file else [])]

    def as_json(self) -> dict[str, Any]:
        points = self.detectable_points
        return {
            "campaign": self.row["campaign_no"],
            **(self.committed.as_json() if self.committed else {}),
            "contacts": self.count(TREATED),
            "control": self.count(CONTROL),
            "left_out": {why: len(who) for why, who in self.left_out.items()},
            "base_pct": round(self.base_pct, 2),
            "detectable_points": None if points is None else round(points, 2),
            "seed": self.row["seed"],
            "file": self.file or None,
            "told": self.told,
        }


def new(run: Run, asked: Asked) -> Drawn:
    """Draw a campaign's groups, enter it, and write its contact list.

    Raises:
        ScmError: nobody is left to contact, a named customer opted out, the message names what
            the campaign does not have, or its days are the wrong way round.
    """
    _require_asked(asked)
    changes = Changes()
    with writing(run) as con:
        row = _row(con, run, changes, asked)
        who, known = _meant(con, run, asked)
        drawn = _drawn(con, run, row, who, known, asked)
        changes.insert("campaign", [row])
        told = drawn.members.select("customer", "arm", "stratum", "reason").to_dicts()
        number = {"campaign_no": row["campaign_no"]}
        changes.insert("campaign_member", [{**number, **member} for member in told])
        drawn.committed = commit(con, run, changes)
    if not run.dry_run:
        drawn.file = contacts(run, row["campaign_no"])
    return drawn


def _require_asked(asked: Asked) -> None:
    """Refuse a campaign to nobody in particular, and words for what it lacks."""
    named = sum(map(bool, (asked.segment, asked.rule, asked.customers)))
    if named != 1:
        raise ScmError(
            "a campaign is to a segment, to a rule, or to named customers",
            hint="Give one of --segment, --rule and --customer.",
            exit_code=Exit.USAGE,
        )
    lacking = {"price": asked.price, "item": asked.sku}
    for name in rules.template(asked.message or ""):
        if name in lacking and lacking[name] is None:
            raise ScmError(
                "the message names {field}, and the campaign has none",
                hint="Give it with --{option}.",
                exit_code=Exit.USAGE,
                field="{" + name + "}",
                option=name,
            )


def _row(con: Any, run: Run, changes: Changes, asked: Asked) -> dict[str, Any]:  # noqa: ANN401
    """The campaign's own row, without its control yet."""
    told = run.settings.campaigns
    first = asked.from_on or run.today
    last = asked.until_on or first + timedelta(days=told.window_days - 1)
    if last < first:
        raise ScmError(
            "the campaign ends on {last}, before it begins on {first}",
            hint="Give --from and --until the other way round.",
            exit_code=Exit.USAGE,
            first=first,
            last=last,
        )
    if asked.sku is not None:
        lookup.item(con, asked.sku)
    rule = segment.saved(con, asked.segment)["rule"] if asked.segment else asked.rule
    number = documents.number(con, run, changes, "campaign")
    seed = rules.seed_of(number, asked.name, first) if asked.seed is None else asked.seed
    return {
        "campaign_no": number, "name": asked.name, "segment": asked.segment, "rule": rule,
        "made_on": run.today, "from_on": first, "until_on": last, "sku": asked.sku,
        "offer_price": asked.price, "message": asked.message, "control_pct": 0, "seed": seed,
        "note": asked.note,
    }  # fmt: skip


def _meant(con: Any, run: Run, asked: Asked) -> tuple[pl.DataFrame, pl.DataFrame]:  # noqa: ANN401
    """customer, reason of those who are meant; and all customers with their fields.

    Raises:
        ScmError: a named customer is not there or has opted out, or nobody is meant.
    """
    import polars as pl

    if asked.customers:
        for code in asked.customers:
            _require_willing(lookup.one(con, "customer", "customer", code))
        codes = list(dict.fromkeys(asked.customers))
        why = pl.lit(None, pl.String).alias("reason")
        found = pl.DataFrame({"customer": codes}).with_columns(why)
        return found, segment.crowd(con, run, set()).people
    rule = segment.saved(con, asked.segment)["rule"] if asked.segment else str(asked.rule)
    found, known = segment.matching(con, run, rule)
    if found.is_empty():
        raise ScmError(
            "nobody is in segment {name}" if asked.segment else "nobody fits the rule",
            hint="See who is with `scm customer segment show`, and widen the rule.",
            name=asked.segment,
        )
    return found, known.people


def _require_willing(customer: dict[str, Any]) -> None:
    if customer["opted_out"]:
        raise ScmError(
            "customer {code} wants no campaigns",
            hint="Leave the customer out; `scm customer edit {code} --opt-in` once consent is given.",
            code=customer["customer"],
        )


def _drawn(
    con: Any,  # noqa: ANN401
    run: Run,
    row: dict[str, Any],
    who: pl.DataFrame,
    known: pl.DataFrame,
    asked: Asked,
) -> Drawn:
    """Who is left after opt-outs and the cap, split into groups.

    Raises:
        ScmError: nobody is left.
    """
    import polars as pl

    told = run.settings.campaigns
    out = set(known.filter(pl.col("opted_out"))["customer"])
    near = timedelta(days=told.contact_days)
    earlier = campaigns.contacts(con, row["from_on"] - near, row["from_on"] + near)
    tired = rules.rested(earlier, told.most_contacts, who["customer"].to_list())
    apart = campaigns.set_apart(con, row["from_on"], row["until_on"])
    left_out: dict[str, list[str]] = {why: [] for why in LEFT_OUT}
    for code in who["customer"]:
        why = _why_out(code, (out, tired, apart))
        if why:
            left_out[why].append(code)
    gone = [code for codes in left_out.values() for code in codes]
    stays = who.filter(~pl.col("customer").is_in(gone))
    if stays.is_empty():
        raise ScmError(
            "nobody is left to contact: {opted} opted out, {tired} contacted in the last {days} days, "
            "{apart} set apart by another campaign",
            hint="Widen the segment, or wait; `campaigns.contact_days` and `most_contacts` set the cap.",
            opted=len(left_out["opted_out"]),
            tired=len(left_out["contacted_lately"]),
            days=told.contact_days,
            apart=len(left_out["set_apart"]),
        )
    money = pl.col("m_score").cast(pl.String).fill_null("0")
    standing = pl.col("standing").fill_null("none")
    alike = pl.concat_str(standing, money, separator="/").alias("stratum")
    frame = stays.join(known.select("customer", alike), on="customer", how="left")
    drawn = Drawn(row, frame.with_columns(arm=pl.lit(TREATED)), left_out)
    _split(con, run, drawn, asked.control_pct)
    return drawn


def _why_out(code: str, lists: tuple[Container[str], ...]) -> str | None:
    """The first of the reasons of `LEFT_OUT` that leaves a customer out."""
    return next((why for why, codes in zip(LEFT_OUT, lists, strict=True) if code in codes), None)


def _split(con: Any, run: Run, drawn: Drawn, control_pct: float | None) -> None:  # noqa: ANN401
    """Set a control apart, unless the list is too small for one and nobody insists."""
    from scm_cli.core.customer.uplift import detectable_points

    told, row = run.settings.campaigns, drawn.row
    share = told.control_pct if control_pct is None else control_pct
    drawn.base_pct = 100 * _base(con, run, drawn)
    split = rules.drawn(drawn.members.drop("arm"), share, row["seed"])
    sizes = int((split["arm"] == TREATED).sum()), int((split["arm"] == CONTROL).sum())
    points = detectable_points(drawn.base_pct / 100, sizes, told.range_pct, told.power_pct)
    small = points is None or points > told.detectable_points
    if share and (control_pct is not None or not small):
        drawn.members, drawn.detectable_points = split, points
        row["control_pct"] = share
    usual = Say(
        "usually {pct} % of them buy within {days} days",
        pct=f"{drawn.base_pct:.1f}",
        days=_days(row),
    )
    least = told.detectable_points if small else None
    sight = rules.Sight(len(split), share, points, least, kept=bool(row["control_pct"]))
    drawn.told = [usual, *rules.sayings(sight)]


def _days(row: dict[str, Any]) -> int:
    return int((row["until_on"] - row["from_on"]).days) + 1


def _base(con: Any, run: Run, drawn: Drawn) -> float:  # noqa: ANN401
    """The share of the list that bought in as many days before today (Laplace's half added)."""
    import polars as pl

    last = run.today
    first = last - timedelta(days=_days(drawn.row) - 1)
    bought = crm.purchases(con, run.settings.walk_in_customer)
    bought = bought.filter(pl.col("day").is_between(first, last)).select("customer").unique()
    n = len(drawn.members)
    return (len(drawn.members.join(bought, on="customer", how="semi")) + 0.5) / (n + 1)
