"""The owner's lists of candidate sites and of places: rows of a sheet with their cells checked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from scm_cli.core.cell import CellKind, CellRule, parse_cell, reason_say
from scm_cli.core.intake.folding import folded
from scm_cli.errors import Problem, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

HEADER_ROWS = 20
HEADERS = {
    "city": ("city", "place", "城市", "地点", "市"),
    "fixed_amount": (
        "fixed_amount", "fixed cost", "yearly cost", "固定费用", "年固定费用", "年费用", "年租金",
    ),
    "lat": ("lat", "latitude", "纬度"),
    "lon": ("lon", "lng", "longitude", "经度"),
}  # fmt: skip
RULES = {
    "city": CellRule(CellKind.TEXT),
    "fixed_amount": CellRule(CellKind.AMOUNT, places=2, low=Decimal(0)),
    "lat": CellRule(CellKind.PRICE, places=8, low=Decimal(-90), high=Decimal(90)),
    "lon": CellRule(CellKind.PRICE, places=8, low=Decimal(-180), high=Decimal(180)),
}
_WORDS = {folded(word): name for name, words in HEADERS.items() for word in words}


class Listed(NamedTuple):
    """One row of a list; what is not given is None."""

    where: str
    city: str
    fixed_amount: float | None
    lat: float | None
    lon: float | None


def listed(
    grid: pl.DataFrame, where: Callable[[int, int | None], str], needed: tuple[str, ...]
) -> tuple[list[Listed], list[Problem]]:
    """The rows of a grid of text, and what is wrong with its cells.

    Args:
        grid: a sheet, all cells text or null.
        where: names a cell from its row and column.
        needed: of city, fixed_amount, lat, lon, those that every row must have.

    Raises:
        ScmError: no row is a header with all needed columns.

    >>> import polars as pl
    >>> sheet = pl.DataFrame({"0": ["城市", "杭州"], "1": ["年租金", "¥120,000"]})
    >>> listed(sheet, lambda row, column: f"{row}", ("city", "fixed_amount"))[0]
    [Listed(where='1', city='杭州', fixed_amount=120000.0, lat=None, lon=None)]
    """
    head, columns = _header(grid, where, needed)
    rows: list[Listed] = []
    problems: list[Problem] = []
    for number, cells in enumerate(grid.rows()[head + 1 :], head + 1):
        if not any(cell and cell.strip() for cell in cells):
            continue
        found: dict[str, object] = {}
        for name, column in columns.items():
            cell = parse_cell(cells[column], RULES[name])
            place = where(number, column)
            if cell.reason:
                what, mend = reason_say(cell.reason, cells[column] or "", RULES[name])
                problems.append(Problem(place, what, mend))
            elif cell.value is None and name in needed:
                problems.append(Problem(place, Say("{column} is missing", column=name)))
            found[name] = cell.value
        rows.append(Listed(where(number, None), str(found["city"] or ""), *map(_number, (
            found.get(name) for name in ("fixed_amount", "lat", "lon")
        ))))  # fmt: skip
    return rows, problems


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, Decimal) else None


def _header(
    grid: pl.DataFrame, where: Callable[[int, int | None], str], needed: tuple[str, ...]
) -> tuple[int, dict[str, int]]:
    for number, cells in enumerate(grid.head(HEADER_ROWS).rows()):
        named = [(_WORDS.get(folded(cell or "")), index) for index, cell in enumerate(cells)]
        columns = {name: index for name, index in reversed(named) if name}
        if set(needed) <= set(columns):
            return number, columns
    raise ScmError(
        "the list has no header row with the columns {columns}",
        hint="The first row names the columns: city, fixed_amount, and where needed lat and lon.",
        where=where(0, None),
        columns=", ".join(needed),
    )
