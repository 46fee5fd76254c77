"""What rows refer to: names become codes; what is new is made where that is allowed, else refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.resolve import CODE, coded, meanings
from scm_cli.core.intake.typed import Refusal, Typed, without
from scm_cli.core.search import nearest
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known

REFERENCES: dict[str, str] = {
    "supplier": "supplier",
    "customer": "customer",
    "sku": "item",
    "warehouse": "warehouse",
    "from_warehouse": "warehouse",
    "to_warehouse": "warehouse",
    "opening_warehouse": "warehouse",
}
#: The column that names what a code stands for.
NAMED = {"customer": "customer_name", "supplier": "supplier_name"}
#: Sheets of masters and the code that they give themselves.
OWN = {
    "items": "sku",
    "customers": "customer",
    "suppliers": "supplier",
    "warehouses": "warehouse",
}
SUGGESTED = 200  # distinct unknown codes for which the nearest is looked up


def referred(rows: Typed, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """The rows with codes for names, without those that refer to nothing (refused in `rows`)."""
    own = OWN.get(rows.kind)
    if own:
        frame = _own_code(frame, own, known)
    for name, beside in NAMED.items():
        if beside in frame.columns and name != own:
            given = [pl.col(n) for n in (name, beside) if n in frame.columns]
            frame = frame.with_columns(pl.coalesce(given).alias(name))
    makes = known.may_make(rows.kind)
    for name, table in REFERENCES.items():
        if name in frame.columns and name != own and rows.kind != "closures":
            frame = _with_codes(rows, frame, known, (name, table in makes))
    return frame


def _with_codes(
    rows: Typed, frame: pl.DataFrame, known: Known, asked: tuple[str, bool]
) -> pl.DataFrame:
    """One column of references; `asked` is its field and whether new ones are made."""
    name, makes = asked
    table = REFERENCES[name]
    meant = meanings(frame[name], known, table)
    new = meant.filter(pl.col("code").is_null())["given"]
    if len(new):
        wanted = pl.col(name).is_in(new.implode())
        if "aside" in frame.columns and name == "sku":
            wanted &= pl.col("aside").is_null()
        beside = {name, "row", f"{table}_name", *_ALSO.get(table, {}).values()}
        lines = frame.lazy().filter(wanted).select(beside & set(frame.columns)).collect()
        if makes:
            known.remember(table, _made(lines, table, known))
        else:
            _refuse(rows, lines, name, known)
            frame = without(frame, set(lines["row"].to_list()))
    return frame.with_columns(coded(frame[name], meant))


def _refuse(rows: Typed, lines: pl.DataFrame, name: str, known: Known) -> None:
    table = REFERENCES[name]
    codes = known.frames[table][CODE[table]].to_list()
    names = dict(zip(codes, known.frames[table]["name"].to_list(), strict=True))
    near: dict[str, str | None] = {}
    for row, code in lines.select("row", name).iter_rows():
        if code not in near:
            near[code] = nearest(code, names) if codes and len(near) < SUGGESTED else None
        meant = near[code]
        told = "there is no {table} {code}; enter it first"
        if meant is not None:
            told = "there is no {table} {code}; did you mean {near} ({name})?"
        why = Say(told, table=Say(table), code=code, near=meant, name=names.get(meant or ""))
        rows.refused.append(Refusal(row, None, why, (name, NAMED.get(name, name))))


def _own_code(frame: pl.DataFrame, code: str, known: Known) -> pl.DataFrame:
    """A master sheet without a code column is known by its names: they serve as codes."""
    table = {"sku": "item"}.get(code, code)
    if code not in frame.columns:
        named = coded(frame["name"], meanings(frame["name"], known, table))
        frame = frame.with_columns(named.alias(code))
    if "name" not in frame.columns and table != "warehouse":
        old = known.frames[table].select(code, pl.col("name"))
        frame = frame.join(old, on=code, how="left", maintain_order="left")
        frame = frame.with_columns(pl.col("name").fill_null(pl.col(code)))
    return frame


def _made(lines: pl.DataFrame, table: str, known: Known) -> pl.DataFrame:
    """Records for codes that nobody knows, under their commonest name."""
    code = CODE[table]
    named = f"{table}_name"
    out = lines.select(pl.col(code).unique(maintain_order=True))
    if named in lines.columns:
        common = (
            lines.group_by(code, named)
            .len()
            .drop_nulls(named)
            .sort(code, "len", named, descending=[False, True, False])
            .unique(code, keep="first", maintain_order=True)
            .select(code, pl.col(named).alias("name"))
        )
        out = out.join(common, on=code, how="left", maintain_order="left")
        out = out.with_columns(pl.col("name").fill_null(pl.col(code)))
    else:
        out = out.with_columns(pl.col(code).alias("name"))
    for field, source in _ALSO.get(table, {}).items():
        if source in lines.columns:
            first = lines.drop_nulls(source).unique(code, keep="first", maintain_order=True)
            first = first.select(code, pl.col(source).alias(field))
            out = out.join(first, on=code, how="left", maintain_order="left")
    if table == "item":
        unit = pl.col("unit") if "unit" in out.columns else pl.lit(None, pl.String)
        out = out.with_columns(unit.fill_null(known.default_unit).alias("unit"))
    return out


#: What else a new record takes from the line that names it: field → column of the line.
_ALSO = {"customer": {"region": "customer_region"}, "item": {"unit": "unit"}}
