"""Typed rows of a sheet become the rows of tables: references, units, numbers, lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake import sales
from scm_cli.core.intake.difference import DTYPES
from scm_cli.core.intake.kinds import DOCUMENTS
from scm_cli.core.intake.resolve import resolved, with_factor
from scm_cli.core.intake.typed import Refusal, Typed
from scm_cli.core.records.catalog import sheet
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Callable

    from scm_cli.core.intake.known import Known
    from scm_cli.core.records.base import Record

REFERENCES: dict[str, str] = {
    "sku": "item",
    "customer": "customer",
    "supplier": "supplier",
    "warehouse": "warehouse",
    "from_warehouse": "warehouse",
    "to_warehouse": "warehouse",
}


@dataclass(slots=True)
class Prepared:
    """Rows per table as the sheet states them, each with its sheet row in `row`.

    `main` is the table whose rows answer to sheet rows. `sides` are records that the sheet
    makes beside its own (items, customers, packs); they are only inserted when missing.
    """

    main: tuple[str, ...]
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    sides: dict[str, pl.DataFrame] = field(default_factory=dict)


def prepared(rows: Typed, known: Known, sold: Callable[[pl.Series], pl.DataFrame]) -> Prepared:
    """The rows of tables that the good rows of a sheet stand for; refusals go to `rows`."""
    frame = _with_prices(rows.good())
    frame = _referred(rows, frame, known)
    if rows.kind in DOCUMENTS and sheet(rows.kind).line is not None:
        return _document(rows, frame, known, sold)
    if rows.kind in DOCUMENTS:
        frame = _numbered(rows.kind, frame, known)
    if rows.kind == "opening_stock":
        frame = _opening(rows, frame, known)
    table = sheet(rows.kind).head.table
    frame = _unique(rows, _with_key(frame, sheet(rows.kind).head), list(sheet(rows.kind).head.key))
    out = Prepared((table,), {table: frame})
    if rows.kind == "items":
        _item_sides(frame, known, out)
    if rows.kind in ("customers", "suppliers"):
        _balance_sides(rows.kind, frame, out)
    return out


def _with_key(frame: pl.DataFrame, kind: type[Record]) -> pl.DataFrame:
    """Key fields that the sheet lacks or leaves blank take their default."""
    columns = kind.columns()
    for name in kind.key:
        default = pl.lit(columns[name].default).cast(DTYPES[columns[name].kind])
        if name not in frame.columns:
            frame = frame.with_columns(default.alias(name))
        elif columns[name].default is not None:
            frame = frame.with_columns(pl.col(name).fill_null(default))
    return frame


def _with_prices(frame: pl.DataFrame) -> pl.DataFrame:
    """One `unit_price` from whichever price the sheet has, with its tax state."""
    names = frame.columns
    if "unit_price" not in names:
        if "price_inc_tax" in names:
            frame = frame.with_columns(
                pl.col("price_inc_tax").alias("unit_price"), pl.lit(True).alias("tax_included")
            )
        elif "price_ex_tax" in names:
            frame = frame.with_columns(
                pl.col("price_ex_tax").alias("unit_price"), pl.lit(False).alias("tax_included")
            )
        elif "amount" in names and "qty" in names:
            per = pl.col("amount").cast(pl.Float64) / pl.col("qty").cast(pl.Float64)
            price = pl.when(pl.col("qty") != 0).then(per.round(6)).cast(pl.Decimal(18, 6))
            frame = frame.with_columns(price.alias("unit_price"))
    return frame


def _referred(rows: Typed, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Names become codes; what sales documents name and nobody knows is made."""
    kind = rows.kind
    own = {
        "items": "sku",
        "customers": "customer",
        "suppliers": "supplier",
        "warehouses": "warehouse",
    }
    if kind in own:
        frame = _own_code(frame, own[kind], known)
    if kind in ("sales_orders", "deliveries"):
        frame = _customers(frame, known)
    if kind == "sales_orders":
        frame = sales.with_reason(frame, known)
        _make_items(frame.filter(pl.col("aside").is_null()), known)
    for name, table in REFERENCES.items():
        if name not in frame.columns or name == own.get(kind) or (kind == "closures"):
            continue
        codes, missing = resolved(frame[name], known, table)
        if kind == "sales_orders" and name == "sku":
            missing &= frame["aside"].is_null()
            codes = pl.select(pl.coalesce(codes, frame[name])).to_series().alias(name)
        frame = frame.with_columns(codes)
        for row, code in _named(frame, missing, rows, name):
            rows.refused.append(
                Refusal(row, None, Say("there is no {table} {code}", table=table, code=code))
            )
    return frame.filter(~pl.col("row").is_in([r.row for r in rows.refused]))


