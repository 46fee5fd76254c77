"""Lines of documents: their number, their place in it, units, warehouse, and the heads above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.digest import row_digests
from scm_cli.core.intake.header_units import PRICED, PRICES
from scm_cli.core.intake.kinds import DOCUMENTS, IN_UNIT
from scm_cli.core.intake.resolve import with_factor
from scm_cli.core.intake.typed import Refusal, without
from scm_cli.core.records.catalog import sheet
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.typed import Typed
    from scm_cli.core.records.base import Record


def numbered(rows: Typed, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Numbers for lines that have none, one per partner, day and warehouse; then line numbers.

    A line without a number that came in before, word for word, is not taken again: it goes to
    `rows.repeated` with the number that it got then.
    """
    doc = DOCUMENTS[rows.kind]
    if doc.number not in frame.columns:
        frame = frame.with_columns(pl.lit(None, pl.String).alias(doc.number))
    blank = frame.filter(pl.col(doc.number).is_null())
    if len(blank):
        drawn = _drawn(rows, blank, known)
        frame = without(frame, set(rows.repeated))
        frame = frame.join(drawn, on="row", how="left", maintain_order="left")
        number = pl.coalesce(doc.number, "new_number").alias(doc.number)
        frame = frame.with_columns(number).drop("new_number")
    if sheet(rows.kind).line is None:
        return frame
    stated: list[str] = [n for n in ("line_no", "nth") if n in frame.columns]
    if not stated or frame[stated[-1]].has_nulls():
        frame = frame.with_columns(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(doc.number).alias("counted_no")
        )
        stated.append("counted_no")
    return frame.with_columns(pl.coalesce(stated).alias("line_no")).drop(
        "nth", "counted_no", strict=False
    )


def _drawn(rows: Typed, blank: pl.DataFrame, known: Known) -> pl.DataFrame:
    """`row` and its new number, for the rows that did not come in before."""
    doc = DOCUMENTS[rows.kind]
    digests = row_digests(rows.kind, blank)
    before = known.drawn_before(digests)
    blank = blank.with_columns(pl.Series("digest", digests, pl.String))
    old = blank.filter(pl.col("digest").is_in(list(before)))
    rows.repeated.update(
        {row: before[digest] for row, digest in old.select("row", "digest").iter_rows()}
    )
    fresh = blank.filter(~pl.col("digest").is_in(list(before)))
    by = [doc.partner, doc.dated, "warehouse", "from_warehouse", "to_warehouse"]
    by = [n for n in by if n in blank.columns] if sheet(rows.kind).line else ["row"]
    groups = fresh.select(by).unique(maintain_order=True) if by else fresh.select("row").head(1)
    names = known.numbers(doc.series, len(groups)) if len(groups) else []
    if by:
        groups = groups.with_columns(pl.Series("new_number", names, pl.String))
        fresh = fresh.join(groups, on=by, how="left", nulls_equal=True, maintain_order="left")
    else:
        fresh = fresh.with_columns(pl.lit(names[0] if names else None).alias("new_number"))
    known.drawn.update(fresh.select("digest", "new_number").iter_rows())
    return fresh.select("row", "new_number")


def in_units(rows: Typed, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Quantities in the item's own unit, with `unit` and `factor` as entered."""
    frame, unknown = with_factor(frame, known)
    if unknown.any():
        told = "item {sku} has no unit {unit}; add it to the sheet of item units"
        for row, sku, unit in frame.filter(unknown).select("row", "sku", "unit").iter_rows():
            rows.refused.append(
                Refusal(row, None, Say(told, sku=sku, unit=unit), ("unit", *IN_UNIT))
            )
        frame = frame.filter(~unknown)
    frame = _priced(rows, frame)
    if (frame["factor"] == 1).all():
        return frame
    return frame.with_columns(
        (pl.col(n) * pl.col("factor")).cast(pl.Decimal(18, 4)).alias(n)
        for n in IN_UNIT
        if n in frame.columns
    )


def _priced(rows: Typed, frame: pl.DataFrame) -> pl.DataFrame:
    """Without the rows whose price is per another unit than their quantity: 单价(元/箱), 5 瓶."""
    per = rows.price_unit
    if per is None or rows.kind in PRICED:
        return frame
    odd = frame.select(pl.col("unit").ne_missing(per)).to_series()
    for row, sku, unit in frame.filter(odd).select("row", "sku", "unit").iter_rows():
        told = Say(
            "the price is per {per}, but {sku} is counted in {unit} here; give both in one unit",
            per=per, sku=sku, unit=unit or "-",
        )  # fmt: skip
        rows.refused.append(Refusal(row, None, told, PRICES))
    return frame.filter(~odd)


def warehoused(frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Documents that move goods need a warehouse; a blank one means the shop's default."""
    given = pl.col("warehouse") if "warehouse" in frame.columns else pl.lit(None, pl.String)
    default = pl.lit(known.default_warehouse, pl.String)
    return frame.with_columns(given.fill_null(default).alias("warehouse"))


def heads(rows: Typed, lines: pl.DataFrame, kind: type[Record], form: str = "") -> pl.DataFrame:
    """One row per document; partner and date must agree on all its lines."""
    doc, number = DOCUMENTS[form or rows.kind], kind.key[0]
    have = [n for n in kind.columns() if n in lines.columns and n != number]
    strict = [n for n in (doc.partner, doc.dated) if n in have and n not in rows.may_differ]
    firsts = [_first(n, rows, lines) for n in have]
    clash = [(pl.col(n).min() != pl.col(n).max()).alias(f"{n} differs") for n in strict]
    found = lines.group_by(number, maintain_order=True).agg(pl.col("row").first(), *firsts, *clash)
    for name in strict:
        odd = found.filter(pl.col(f"{name} differs"))[number]
        if len(odd):
            told = Say(kind.columns()[name].en)
            mine = lines.filter(pl.col(number).is_in(odd.implode()))
            for row, no in mine.select("row", number).iter_rows():
                why = Say("lines of {number} differ in {field}", number=no, field=told)
                rows.refused.append(Refusal(row, None, why, (name,)))
    return found.drop([f"{n} differs" for n in strict])


def _first(name: str, rows: Typed, lines: pl.DataFrame) -> pl.Expr:
    if name in rows.may_differ:
        return pl.col(name).min()
    return (pl.col(name).drop_nulls() if lines[name].has_nulls() else pl.col(name)).first()


def unique(rows: Typed, frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The same key twice: the same content is set aside, other content is refused."""
    if key[-1] == "line_no" and "line_no" not in rows.frame.columns:
        return frame  # we numbered the lines ourselves
    key = [k for k in key if k in frame.columns]
    twice = frame.select(key).is_duplicated() if key else pl.Series([False])
    if not twice.any():
        return frame
    content = [c for c in frame.columns if c != "row"]
    double = frame.filter(twice)
    first = double.select(pl.struct(content).is_first_distinct().alias("first"))["first"]
    rows.set_aside.update(dict.fromkeys(double.filter(~first)["row"].to_list(), "duplicate row"))
    left = double.filter(first).with_columns(pl.col("row").first().over(key).alias("before"))
    other = left.filter(pl.col("row") != pl.col("before"))
    for row, before, *values in other.select("row", "before", *key).iter_rows():
        named = " / ".join(str(v) for v in values if v not in (None, ""))
        told = "{key} stands in row {n} already, with other content"
        rows.refused.append(
            Refusal(row, None, Say(told, key=named, n=before + 1), (*key[1:], key[0]))
        )
    out = {*double.filter(~first)["row"].to_list(), *other["row"].to_list()}
    return without(frame, out)
