"""The rows below a header: footers, packs, value maps, several columns for one field."""

from __future__ import annotations

import polars as pl
import pytest

from scm_cli.core.intake.body import body, footers
from scm_cli.core.intake.typed import Rules


def grid(*rows: tuple[str | None, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        {str(i): list(cells) for i, cells in enumerate(zip(*rows, strict=True))},
        schema_overrides={str(i): pl.String for i in range(len(rows[0]))},
    )


@pytest.mark.parametrize(
    ("row", "is_footer"),
    [
        (("合计", None, "12"), True),
        ((None, "合 计：", "12"), True),
        ((None, "Grand total", "12"), True),
        (("制表人：张三", None, None), True),
        ((None, "审核:", None), True),
        (("第 1 页", None, None), True),
        (("A1", "合计", "12"), False),  # it has a code
        ((None, "Total Oil Ltd", "12"), False),
        ((None, "合计牌胶水", "12"), False),
    ],
)
def test_totals_and_signatures(row: tuple[str | None, ...], is_footer: bool) -> None:
    sheet = grid(("sku", "name", "qty"), row)
    fields = {0: "sku", 1: "name", 2: "qty"}
    table = body("opening_stock", sheet, (0, fields), Rules())
    assert footers(table, sheet, fields) == ([1] if is_footer else [])


@pytest.mark.parametrize(
    ("cell", "unit", "factor"),
    [
        ("1箱=24瓶", "箱", "24"),
        ("1箱＝24", "箱", "24"),
        ("箱=2.5", "箱", "2.5"),
        ("1*24", None, "24"),
        ("24", None, "24"),
    ],
)
def test_a_pack_in_one_cell(cell: str, unit: str | None, factor: str) -> None:
    table = body(
        "items", grid(("sku", "f"), ("A", cell)), (0, {0: "sku", 1: "pack_factor"}), Rules()
    )
    assert table["pack_factor"].to_list() == [factor]
    assert (table["pack_unit"].to_list() if unit else [None]) == [unit]


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("箱规", "箱"),
        ("箱规（瓶/箱）", "箱"),
        ("Units per case", "case"),
        ("换算率", None),  # names no pack
    ],
)
def test_a_header_names_the_pack(header: str, unit: str | None) -> None:
    """A bare 24 under 箱规 is a 箱 of 24; a blank cell has no pack."""
    sheet = grid(("sku", header), ("A", "24"), ("B", None))
    table = body("items", sheet, (0, {0: "sku", 1: "pack_factor"}), Rules())
    assert table["pack_unit"].to_list() == [unit, None]


def test_a_profile_draws_fields_from_columns() -> None:
    """One column may serve two fields; of two columns for a field the first filled one counts."""
    rules = Rules(
        sources={"ordered_on": (0, 1), "requested_on": (1,), "changed_by_us": (0,)},
        values={"ordered_on": {"n/a": ""}, "changed_by_us": {"n/a": "yes", "*": "no"}},
        fixed={"currency": "USD"},
        fill_down=("purchase_no",),
    )
    sheet = grid(("a", "b", "c"), ("n/a", "d2", "P1"), ("d1", "d3", None), (None, "d4", None))
    table = body("purchase_orders", sheet, (0, {2: "purchase_no"}), rules)
    assert table.drop("row").to_dict(as_series=False) == {
        "purchase_no": ["P1", "P1", "P1"],
        "ordered_on": ["d2", "d1", "d4"],
        "requested_on": ["d2", "d3", "d4"],
        "changed_by_us": ["yes", "no", None],
        "currency": ["USD"] * 3,
    }


@pytest.mark.parametrize(
    ("cell", "hour"),
    [
        ("2026-11-20 10:22:31", "2026-11-20 10:22:31"),  # cleaned with the other hours
        ("2026-11-20", None),
        ("2026-11-20 11:00:00", "2026-11-20 11:00:00"),
        ("2026-11-20 00:00:00", None),  # how Excel writes a day
        ("2026-11-18T08:11:12+08:00", "2026-11-18T08:11:12+08:00"),
    ],
)
def test_a_day_with_an_hour_tells_both(cell: str, hour: str | None) -> None:
    sheet = grid(("name", "came_on"), ("Li", cell))
    table = body("leads", sheet, (0, {0: "name", 1: "came_on"}), Rules())
    assert table["came_clock"].to_list() == [hour]


def test_a_column_for_the_hour_comes_first() -> None:
    sheet = grid(("came_on", "at"), ("2026-11-20 10:22", "11:00"))
    table = body("leads", sheet, (0, {0: "came_on", 1: "came_clock"}), Rules())
    assert table["came_clock"].to_list() == ["11:00"]