def _named(
    frame: pl.DataFrame, missing: pl.Series, rows: Typed, name: str
) -> list[tuple[int, object]]:
    bad = frame.filter(missing)["row"]
    given = rows.frame.filter(pl.col("row").is_in(bad.implode())).select("row", name)
    return list(given.iter_rows())


def _own_code(frame: pl.DataFrame, code: str, known: Known) -> pl.DataFrame:
    """A master sheet without a code column is known by its names: they serve as codes."""
    if code not in frame.columns:
        named, _ = resolved(frame["name"], known, {"sku": "item"}.get(code, code))
        frame = frame.with_columns(pl.coalesce(named, frame["name"]).alias(code))
    if "name" not in frame.columns:
        table = {"sku": "item"}.get(code, code)
        old = known.frames[table].select(code, pl.col("name"))
        frame = frame.join(old, on=code, how="left", maintain_order="left")
        frame = frame.with_columns(pl.col("name").fill_null(pl.col(code)))
    return frame


def _customers(frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Orders without a customer are walk-in sales; unknown customers are made."""
    if "customer" not in frame.columns:
        named = "customer_name" if "customer_name" in frame.columns else None
        frame = frame.with_columns(
            (pl.col(named) if named else pl.lit(None, pl.String)).alias("customer")
        )
    codes, missing = resolved(frame["customer"], known, "customer")
    new = frame.filter(missing)
    if len(new):
        name = "customer_name" if "customer_name" in frame.columns else "customer"
        region = "customer_region" if "customer_region" in frame.columns else None
        made = new.group_by("customer", maintain_order=True).agg(
            pl.col(name).drop_nulls().first().alias("name"),
            (
                pl.col(region).drop_nulls().first() if region else pl.lit(None, pl.String).first()
            ).alias("region"),
        )
        _remember(
            known, "customer", made.with_columns(pl.col("name").fill_null(pl.col("customer")))
        )
    return frame.with_columns(pl.coalesce(codes, frame["customer"]).alias("customer"))


def _make_items(frame: pl.DataFrame, known: Known) -> None:
    """Items that sales lines name and nobody knows, under their commonest name."""
    _, missing = resolved(frame["sku"], known, "item")
    new = frame.filter(missing & frame["sku"].is_not_null())
    if new.is_empty():
        return
    name = pl.col("item_name") if "item_name" in frame.columns else pl.lit(None, pl.String)
    unit = pl.col("unit") if "unit" in frame.columns else pl.lit(None, pl.String)
    named = (
        new.with_columns(name.alias("item_name"))
        .group_by("sku", "item_name")
        .len()
        .drop_nulls("item_name")
        .sort("sku", "len", "item_name", descending=[False, True, False])
        .unique("sku", keep="first", maintain_order=True)
        .select("sku", "item_name")
    )
    made = (
        new.with_columns(unit.alias("unit"))
        .group_by("sku", maintain_order=True)
        .agg(pl.col("unit").drop_nulls().first())
        .join(named, on="sku", how="left", maintain_order="left")
        .select(
            "sku",
            pl.coalesce("item_name", "sku").alias("name"),
            pl.col("unit").fill_null(known.default_unit),
        )
    )
    _remember(known, "item", made)


def _remember(known: Known, table: str, made: pl.DataFrame) -> None:
    """New masters are known to the sheets that follow, and counted."""
    known.made[table] = (
        pl.concat([known.made[table], made], how="diagonal") if (table in known.made) else made
    )
    shape = known.frames[table]
    columns = [
        pl.col(c) if c in made.columns else pl.lit(None, shape[c].dtype).alias(c)
        for c in shape.columns
    ]
    known.frames[table] = pl.concat([shape, made.select(columns)])
    known.created[table] = known.created.get(table, 0) + len(made)


def _document(
    rows: Typed, frame: pl.DataFrame, known: Known, sold: Callable[[pl.Series], pl.DataFrame]
) -> Prepared:
    kind = rows.kind
    frame = _numbered(kind, frame, known)
    frame, unknown = with_factor(frame, known)
    for row, sku, unit in frame.filter(unknown).select("row", "sku", "unit").iter_rows():
        rows.refused.append(
            Refusal(row, None, Say("item {sku} has no unit {unit}", sku=sku, unit=unit))
        )
    frame = frame.filter(~unknown)
    frame = _in_stock_units(frame)
    frame = _warehoused(kind, frame, known)
    if kind == "sales_orders":
        return _sales(rows, frame, known, sold)
    form = sheet(kind)
    line = form.line
    if line is None:  # pragma: no cover -- documents with lines only come here
        raise AssertionError(kind)
    frame = _unique(rows, frame, list(line.key))
    head = _heads(rows, frame, form.head.key[0], list(form.head.columns()))
    return Prepared((line.table,), {form.head.table: head, line.table: frame})


def _numbered(kind: str, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Document numbers where the sheet has none (one per partner, day and warehouse), line numbers."""
    doc = DOCUMENTS[kind]
    if doc.number not in frame.columns:
        frame = frame.with_columns(pl.lit(None, pl.String).alias(doc.number))
    blank = frame[doc.number].is_null()
    if blank.any():
        by = [
            n for n in (doc.partner, doc.dated, "warehouse", "to_warehouse") if n in frame.columns
        ]
        if sheet(kind).line is None:
            by = ["row"]
        groups = (
            frame.filter(blank).select(by).unique(maintain_order=True)
            if by
            else pl.DataFrame({"one": [1]})
        )
        names = known.numbers(doc.series, len(groups))
        groups = groups.with_columns(pl.Series("new_number", names))
        if by:
            frame = frame.join(groups, on=by, how="left", nulls_equal=True, maintain_order="left")
        else:
            frame = frame.with_columns(pl.lit(names[0]).alias("new_number"))
        frame = frame.with_columns(pl.coalesce(doc.number, "new_number").alias(doc.number)).drop(
            "new_number"
        )
    if sheet(kind).line is None:
        return frame
    nth = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(doc.number)
    given = pl.col("line_no") if "line_no" in frame.columns else pl.lit(None, pl.Int64)
    return frame.with_columns(given.fill_null(nth).alias("line_no"))


def _in_stock_units(frame: pl.DataFrame) -> pl.DataFrame:
    """Entered quantities times units per pack."""
    quantities = ("qty", "accepted_qty", "rejected_qty", "counted_qty", "cancelled_qty",
                  "shipped_before_qty", "received_before_qty")  # fmt: skip
    return frame.with_columns(
        (pl.col(n) * pl.col("factor")).cast(pl.Decimal(18, 4)).alias(n)
        for n in quantities
        if n in frame.columns
    )


def _warehoused(kind: str, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Documents that move goods need a warehouse; a blank one means the shop's default."""
    if kind == "transfers":
        return frame
    given = pl.col("warehouse") if "warehouse" in frame.columns else pl.lit(None, pl.String)
    return frame.with_columns(
        given.fill_null(pl.lit(known.default_warehouse, pl.String)).alias("warehouse")
    )


def _heads(rows: Typed, frame: pl.DataFrame, number: str, names: list[str]) -> pl.DataFrame:
    """One row per document; partner and date must agree on all its lines."""
    doc = DOCUMENTS[rows.kind]
    have = [n for n in names if n in frame.columns and n != number]
    strict = [n for n in (doc.partner, doc.dated) if n in have]
    if strict and len(frame):
        clash = frame.group_by(number, maintain_order=True).agg(
            pl.col("row").first(), *[pl.col(n).drop_nulls().n_unique() for n in strict]
        ).filter(pl.any_horizontal(pl.col(strict) > 1))  # fmt: skip
        rows.refused += [
            Refusal(row, None, Say("lines of {number} differ in their {field}", number=no, field=strict[0]
                    if values[0] > 1 else strict[-1]))
            for no, row, *values in clash.iter_rows()
        ]  # fmt: skip
    return frame.group_by(number, maintain_order=True).agg(
        pl.col("row").first(), *[pl.col(n).drop_nulls().first() for n in have]
    )


def _unique(rows: Typed, frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The same key twice: the same content is set aside, other content is refused."""
    key = [k for k in key if k in frame.columns]
    if not key or not frame.select(key).is_duplicated().any():
        return frame
    content = [c for c in frame.columns if c != "row"]
    first = frame.select(pl.struct(content).is_first_distinct().alias("first"))["first"]
    rows.set_aside.update(dict.fromkeys(frame.filter(~first)["row"].to_list(), "duplicate row"))
    left = frame.filter(first)
    alone = left.select(pl.struct(key).is_first_distinct().alias("alone"))["alone"]
    for row, *values in left.filter(~alone).select("row", *key).iter_rows():
        named = " / ".join(map(str, values))
        rows.refused.append(
            Refusal(row, None, Say("{key} stands twice with different content", key=named))
        )
    return left.filter(alone)


def _sales(
    rows: Typed, frame: pl.DataFrame, known: Known, sold: Callable[[pl.Series], pl.DataFrame]
) -> Prepared:
    """Orders, returns and charges out of one list of invoice lines."""
    aside = frame.filter(pl.col("aside").is_not_null())
    rows.set_aside.update(dict(aside.select("row", "aside").iter_rows()))
    goods = frame.filter(pl.col("aside").is_null()).with_columns(
        pl.col("customer").fill_null(known.walk_in)
    )
    if (
        known.walk_in in goods["customer"]
        and known.walk_in not in known.frames["customer"]["customer"]
    ):
        walk_in = pl.DataFrame({"customer": [known.walk_in], "name": [known.walk_in]})
        _remember(known, "customer", walk_in)
    back = goods.filter(pl.col("is_return"))
    lines = _unique(
        rows, _history(goods.filter(~pl.col("is_return")), known), ["order_no", "line_no"]
    )
    form = sheet("sales_orders")
    heads = _heads(rows, lines, "order_no", list(form.head.columns()))
    out = Prepared(
        ("sales_order_line", "sales_return_line"),
        {"sales_order": heads, "sales_order_line": lines},
        {"charge": sales.charges(aside)} if len(aside) else {},
    )
    if len(back):
        _returns(rows, back, lines, out, sold)
    return out


def _history(lines: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Orders from before the shop's start are closed and fully shipped; they move no stock."""
    start = known.start_on or known.today
    past = pl.col("ordered_on") < start
    stated = "shipped_before_qty" in lines.columns
    status = pl.col("status") if "status" in lines.columns else pl.lit(None, pl.String)
    if stated:  # open orders taken over: what they say has been shipped
        return lines.with_columns(status.fill_null("confirmed").alias("status"))
    done = past & status.is_null()
    shipped = pl.when(done | (past & (status == "closed"))).then(pl.col("qty"))
    return lines.with_columns(
        pl.when(done)
        .then(pl.lit("closed"))
        .otherwise(status)
        .fill_null("confirmed")
        .alias("status"),
        shipped.otherwise(pl.lit(0)).cast(pl.Decimal(18, 4)).alias("shipped_before_qty"),
    )


def _returns(
    rows: Typed,
    back: pl.DataFrame,
    lines: pl.DataFrame,
    out: Prepared,
    sold: Callable[[pl.Series], pl.DataFrame],
) -> None:
    given = back.with_columns(
        pl.col("order_no").alias("return_no"),
        pl.col("ordered_on").alias("returned_on"),
        (-pl.col("qty")).alias("qty"),
    )
    wanted = ["customer", "sku", "order_no", "line_no", "qty", "ordered_on"]
    before = sold(given["customer"].unique())
    candidates = pl.concat([lines.select(wanted), before.select(wanted)]).unique(
        ["order_no", "line_no"], keep="first", maintain_order=True
    )
    linked = sales.netted(given, candidates)
    linked = _unique(rows, linked, ["return_no", "line_no"])
    out.tables["sales_return"] = linked.group_by("return_no", maintain_order=True).agg(
        pl.col("row", "customer", "warehouse", "returned_on").first()
    )
    out.tables["sales_return_line"] = linked


def _opening(rows: Typed, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Opening stock: warehouse, lot, units; cost from the amount when only that is given."""
    frame = _by_warehouse(frame)
    frame = _warehoused("opening_stock", frame, known)
    frame, unknown = with_factor(frame, known)
    for row, sku, unit in frame.filter(unknown).select("row", "sku", "unit").iter_rows():
        rows.refused.append(
            Refusal(row, None, Say("item {sku} has no unit {unit}", sku=sku, unit=unit))
        )
    frame = frame.filter(~unknown)
    if "unit_cost" not in frame.columns:
        frame = frame.with_columns(
            (
                pl.col("unit_price")
                if "unit_price" in frame.columns
                else pl.lit(None, pl.Decimal(18, 6))
            ).alias("unit_cost")
        )
    lot = pl.col("lot") if "lot" in frame.columns else pl.lit(None, pl.String)
    return _in_stock_units(frame.with_columns(lot.fill_null("").alias("lot")))


def _by_warehouse(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per warehouse where the sheet has one column per warehouse."""
    places = [n for n in frame.columns if n.startswith("@")]
    if not places:
        return frame
    drop = [n for n in ("qty", "warehouse") if n in frame.columns]
    long = frame.drop(drop).unpivot(
        places,
        index=[n for n in frame.columns if n not in (*places, *drop)],
        variable_name="warehouse",
        value_name="qty",
    )
    return long.filter(pl.col("qty").is_not_null()).with_columns(pl.col("warehouse").str.slice(1))


def _item_sides(frame: pl.DataFrame, known: Known, out: Prepared) -> None:
    """Packs, supplier prices and opening stock that an item sheet carries in its rows."""
    names = frame.columns
    if "pack_unit" in names and "pack_factor" in names:
        packs = frame.filter(
            pl.col("pack_unit").is_not_null() & pl.col("pack_factor").is_not_null()
        )
        out.sides["item_unit"] = packs.select("sku", pl.col("pack_unit").alias("unit"), pl.col("pack_factor").alias("factor"))  # fmt: skip
    if "supplier" in names and "purchase_price" in names:
        priced = frame.filter(
            pl.col("supplier").is_not_null() & pl.col("purchase_price").is_not_null()
        )
        extra = [n for n in ("moq_qty", "order_multiple_qty", "lead_time_days") if n in names]
        out.sides["supplier_item"] = priced.select(
            "supplier", "sku", pl.lit(0).cast(pl.Decimal(18, 4)).alias("from_qty"),
            pl.col("purchase_price").alias("unit_price"), *extra,
        )  # fmt: skip
    if "opening_qty" in names:
        place = (
            pl.col("opening_warehouse") if "opening_warehouse" in names else pl.lit(None, pl.String)
        )
        frame = frame.with_columns(
            place.fill_null(pl.lit(known.default_warehouse, pl.String)).alias("warehouse"),
            pl.col("opening_qty").alias("qty"),
        )
    stocked = _by_warehouse(frame)
    if "qty" in stocked.columns:
        cost = (
            pl.col("purchase_price")
            if "purchase_price" in names
            else pl.lit(None, pl.Decimal(18, 6))
        )
        out.sides["opening_stock"] = stocked.filter(pl.col("qty") > 0).select(
            "warehouse", "sku", pl.lit("").alias("lot"), "qty", cost.alias("unit_cost")
        )


def _balance_sides(kind: str, frame: pl.DataFrame, out: Prepared) -> None:
    """Opening receivables, payables and advances in a customer or supplier sheet."""
    partner = kind[:-1]
    kinds = {
        "opening_receivable": "receivable",
        "opening_payable": "payable",
        "opening_advance": "advance_received" if partner == "customer" else "advance_paid",
    }
    blocks = [
        frame.filter(pl.col(n).is_not_null() & (pl.col(n) > 0)).select(
            pl.lit(k).alias("kind"), pl.col(partner).alias("partner"), pl.lit("-").alias("document_no"),
            pl.col(n).alias("amount"),
        )
        for n, k in kinds.items()
        if n in frame.columns
    ]  # fmt: skip
    if blocks:
        out.sides["opening_balance"] = pl.concat(blocks)
