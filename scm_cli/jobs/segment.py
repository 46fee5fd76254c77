"""Segments: a rule over customers, looked at, saved, and found anew each time it is used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.customer import segment, segment_words
from scm_cli.core.customer.segment_text import refused
from scm_cli.core.search import nearest, unknown
from scm_cli.errors import Say, ScmError
from scm_cli.store import campaigns, crm
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import polars as pl

    from scm_cli.core.customer.segment import Rule
    from scm_cli.jobs.churn import Risks
    from scm_cli.run import Run

SEARCH = Say("Find it with `scm search WORDS`.")
COUNTS = ("orders", "purchases", "spend_amount", "yearly_amount")
#: Fields whose values must be known to the shop → the column and table where they stand.
KNOWN = {
    "item": ("sku", "item"), "due_item": ("sku", "item"), "customer": ("customer", "customer"),
    "category": ("category", "item"), "due_category": ("category", "item"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crowd:
    """Customers as rules see them: fields, and the frames of their many-valued ones."""

    people: pl.DataFrame
    sets: dict[str, pl.DataFrame]


def crowd(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    asked: set[str],
    skus: list[str] | None = None,
) -> Crowd:
    """All customers but the one of cash sales; of the many-valued fields only those asked for.

    `skus`: only purchases of these items are looked at; None: all.
    """
    import polars as pl

    from scm_cli.jobs.churn import judged

    walk_in = run.settings.walk_in_customer
    bought = crm.bought(con, walk_in, skus=skus)
    found = judged(con, run, bought)
    people = crm.customers(con).filter(pl.col("customer") != walk_in)
    people = people.join(found.customers, on="customer", how="left", maintain_order="left")
    reach = pl.any_horizontal(pl.col("mobile", "phone", "email").is_not_null())
    whole = people.with_columns(
        pl.col(COUNTS).fill_null(0), reach.alias("reachable"), pl.selectors.decimal().cast(float)
    ).rename({"customer_class": "class"})
    makers = _sets(con, run, whole, (found, bought))
    return Crowd(whole, {name: makers[name]() for name in sorted(asked & makers.keys())})


def _sets(
    con: Any,  # noqa: ANN401
    run: Run,
    people: pl.DataFrame,
    known: tuple[Risks, pl.DataFrame],
) -> dict[str, Callable[[], pl.DataFrame]]:
    """Many-valued field → what makes its frame of customer, value, day."""
    import polars as pl

    from scm_cli.core.customer.repurchase import given_up

    found, bought = known

    def items() -> pl.DataFrame:
        last = bought.group_by("customer", "sku").agg(pl.col("day").max())
        return last.rename({"sku": "value"})

    def due() -> pl.DataFrame:
        until = run.today + timedelta(days=run.settings.campaigns.due_days)
        stopped = given_up(pl.col("overdue_days"), pl.col("interval_days"))
        soon = found.next_items.filter((pl.col("expected_on") <= until) & ~stopped)
        return soon.select("customer", value="sku", day="expected_on")

    def category(of: pl.DataFrame) -> pl.DataFrame:
        named = of.join(campaigns.categories(con), left_on="value", right_on="sku")
        return named.select("customer", value="category", day="day")

    return {
        "tag": lambda: _tags(con, run, people),
        "item": items,
        "category": lambda: category(items()),
        "due_item": due,
        "due_category": lambda: category(due()),
    }


def _tags(con: Any, run: Run, people: pl.DataFrame) -> pl.DataFrame:  # noqa: ANN401
    """Tags by hand and by rule: customer, value, day."""
    import polars as pl

    from scm_cli.core.customer import tags

    by_hand = [(t["customer"], t["tag"], t["tagged_on"]) for t in crm.tags(con)]
    schema = {"customer": pl.String, "value": pl.String, "day": pl.Date}
    told = pl.DataFrame(by_hand, schema, orient="row")
    rules = run.settings.customers.tags
    if not rules:
        return told
    given = tags.by_rule(people.rename({"class": "customer_class"}), rules)
    ruled = given.select("customer", value="tag", day=pl.lit(None, pl.Date))
    return pl.concat([told, ruled])


def understood(con: Any, text: str) -> Rule:  # noqa: ANN401
    """A rule that is understood and names only items, categories and customers that there are.

    Raises:
        ScmError: it is not, or names one that there is not; shown with a caret.
    """
    rule = segment.parsed(text)
    for each in segment.conditions(rule):
        if each.field not in KNOWN or each.sign == "~":
            continue
        column, table = KNOWN[each.field]
        asked = f"SELECT DISTINCT {column} AS code FROM {table} WHERE {column} IS NOT NULL"
        codes = {str(row["code"]).casefold(): str(row["code"]) for row in rows(con, asked)}
        for value in map(str, each.values):
            if value.casefold() not in codes:
                near = nearest(value, codes.values())
                word = Say("category" if column == "category" else table)
                what = Say("there is no {what} {code}", what=word, code=value)
                mend = Say("Did you mean {near}?", near=near) if near else SEARCH
                raise refused(text, each.at, what, mend)
    return rule


def matching(con: Any, run: Run, text: str) -> tuple[pl.DataFrame, Crowd]:  # noqa: ANN401
    """Who fits a rule and why (customer, reason), and everybody as rules see them."""
    (found,), known = all_matching(con, run, [text])
    return found, known


def all_matching(con: Any, run: Run, texts: Iterable[str]) -> tuple[list[pl.DataFrame], Crowd]:  # noqa: ANN401
    """`matching` of several rules; all customers are judged once."""
    from scm_cli.core.customer.segment_match import matched

    rules = [understood(con, text) for text in texts]
    known = crowd(con, run, {each.field for rule in rules for each in segment.conditions(rule)})
    words = segment_words.labels(run.lang)
    return [matched(r, known.people, known.sets, run.today, words) for r in rules], known


def saved(con: Any, name: str) -> dict[str, Any]:  # noqa: ANN401
    """A saved segment.

    Raises:
        ScmError: there is none of that name (exit 4).
    """
    every = {row["segment"]: row for row in campaigns.segments(con)}
    if name not in every:
        raise unknown("segment", name, list(every), "`scm customer segment list` shows them.")
    return every[name]


def shown(run: Run, asked: str | None) -> list[dict[str, Any]]:
    """Who is in a saved segment, fits a rule, or is in any saved segment; each with the reason."""
    with reading(run) as con:
        if asked is None:
            told = [(row["segment"], row["rule"]) for row in campaigns.segments(con)]
        elif re.search(r"[=<>~≠≤≥＝＞＜～\s]", asked) and asked not in _names(con):
            told = [(None, asked)]
        else:
            told = [(asked, saved(con, asked)["rule"])]
        if not told:
            return []
        found, known = all_matching(con, run, [rule for _, rule in told])
    names = known.people.select("customer", "name")
    return [
        {"segment": name, **row}
        for (name, _), who in zip(told, found, strict=True)
        for row in who.join(names, on="customer", how="left", maintain_order="left").to_dicts()
    ]


def _names(con: Any) -> set[str]:  # noqa: ANN401
    return {row["segment"] for row in campaigns.segments(con)}


def listed(run: Run) -> list[dict[str, Any]]:
    """The saved segments and how many customers each holds now."""
    with reading(run) as con:
        saved_ones = campaigns.segments(con)
        if not saved_ones:
            return []
        found, _ = all_matching(con, run, [row["rule"] for row in saved_ones])
    return [{**row, "customers": len(who)} for row, who in zip(saved_ones, found, strict=True)]


def save(run: Run, name: str, rule: str, note: str | None, *, again: bool) -> tuple[int, Committed]:
    """Save a rule under a name, or with `again` give a saved one another rule; who is in it now.

    Raises:
        ScmError: the rule is not understood, the name is taken, or there is none to change.
    """
    changes = Changes()
    with writing(run) as con:
        size = len(matching(con, run, rule)[0])
        row = {"segment": name, "rule": rule, "made_on": run.today, "note": note}
        if again:
            before = saved(con, name)
            after = {**before, "rule": rule, "note": note or before["note"]}
            if after != before:
                changes.update("segment", [after])
        else:
            _require_free(con, name)
            changes.insert("segment", [row])
        return size, commit(con, run, changes)


def _require_free(con: Any, name: str) -> None:  # noqa: ANN401
    if name in _names(con):
        raise ScmError(
            "there is a segment {name} already",
            hint="Change it with `scm customer segment change`, or take another name.",
            name=name,
        )


def remove(run: Run, name: str) -> Committed:
    """Forget a segment; campaigns keep the rule with which they were drawn.

    Raises:
        ScmError: there is none of that name.
    """
    changes = Changes()
    with writing(run, small=True) as con:
        saved(con, name)
        changes.delete("segment", [{"segment": name}])
        return commit(con, run, changes)


def fields() -> list[dict[str, Any]]:
    """What a rule may ask about, with the words for it."""
    return [
        {"field": f.name, "holds": Say(KINDS[f.kind]), "words": ", ".join((*f.more, *f.zh))}
        for f in segment_words.FIELDS
    ]


KINDS = {
    "text": "a text: = != ~ in", "number": "a number: = != > >= < <= in", "day": "a date: = != > >= < <=",
    "flag": "yes or no", "set": "one of several: = != ~ in, within N days",
}  # fmt: skip
