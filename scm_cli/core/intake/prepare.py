"""Typed rows of a sheet become the rows of tables: references, units, numbers, lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake import beside, crm, sales
from scm_cli.core.intake.difference import default
from scm_cli.core.intake.kinds import DOCUMENTS
from scm_cli.core.intake.lines import heads, in_units, numbered, unique, warehoused
from scm_cli.core.intake.prepared import Prepared
from scm_cli.core.intake.references import referred
from scm_cli.core.intake.said_unit import in_row_unit, priced_alike
from scm_cli.core.records.catalog import sheet
from scm_cli.errors import Say, ScmError

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.typed import Typed
    from scm_cli.core.records.base import Column, Record


def prepared(rows: Typed, known: Known) -> Prepared:
    """The rows of tables that the good rows of a sheet stand for; refusals go to `rows`."""
    frame = _with_prices(rows.good())
    if rows.kind == "sales_orders":
        frame = sales.with_reason(rows, frame, known)
    frame = crm.clocked(rows, referred(rows, frame, known))
    if rows.kind in DOCUMENTS:
        frame = numbered(rows, frame, known)
        if sheet(rows.kind).line is not None:
            return _document(rows, frame, known)
    frame = in_row_unit(rows, frame, known)
    if rows.kind == "items" and rows.price_unit:
        frame = priced_alike(rows, frame, known)
    if rows.kind == "opening_stock":
        frame = _opening(rows, frame, known)
    head = sheet(rows.kind).head
    frame = unique(rows, _with_key(frame, head), list(head.key))
    out = Prepared((head.table,), {head.table: frame})
    if rows.kind == "items":
        beside.of_items(frame, known, out)
    if rows.kind in ("customers", "suppliers"):
        beside.of_partners(rows.kind, frame, known, out)
    return out


def complete(rows: Typed, ready: Prepared) -> None:
    """Refuse rows that lack what their record needs, once everything was filled in.

    Raises:
        ScmError: the sheet has no column for it and nothing fills it.
    """
    form = sheet(rows.kind)
    for kind in (form.head, form.line):
        if kind is not None and kind.table in ready.tables:
            _complete(rows, ready, kind)


def _lacks(spec: Column) -> ScmError:
    return ScmError(
        "the sheet has no column for {field}",
        hint="Add one headed {field}, or name it with --map 'Its header={name}'.",
        field=Say(spec.en),
        name=spec.name,
    )


def _complete(rows: Typed, ready: Prepared, kind: type[Record]) -> None:
    frame = ready.tables[kind.table]
    for name, spec in kind.columns().items():
        if not spec.required:
            continue
        if name not in frame.columns:
            raise _lacks(spec)
        blank = frame.filter(pl.col(name).is_null())
        if len(blank):  # a head that lacks something takes all its lines with it
            lines = ready.tables.get(f"{kind.table}_line", blank)
            mine = lines.join(blank.select(kind.key), on=kind.key, how="semi", nulls_equal=True)
            rows.refuse(mine["row"], Say("{field} is empty", field=Say(spec.en)), name)


def _document(rows: Typed, frame: pl.DataFrame, known: Known) -> Prepared:
    """Head and lines of a document kind."""
    form = sheet(rows.kind)
    if rows.kind == "deals":
        return crm.taken(rows, frame, known)
    frame = in_units(rows, frame, known)
    if rows.kind != "transfers":
        frame = warehoused(frame, known)
    if rows.kind == "sales_orders":
        if "customer" not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.String).alias("customer"))
        if "ordered_on" not in frame.columns:  # what is history, what is open: the day decides
            raise _lacks(form.head.columns()["ordered_on"])
        return sales.sold(rows, frame, known)
    line = form.line
    if line is None:  # pragma: no cover -- documents with lines only come here
        raise AssertionError(rows.kind)
    frame = unique(rows, frame, list(line.key))
    head = heads(rows, frame, form.head)
    return Prepared((line.table,), {form.head.table: head, line.table: frame})


def _with_key(frame: pl.DataFrame, kind: type[Record]) -> pl.DataFrame:
    """Key fields that the sheet lacks or leaves blank take their default."""
    columns = kind.columns()
    for name in kind.key:
        if columns[name].default is None:
            continue
        usual = default(columns[name])
        if name not in frame.columns:
            frame = frame.with_columns(usual.alias(name))
        else:
            frame = frame.with_columns(pl.col(name).fill_null(usual))
    return frame


def _with_prices(frame: pl.DataFrame) -> pl.DataFrame:
    """One `unit_price` from whichever price the sheet has, with its tax state."""
    names = frame.columns
    if "unit_price" in names:
        return frame
    for name, included in (("price_inc_tax", True), ("price_ex_tax", False)):
        if name in names:
            return frame.with_columns(
                pl.col(name).alias("unit_price"), pl.lit(included).alias("tax_included")
            )
    qty = next((n for n in ("qty", "accepted_qty") if n in names), None)
    if qty is None or "amount" not in names:
        return frame
    per = pl.col("amount").cast(pl.Float64) / pl.col(qty).cast(pl.Float64)
    price = pl.when(pl.col(qty) != 0).then(per.round(6)).cast(pl.Decimal(18, 6))
    return frame.with_columns(price.alias("unit_price"))


def _opening(rows: Typed, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Opening stock: warehouse, lot, units; cost per own unit, from the amount if only that is given."""
    frame = warehoused(beside.by_warehouse(frame), known)
    names = frame.columns
    cost = pl.col("unit_cost") if "unit_cost" in names else pl.lit(None, pl.Decimal(18, 6))
    if "unit_price" in names:
        cost = pl.coalesce(cost, "unit_price")
    frame = in_units(rows, frame.with_columns(cost.alias("unit_cost")), known)
    lot = pl.col("lot") if "lot" in names else pl.lit(None, pl.String)
    per = pl.col("unit_cost").cast(pl.Float64) / pl.col("factor").cast(pl.Float64)
    packed = pl.when(pl.col("factor") != 1).then(per.round(6).cast(pl.Decimal(18, 6)))
    return frame.with_columns(
        lot.fill_null("").alias("lot"), packed.otherwise(pl.col("unit_cost")).alias("unit_cost")
    )
