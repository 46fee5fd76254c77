"""Segments: rules in both languages, the place of what is wrong, who fits and why."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.customer.segment import Condition, Joined, Not, parsed
from scm_cli.core.customer.segment_match import matched
from scm_cli.core.customer.segment_words import FIELDS, SIGNS, labels
from scm_cli.errors import ScmError

TODAY = date(2026, 3, 31)


def plain(rule: object) -> object:
    """A rule without the places of its conditions."""
    if isinstance(rule, Condition):
        return (rule.field, rule.sign, *rule.values, *([rule.days] if rule.days else []))
    if isinstance(rule, Not):
        return ("not", plain(rule.part))
    assert isinstance(rule, Joined)
    return ("or" if rule.either else "and", *map(plain, rule.parts))


READ = [
    ("orders > 3", ("orders", ">", 3.0)),
    ("ORDERS>3", ("orders", ">", 3.0)),
    ("订单数大于3", ("orders", ">", 3.0)),
    ("近一年消费不少于2万元", ("yearly_amount", ">=", 20000.0)),
    ("yearly_amount >= ¥20,000", ("yearly_amount", ">=", 20000.0)),
    ("orders in (100,200)", ("orders", "in", 100.0, 200.0)),
    ("churn_pct >= 60%", ("churn_pct", ">=", 60.0)),
    ("city = New York", ("city", "=", "New York")),
    ("city = 上海和平区", ("city", "=", "上海和平区")),
    ("城市属于（杭州、宁波）", ("city", "in", "杭州", "宁波")),
    ("name ~ 'and Sons'", ("name", "~", "and Sons")),
    ("tag = 'a and b'", ("tag", "=", "a and b")),
    ("标签 是 “批发”", ("tag", "=", "批发")),
    ("standing = 忠诚", ("standing", "=", "loyal")),
    ("复购超期 = 是", ("is_overdue", "=", True)),
    ("last_on < 2026-01-01", ("last_on", "<", date(2026, 1, 1))),
    ("item = PEN-001 within 90 days", ("item", "=", "PEN-001", 90)),
    ("买过 = PEN-001 近90天", ("item", "=", "PEN-001", 90)),
    ("not city = 杭州", ("not", ("city", "=", "杭州"))),
    ("非（城市=杭州）", ("not", ("city", "=", "杭州"))),
    (
        "orders > 1 or orders < 3 and city = 杭州",
        ("or", ("orders", ">", 1.0), ("and", ("orders", "<", 3.0), ("city", "=", "杭州"))),
    ),
    (
        "（订单数>1或订单数<3）且城市是杭州且标签有零售",
        ("and", ("or", ("orders", ">", 1.0), ("orders", "<", 3.0)), ("city", "=", "杭州"), ("tag", "=", "零售")),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "meant"), READ)
def test_a_rule_is_read_as_it_is_meant(rule: str, meant: object) -> None:
    assert plain(parsed(rule)) == meant


#: rule → the sign at which it is not understood, and what is said.
WRONG = [
    ("", 1, "a field is missing here"),
    ("ctiy = x", 1, "there is no field ctiy"),
    ("城市 = 杭州 且 消非 > 3", 11, "there is no field 消非"),
    ("orders 3", 8, "orders is compared with nothing"),
    ("orders > many", 10, "orders is a number, not many"),
    ("orders >", 9, "a number is missing here"),
    ("city = 杭州 and", 14, "a field is missing here"),
    ("city = 杭州 orders > 3", 11, "and, or is missing here"),
    ("orders > 3 orders < 5", 12, "and, or is missing here"),
    ("标签 = 批发 且 且 orders>1", 11, "there is no field 且"),
    ("(orders > 3", 1, "this bracket is not closed"),
    ("orders > 3)", 11, "this bracket was never opened"),
    ("city > 3", 6, "city is compared with >"),
    ("city in 杭州", 9, "a list is missing here"),
    ("city in (杭州", 12, "this list is not closed"),
    ("is_overdue = maybe", 14, "is_overdue is yes or no, not maybe"),
    ("last_on > soon", 11, "soon is no date"),
    ("tag = 'x", 7, "this quote is not closed"),
    ("(" * 100 + "orders > 1", 41, "the rule is nested too deeply"),
]


@pytest.mark.parametrize(("rule", "at", "says"), WRONG)
def test_what_is_not_understood_is_shown_with_a_caret(rule: str, at: int, says: str) -> None:
    with pytest.raises(ScmError) as refused:
        parsed(rule)
    assert refused.value.say.english == f"the rule is not understood at its sign {at}: {says}"
    shown, caret = refused.value.hint.english.splitlines()[:2]
    assert shown == f"  {rule}"
    wide = sum(c > "\u2e7f" for c in rule[: at - 1])
    assert len(caret) == 2 + (at - 1) + wide + 1


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_a_sentence(rule: str) -> None:
    code = 0
    try:
        parsed(rule)
    except ScmError as refused:
        code = int(refused.exit_code)
    assert code in (0, 2)


@given(
    st.sampled_from([f for f in FIELDS if f.kind == "number"]),
    st.sampled_from([s for s in SIGNS if s not in ("~", "in")]),
    st.integers(0, 10**9),
    st.data(),
)
def test_every_word_for_a_field_and_a_sign_means_the_same(field, sign, value, data) -> None:
    word = data.draw(st.sampled_from(field.words))
    comparison = data.draw(st.sampled_from(SIGNS[sign]))
    found = parsed(f"{word} {comparison} {value}")
    assert plain(found) == (field.name, sign, float(value))


def test_no_word_means_two_things() -> None:
    words = [word for field in FIELDS for word in field.words]
    assert len(words) == len(set(words))


PEOPLE = pl.DataFrame(
    {
        "customer": ["A", "B", "C", "D"],
        "city": ["杭州", "宁波", None, "杭州"],
        "orders": [5, 1, 9, 0],
        "opted_out": [False, True, False, False],
        "last_on": [date(2026, 3, 1), date(2025, 1, 1), date(2026, 3, 9), None],
    }
)
SETS = {
    "tag": pl.DataFrame(
        [("A", "Wholesale", None), ("C", "retail", None)],
        {"customer": pl.String, "value": pl.String, "day": pl.Date},
        orient="row",
    ),
    "item": pl.DataFrame(
        [("A", "PEN", date(2026, 3, 1)), ("B", "PEN", date(2025, 1, 1)), ("C", "CUP", date(2026, 3, 9))],
        {"customer": pl.String, "value": pl.String, "day": pl.Date},
        orient="row",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("orders >= 5", "AC"),
        ("city = 杭州", "AD"),
        ("not city = 杭州", "B"),  # where nobody knows the city, nobody knows that it is another
        ("city != 杭州 or orders > 8", "BC"),
        ("city in (杭州, 宁波) and orders in (0, 1)", "BD"),
        ("city ~ 杭", "AD"),
        ("tag = wholesale", "A"),
        ("tag != wholesale", "BCD"),
        ("not tag = wholesale", "BCD"),
        ("tag ~ tail", "C"),
        ("tag in (wholesale, retail)", "AC"),
        ("item = PEN", "AB"),
        ("item = PEN within 60 days", "A"),
        ("not item = PEN within 60 days", "BCD"),
        ("opted_out = no and last_on >= 2026-03-01", "AC"),
        ("last_on != 2026-03-01", "BC"),
        ("orders > 100", ""),
    ],
)
def test_who_fits(rule: str, who: str) -> None:
    found = matched(parsed(rule), PEOPLE, SETS, TODAY, labels("en"))
    assert "".join(found["customer"]) == who
    assert found["reason"].null_count() == 0


def test_each_one_is_told_why() -> None:
    words = labels("zh")
    rule = "(标签=wholesale 或 订单数>8) 且 非 拒收营销=是"
    found = matched(parsed(rule), PEOPLE, SETS, TODAY, words)
    assert found.rows() == [("A", "标签 Wholesale; 无 拒收营销"), ("C", "订单数 9; 无 拒收营销")]
    lacks = matched(parsed("not tag = retail"), PEOPLE, SETS, TODAY, labels("en"))
    assert lacks.rows()[0] == ("A", "no tag retail")


@given(st.integers(0, 10), st.integers(0, 10))
def test_a_rule_and_its_contrary_part_those_who_are_known(low: int, high: int) -> None:
    rule = f"orders > {low} and orders < {high}"
    words = labels("en")
    inside = matched(parsed(rule), PEOPLE, SETS, TODAY, words)["customer"].to_list()
    outside = matched(parsed(f"not ({rule})"), PEOPLE, SETS, TODAY, words)["customer"].to_list()
    assert sorted(inside + outside) == PEOPLE["customer"].to_list()
