"""The rules of an import that need no shop: links, returns, fates, the ledger's corrections."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.intake import fate, matching
from scm_cli.core.intake.digest import row_digests
from scm_cli.core.intake.effects import MOVE_COLUMNS, corrections
from scm_cli.core.intake.links import RECEIVING, linked
from scm_cli.core.intake.sales import netted
from scm_cli.core.intake.typed import Refusal, Typed
from scm_cli.errors import Say

QTY = pl.Decimal(18, 4)


def orders(*rows: tuple[int, str, int, int]) -> pl.DataFrame:
    """Lines of order P1: line, item, for how many, of which came."""
    names = ["line_no", "sku", "most_qty", "done_qty"]
    frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("most_qty", "done_qty").cast(QTY), purchase_no=pl.lit("P1")
    )
    return frame.with_columns(pl.col("line_no").cast(pl.Int64))


@pytest.mark.parametrize(
    ("lines", "received", "answered"),
    [
        ([(1, "A", 5, 0)], [5], [1]),
        ([(1, "A", 5, 0), (2, "A", 5, 0)], [5, 5], [1, 2]),  # the same item twice
        ([(1, "A", 5, 5), (2, "A", 5, 0)], [5], [2]),  # the first is done
        ([(1, "A", 5, 0), (2, "A", 5, 0)], [3, 3, 3], [1, 1, 2]),  # by where each begins
        ([(1, "A", 5, 5)], [1], [1]),  # too much: the last line hears of it
        ([(1, "B", 5, 0)], [1], [None]),
    ],
)
def test_receipts_fill_the_lines_of_an_order_in_turn(
    lines: list[tuple[int, str, int, int]], received: list[int], answered: list[int | None]
) -> None:
    came = pl.DataFrame({"accepted_qty": received}).select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("row"), pl.lit("P1").alias("purchase_no"),
        pl.lit("A").alias("sku"), pl.col("accepted_qty").cast(QTY),
    )  # fmt: skip
    assert linked(came, orders(*lines), RECEIVING)["purchase_line_no"].to_list() == answered


def test_a_return_takes_back_the_latest_sale_that_was_large_enough() -> None:
    sold = pl.DataFrame(
        {"customer": ["C"] * 3, "sku": ["A"] * 3, "order_no": ["1", "2", "3"], "line_no": [1, 1, 1],
         "qty": [9, 5, 1], "ordered_on": [date(2026, 1, d) for d in (1, 2, 3)]}
    )  # fmt: skip
    back = pl.DataFrame(
        {"return_no": ["C1", "C2", "C3"], "line_no": [1, 1, 1], "customer": ["C"] * 3,
         "sku": ["A"] * 3, "qty": [4, 4, 6], "returned_on": [date(2026, 1, 9)] * 3}
    )  # fmt: skip
    assert netted(back, sold)["order_no"].to_list() == ["2", None, "1"]


def test_every_row_has_one_fate() -> None:
    rows = Typed("items", pl.DataFrame({"row": range(1, 8)}), 7)
    rows.set_aside = {5: "totals row"}
    rows.refused = [Refusal(6, 0, Say("{x} is bad", x=1)), Refusal(6, None, Say("again"))]
    rows.repeated = {4: "GR-1"}
    said = pl.Series(["inserted", "updated", "unchanged", "unchanged"])
    marked = [fate.marks(pl.Series([1, 2, 2, 3]), said)]
    found = fate.fates(rows, marked)
    assert fate.counts(found) == {
        "rows_read": 7, "inserted": 1, "updated": 1, "unchanged": 2, "set_aside": 2, "refused": 1,
    }  # fmt: skip
    assert found["reason"].to_list() == [None] * 4 + ["totals row", "… is bad", None]


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 3)), max_size=12))
def test_digests_count_equal_rows(rows: list[tuple[str, int]]) -> None:
    """Equal rows differ by their count; the order of rows does not matter."""
    frame = pl.DataFrame(rows, schema={"partner": pl.String, "amount": pl.Int64}, orient="row")
    digests = row_digests("payments", frame)
    assert len(set(digests)) == len(rows)
    assert set(row_digests("payments", frame.reverse())) == set(digests)


def move(qty: int, place: str = "MAIN", **more: object) -> dict[str, object]:
    row = dict.fromkeys(MOVE_COLUMNS) | {
        "moved_on": date(2026, 1, 1), "sku": "A", "qty": Decimal(qty), "from_place": "@supplier",
        "to_place": place, "unit_cost": Decimal(2), "document_kind": "receipt", "document_no": "R",
        "line_no": 1,
    }  # fmt: skip
    return {**row, **more}


SCHEMA = {
    "moved_on": pl.Date, "sku": pl.String, "lot": pl.String, "expiry_on": pl.Date, "qty": QTY,
    "from_place": pl.String, "to_place": pl.String, "unit_cost": pl.Decimal(18, 6),
    "document_kind": pl.String, "document_no": pl.String, "line_no": pl.Int64,
}  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        (move(5), []),
        (move(5, unit_cost=Decimal("2.000001")), []),  # rounding is no correction
        (move(6), [("MAIN", "@supplier", 5, 8), ("@supplier", "MAIN", 6, None)]),
        (move(5, "EAST"), [("MAIN", "@supplier", 5, 8), ("@supplier", "EAST", 5, None)]),
        (None, [("MAIN", "@supplier", 5, 8)]),
    ],
)
def test_what_differs_is_reversed_and_posted_anew(
    wanted: dict[str, object] | None, made: list[tuple[object, ...]]
) -> None:
    live = pl.DataFrame(
        [move(5, move_no=3, tip=8)], schema={**SCHEMA, "move_no": pl.Int64, "tip": pl.Int64}
    )
    told = pl.DataFrame([wanted] if wanted else [], schema=SCHEMA)
    rows = corrections(told, live, "receipt")
    assert rows.select("from_place", "to_place", "qty", "reverses").rows() == made


@pytest.mark.parametrize(
    ("header", "field"),
    [("Quantitty", "qty"), ("quantty", "qty"), ("colour", None), ("数量量量", None)],
)
def test_near_spellings_are_proposed(header: str, field: str | None) -> None:
    assert matching.likely(header, {"quantity": "qty", "数量": "qty", "line": "line_no"}) == field


def test_a_unit_in_a_header_is_seen() -> None:
    seen = matching.fields_of(["数量(箱)", "单价（元）"], {"数量": "qty", "单价": "unit_price"})
    assert (seen.fields, seen.units) == (
        {0: "qty", 1: "unit_price"},
        {"qty": "箱", "unit_price": "元"},
    )
