"""Lead times learnt from purchase lines, and when late orders will come."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scm_cli.core.calendar import Closures, days_jumping_closures
from scm_cli.core.replenish.arrival import PROMISE, jumping_days, quantile_days, remaining_days
from scm_cli.core.replenish.lead_time import LINES, SHRINK, delays, lead_times

START = date(2026, 1, 1)
TODAY = date(2026, 3, 2)


def line(took=None, *, supplier="S", sku="A", on=START, quoted=7, asked=None, **values):
    """A line of 1 January that took so many days (None: still open), asked for in time."""
    return {
        "supplier": supplier, "sku": sku, "ordered_on": on, "quoted_days": quoted,
        "requested_on": on + timedelta(days=5 if asked is None else asked),
        "usable_on": None if took is None else on + timedelta(days=took),
        "open": took is None, **values,
    }  # fmt: skip


def frame(*lines):
    rows = pl.DataFrame(lines or None, schema_overrides=LINES, infer_schema_length=None)
    return rows if lines else pl.DataFrame(schema=LINES)


def learnt(*lines, today=TODAY, **given):
    rows = lead_times(frame(*lines), today, **given).to_dicts()
    return {(row["supplier"], row["sku"]): row for row in rows}


def chances(row):
    return dict(zip(row["lead_days"], row["weights"], strict=True))


def test_alone_in_the_shop_own_lines_are_mixed_with_the_quoted_lead_time():
    """Own weight n / (n + 4): 4 lines of 10 days against 7 quoted are half of it."""
    row = learnt(*[line(10)] * 4)["S", "A"]
    assert chances(row) == pytest.approx({7: 0.5, 10: 0.5})
    assert (row["n"], row["mean_days"], row["variance_days2"]) == (4, 8.5, 2.25)


def test_kaplan_meier_with_an_open_line():
    """3, 5+, 8 (5+ open): S(3) = 2/3, then nobody at 5, the last at 8; Klein & Moeschberger §4.2."""
    today = START + timedelta(days=5)
    rows = [line(3), line(None), line(8, on=START - timedelta(days=10))]
    own = SHRINK / (2 + SHRINK)
    found = chances(learnt(*rows, today=today)["S", "A"])
    assert found == pytest.approx({3: (1 - own) / 3, 7: own, 8: (1 - own) * 2 / 3})


def test_an_open_line_that_waits_longest_takes_what_is_left():
    """Efron 1967: 4 came after 5 days, one is open for 60: a fifth of the weight stands there."""
    row = learnt(*[line(5)] * 4, line(None))["S", "A"]
    assert chances(row) == pytest.approx({5: 0.4, 7: 0.5, 60: 0.1})
    assert row["open_n"] == 1


@pytest.mark.parametrize(
    ("extra", "n", "left_out"),
    [
        (line(90, changed_by_us=True), 4, 1),  # our own change teaches nothing
        (line(90, asked=30), 4, 0),  # asked for later than quoted: only its delay counts
        (line(-3), 4, 1),  # usable before it was ordered
        (line(10, asked=7), 5, 0),  # just in time
        (line(10, quoted=None, requested_on=None), 5, 0),
    ],
    ids=["changed by us", "asked for later", "impossible", "at the quoted day", "nothing asked"],
)
def test_which_lines_teach(extra, n, left_out):
    row = learnt(*[line(10)] * 4, extra)["S", "A"]
    assert (row["n"], row["left_out_n"]) == (n, left_out)
    assert 90 not in row["lead_days"]


def test_an_item_without_lines_takes_after_its_supplier_relative_to_its_quote():
    """The supplier needs 3 days more than quoted: 8 lines weigh 8 / (8 + 4)."""
    quoted = pl.DataFrame({"supplier": ["S"], "sku": ["new"], "quoted_days": [30]})
    row = learnt(*[line(10)] * 8, quoted=quoted)["S", "new"]
    assert chances(row) == pytest.approx({30: 4 / 12, 33: 8 / 12})
    assert (row["n"], row["method"]) == (0, "supplier")


def test_a_new_supplier_takes_after_the_shop():
    quoted = pl.DataFrame({"supplier": ["N"], "sku": ["new"], "quoted_days": [30]})
    row = learnt(*[line(10)] * 12, quoted=quoted)["N", "new"]
    assert chances(row) == pytest.approx({30: 4 / 16, 33: 12 / 16})
    assert row["method"] == "shop"


def test_nothing_known_is_the_quote_or_two_weeks():
    quoted = pl.DataFrame({"supplier": ["N", "N"], "sku": ["a", "b"], "quoted_days": [30, None]})
    found = learnt(quoted=quoted)
    assert [chances(found["N", sku]) for sku in "ab"] == [{30: 1.0}, {14: 1.0}]
    assert found["N", "a"]["method"] == "quoted"


FESTIVAL = pl.DataFrame(
    {"supplier": [None], "first_on": [date(2026, 2, 7)], "last_on": [date(2026, 3, 4)]},
    schema={"supplier": pl.String, "first_on": pl.Date, "last_on": pl.Date},
)


def test_closures_are_taken_out_when_learning():
    """Ordered on 1 February, usable on 10 March: 11 open days; asking on an own closure too."""
    rows = [line(37, on=date(2026, 2, 1))] * 4
    assert chances(learnt(*rows, closures=FESTIVAL)["S", "A"]) == pytest.approx({7: 0.5, 11: 0.5})
    mine = FESTIVAL.with_columns(supplier=pl.lit("other"))
    assert 37 in learnt(*rows, closures=mine)["S", "A"]["lead_days"]


KNOWN = pl.DataFrame(
    {"supplier": ["S"], "sku": ["A"], "lead_days": [[5, 9, 20]], "weights": [[0.6, 0.3, 0.1]]}
)


@pytest.mark.parametrize(
    ("passed", "p50", "p90"),
    [
        (0, 5, 9),
        (5, 4, 15),  # given more than 5 days: 9 with 3/4, 20 with 1/4
        (6, 3, 14),
        (9, 11, 11),  # only 20 is left
        (20, 2, 10),  # older than all experience: a tenth more, or half
        (100, 10, 50),
    ],
)
def test_an_order_already_late_is_judged_given_that_it_is(passed, p50, p90):
    order = pl.DataFrame(
        {"supplier": ["S"], "sku": ["A"], "ordered_on": [TODAY - timedelta(days=passed)]}
    )
    row = remaining_days(order, KNOWN, TODAY).row(0, named=True)
    assert (row["remaining_p50_days"], row["remaining_p90_days"]) == (p50, p90)
    assert row["expected_on"] == TODAY + timedelta(days=p50)


def test_waiting_jumps_over_the_closure():
    order = pl.DataFrame({"supplier": ["S"], "sku": ["A"], "ordered_on": [date(2026, 2, 4)]})
    row = remaining_days(order, KNOWN, date(2026, 2, 4), closures=FESTIVAL).row(0, named=True)
    assert (row["remaining_p50_days"], row["remaining_p90_days"]) == (5 + 26, 9 + 26)


def promised(late, **values):
    due = START + timedelta(days=7)
    took = None if late is None else 7 + late
    return line(took, first_promised_on=due, **values)


def test_delays_against_the_first_promise_count_every_line_but_those_we_changed():
    rows = [promised(0), promised(4), promised(4, asked=60), promised(40, changed_by_us=True)]
    row = delays(frame(*rows), TODAY).row(0, named=True)
    assert row["n"] == 3
    assert chances(row) == pytest.approx({0: 1 / 3, 4: 2 / 3})


def test_delays_of_a_small_supplier_lean_on_the_shop():
    rows = [promised(0, supplier="big")] * 8 + [promised(12, supplier="small")]
    found = delays(frame(*rows), TODAY)
    mean = dict(found.select("supplier", "mean_days").iter_rows())
    assert mean["big"] < mean["small"] < 12


def test_a_promised_order_is_late_from_its_promise():
    known = delays(frame(*[promised(d) for d in (0, 0, 2, 10)]), TODAY)
    order = pl.DataFrame({"supplier": ["S"], "first_promised_on": [TODAY - timedelta(days=1)]})
    row = remaining_days(order, known, TODAY, anchor=PROMISE).row(0, named=True)
    assert (row["remaining_p50_days"], row["remaining_p90_days"]) == (1, 9)


def test_quantiles_of_a_distribution():
    assert quantile_days(KNOWN, 0.6).to_list() == [5]
    assert quantile_days(KNOWN, 0.61).to_list() == [9]
    assert quantile_days(KNOWN, 1.0).to_list() == [20]


days_apart = st.integers(-40, 90)


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=5),
    st.lists(st.tuples(days_apart, st.integers(0, 25)), max_size=4),
)
@settings(deadline=None, max_examples=40)
def test_jumping_all_at_once_agrees_with_jumping_one(leads, stops):
    closed = Closures.of(
        (START + timedelta(days=first), START + timedelta(days=first + length))
        for first, length in stops
    )
    table = pl.DataFrame(
        [(None, *period) for period in closed.periods],
        schema={"supplier": pl.String, "first_on": pl.Date, "last_on": pl.Date},
        orient="row",
    )
    rows = pl.DataFrame({"supplier": ["S"] * len(leads), "days": leads})
    expected = [days_jumping_closures(START, lead, closed) for lead in leads]
    assert jumping_days(rows, START, table).to_list() == expected


many = st.lists(
    st.tuples(st.sampled_from("ST"), st.sampled_from("AB"), st.none() | st.integers(0, 50)),
    max_size=25,
)


@given(many)
@settings(deadline=None, max_examples=30)
def test_every_distribution_is_one(rows):
    found = lead_times(frame(*(line(d, supplier=s, sku=k) for s, k, d in rows)), TODAY)
    assert found["sku"].len() == len({(s, k) for s, k, _ in rows})
    for row in found.iter_rows(named=True):
        assert sum(row["weights"]) == pytest.approx(1)
        assert row["lead_days"] == sorted(set(row["lead_days"]))
        assert min(row["weights"]) > 0
        assert row["lead_days"][0] >= 0


@given(many)
@settings(deadline=None, max_examples=20)
def test_the_order_of_lines_does_not_matter(rows):
    lines = frame(*(line(d, supplier=s, sku=k) for s, k, d in rows))
    one, other = lead_times(lines, TODAY), lead_times(lines.reverse(), TODAY)
    assert one.select("supplier", "sku", "lead_days", "n", "method").equals(
        other.select("supplier", "sku", "lead_days", "n", "method")
    )
