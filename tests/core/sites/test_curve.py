"""The curve: cost against delivery days for each number of sites; and the owner's lists."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from scm_cli.core.sites.curve import CANDIDATES, CURVE, DEMAND, SiteRules, curve, today
from scm_cli.core.sites.places import atlas
from scm_cli.core.sites.tables import Listed, listed
from scm_cli.errors import ScmError

RULES = SiteRules(unit_km_amount=0.01, km_per_day=600, detour=1.0)


def demand(**units: float) -> pl.DataFrame:
    rows = [(atlas()[n].name, atlas()[n].lat, atlas()[n].lon, qty) for n, qty in units.items()]
    return pl.DataFrame(rows, schema=DEMAND, orient="row")


def sites(*existing: str, **new: float | None) -> pl.DataFrame:
    rows = [(n, atlas()[n].lat, atlas()[n].lon, None, True) for n in existing]
    rows += [(n, atlas()[n].lat, atlas()[n].lon, cost, False) for n, cost in new.items()]
    return pl.DataFrame(rows, schema=CANDIDATES, orient="row")


SOLD = demand(hangzhou=600, chengdu=300, beijing=100)
SITES = sites("yiwu", chengdu=3000, beijing=2000)


def test_a_curve_by_hand() -> None:
    """义乌 107 km from 杭州, 1,548 from 成都, 1,225 from 北京: 600, 300 and 100 units at 0.01."""
    found = curve(SOLD, SITES, RULES)
    assert dict(found.schema) == CURVE
    assert found["open"].to_list() == [
        ["yiwu"],
        ["yiwu", "chengdu"],
        ["yiwu", "chengdu", "beijing"],
    ]
    assert found["transport_amount"].to_list() == pytest.approx([6510, 1867, 642], rel=0.01)
    assert found["fixed_amount"].to_list() == [0, 3000, 5000]
    assert found["mean_days"].to_list() == pytest.approx([0.6 + 0.9 + 0.3, 0.9 + 0.3, 1.0])
    assert found["p90_days"].to_list() == [3, 1, 1]
    assert found.select(
        (pl.col("cost_amount") - pl.sum_horizontal("transport_amount", "waiting_amount", "fixed_amount"))
        .abs().max()
    ).item() < 0.02  # fmt: skip


def test_days_can_be_worth_money() -> None:
    """At 9 a unit and day 成都 pays (600 unit-days for 3,000 a year), 北京 does not (200 for 2,000)."""
    plain, dear = (
        curve(SOLD, SITES, SiteRules(0.0, worth, 600, 1.0)).sort("cost_amount")["sites"][0]
        for worth in (0.0, 9.0)
    )
    assert (plain, dear) == (1, 2)


def test_today_keeps_all_that_exists() -> None:
    held = sites("yiwu", "shanghai", chengdu=100)
    now = today(SOLD, held, RULES).row(0, named=True)
    assert (now["open"], now["closed"], now["method"]) == (["yiwu", "shanghai"], [], "today")
    first = curve(SOLD, held, RULES).row(0, named=True)
    assert first["open"] == ["yiwu"]
    assert first["closed"] == ["shanghai"]


def test_free_transport_still_goes_the_short_way() -> None:
    found = curve(SOLD, sites("yiwu", "chengdu"), SiteRules(0.0, 0.0, 600, 1.0))
    assert found["mean_days"].to_list()[1] == pytest.approx(0.6 + 0.3 + 0.1 * 3)


def test_nothing_to_serve_or_to_open_is_an_empty_curve() -> None:
    assert curve(SOLD.clear(), SITES, RULES).schema == CURVE
    assert curve(SOLD, SITES.clear(), RULES).is_empty()
    assert today(SOLD, sites(chengdu=1.0), RULES).is_empty()


def test_the_order_of_rows_changes_nothing() -> None:
    assert_frame_equal(curve(SOLD.reverse(), SITES, RULES), curve(SOLD, SITES, RULES))


def where(row: int, column: int | None) -> str:
    return f"list {row}:{column}"


def sheet(*rows: tuple[str | None, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=[str(i) for i in range(len(rows[0]))], orient="row")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("city", "fixed_amount"), ("杭州", "120000")], [("杭州", 120000.0, None, None)]),
        (
            [("候选仓库", None), ("城市", "年租金"), (None, None), ("杭州市", "¥1,200.50")],
            [("杭州市", 1200.5, None, None)],
        ),
        (
            [("经度", "纬度", "固定费用", "地点"), ("120.35", "30.31", "0", "下沙")],
            [("下沙", 0.0, 30.31, 120.35)],
        ),
    ],
)
def test_lists_are_read_by_their_headers(
    rows: list[tuple[str | None, ...]], found: list[tuple[object, ...]]
) -> None:
    read, problems = listed(sheet(*rows), where, ("city", "fixed_amount"))
    assert [row[1:] for row in read] == found
    assert problems == []


@pytest.mark.parametrize(
    ("cells", "place", "says"),
    [
        (("杭州", "dear"), "list 1:1", "dear is not a number"),
        (("杭州", "-5"), "list 1:1", "-5 is below 0"),
        (("杭州", None), "list 1:1", "fixed_amount is missing"),
        ((None, "5"), "list 1:0", "city is missing"),
    ],
)
def test_wrong_cells_are_named(cells: tuple[str | None, ...], place: str, says: str) -> None:
    _, problems = listed(sheet(("city", "fixed_amount"), cells), where, ("city", "fixed_amount"))
    assert [(p.where, p.what.english) for p in problems] == [(place, says)]


def test_a_latitude_has_bounds() -> None:
    rows = sheet(("city", "lat", "lon"), ("A", "91", "0"), ("B", "45", "181"))
    found, problems = listed(rows, where, ("city", "lat", "lon"))
    assert [p.where for p in problems] == ["list 1:1", "list 2:2"]
    assert found[1] == Listed("list 2:None", "B", None, 45.0, None)


def test_a_list_without_its_columns_is_refused() -> None:
    with pytest.raises(ScmError, match="no header row with the columns city, fixed_amount"):
        listed(sheet(("city", "rent"), ("杭州", "5")), where, ("city", "fixed_amount"))
