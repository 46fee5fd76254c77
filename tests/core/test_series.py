"""Lines summed per series and day: the same as a plain grouping, whatever the keys and their order."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core import series

DAY = date(2026, 1, 5)
lines = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "", "é", None]),
        st.sampled_from(["MAIN", "EAST", None]),
        st.one_of(st.none(), st.integers(0, 400)),
        st.integers(-5, 5),
    ),
    max_size=40,
)


def frame(rows: list[tuple[str | None, str | None, int | None, int]]) -> pl.DataFrame:
    made = [(s, w, None if d is None else DAY + timedelta(days=d), float(q)) for s, w, d, q in rows]
    kinds = {"sku": pl.String, "warehouse": pl.String, "on": pl.Date, "qty": pl.Float64}
    return pl.DataFrame(made, schema=kinds, orient="row")


def plainly(told: pl.DataFrame) -> pl.DataFrame:
    keys = ["sku", "warehouse", "on"]
    sums = told.group_by(keys).agg(
        pl.col("qty").sum().round(6), pl.col("qty").max().alias("line_qty")
    )
    return sums.filter(pl.col("qty") != 0).sort(keys, nulls_last=False)


@given(lines)
def test_sums_per_series_and_day_are_those_of_a_plain_grouping(rows):
    told = frame(rows)
    assert series.daily(told).equals(plainly(told))


@given(lines)
def test_keys_too_many_for_one_number_give_the_same(rows):
    told = frame(rows)
    with pytest.MonkeyPatch.context() as narrow:
        narrow.setattr(series, "LARGEST", 7)
        assert series.daily(told).equals(plainly(told))


def test_keys_may_be_numbers_and_enumerations():
    kind = pl.Enum(["high", "low"])
    told = pl.DataFrame(
        {"sku": ["high", "low", "high"], "place": [7, -2, 7], "on": [DAY] * 3, "qty": [1.0, 2, 3]},
        schema_overrides={"sku": kind},
    )
    found = series.daily(told)
    assert found.schema["sku"] == kind
    assert found.rows() == [("high", 7, DAY, 4.0, 3.0), ("low", -2, DAY, 2.0, 2.0)]


def test_a_key_that_cannot_be_a_number_is_refused():
    told = pl.DataFrame({"sku": [1.5], "on": [DAY], "qty": [1.0]})
    with pytest.raises(TypeError, match="no Float64"):
        series.daily(told)
