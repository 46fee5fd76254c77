"""Sales documents as the world writes them: charges among the goods, cancellations, walk-ins.

A line whose code stands for money (postage, fee, manual correction) is a charge; a line at
price 0 that names no customer is a stock correction; a line of a cancellation is a return,
netted on the line that it takes back where that can be found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.kinds import CHARGE_CODES
from scm_cli.core.intake.lines import heads, unique
from scm_cli.core.intake.prepared import Prepared
from scm_cli.core.records.catalog import sheet
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.typed import Typed

#: Numbers of documents that take back: C536379, CN-12, TH0001, 退-3.
CANCELLATION = r"^(?i:c|cn|crn|rma|ret|th|xsth|退)[-_ ]?\d"
STOCK_CORRECTION = "stock correction"


def with_reason(rows: Typed, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Add `aside`: why a line is no sale of goods (null when it is); refuse other negative lines."""
    frame = frame.with_columns(_aside(frame, known))
    back = frame.filter((pl.col("qty") < 0) & pl.col("aside").is_null())
    if "order_no" not in frame.columns or back.is_empty():
        return frame
    odd = back.filter(~pl.col("order_no").str.contains(CANCELLATION))["row"]
    rows.refuse(odd, Say("a quantity below 0; give a return a number that begins with C"), "qty")
    return frame.filter(~pl.col("row").is_in(odd.implode())) if len(odd) else frame


def _aside(frame: pl.DataFrame, known: Known) -> pl.Series:
    """Why a line is no sale of goods; the few such lines are looked for, then told apart."""
    charges = {code: f"charge: {name}" for code, name in CHARGE_CODES.items()}
    own = known.frames["item"]["sku"]
    own = own.filter(own.str.to_uppercase().is_in(list(charges)))
    code = pl.col("sku").str.to_uppercase()
    charged = code.is_in(list(charges)) & ~pl.col("sku").is_in(own.implode())
    free = pl.col("unit_price") == 0 if "unit_price" in frame.columns else pl.lit(False)
    nobody = pl.col("customer").is_null() if "customer" in frame.columns else pl.lit(True)
    if "customer_name" in frame.columns:
        nobody &= pl.col("customer_name").is_null()
    corrects = free & (nobody | (pl.col("qty") < 0))
    none = pl.col("qty") == 0
    at = frame.select((charged | corrects | none).alias("odd"))["odd"].arg_true()
    odd = frame[at].select(
        pl.when(charged)
        .then(code.replace_strict(charges, default=None, return_dtype=pl.String))
        .when(corrects)
        .then(pl.lit(STOCK_CORRECTION))
        .when(none)
        .then(pl.lit("no quantity"))
        .alias("aside")
    )["aside"]
    return pl.Series("aside", [None], pl.String).new_from_index(0, len(frame)).scatter(at, odd)


def sold(rows: Typed, frame: pl.DataFrame, known: Known) -> Prepared:
    """Orders, returns and charges out of one list of invoice lines."""
    plain = pl.col("aside").is_null()
    aside = frame.filter(~plain)
    rows.set_aside.update(dict(aside.select("row", "aside").iter_rows()))
    frame = _known_customer(frame, known)
    _walk_in(frame.filter(plain & pl.col("customer").is_null()), known)
    frame = frame.with_columns(pl.col("customer").fill_null(known.walk_in))
    back = frame.filter(plain & (pl.col("qty") < 0)).drop("aside")
    lines = frame.filter(plain & (pl.col("qty") >= 0)).drop("aside")
    lines = unique(rows, _history(lines, known), ["order_no", "line_no"])
    out = Prepared(("sales_order_line", "sales_return_line"))
    out.tables["sales_order"] = heads(rows, lines, sheet("sales_orders").head)
    out.tables["sales_order_line"] = lines
    if len(aside):
        out.sides["charge"] = charges(aside)
    if len(back):
        _returns(rows, back, out, known)
    return out


def _known_customer(frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """An order that is known keeps its customer where the sheet names none."""
    unnamed = frame.filter(pl.col("customer").is_null())["order_no"].drop_nulls().unique()
    if unnamed.is_empty():
        return frame
    stored = known.ordered_by(unnamed).rename({"customer": "stored customer"})
    frame = frame.join(stored, on="order_no", how="left", maintain_order="left")
    return frame.with_columns(pl.coalesce("customer", "stored customer").alias("customer")).drop(
        "stored customer"
    )


def _walk_in(unnamed: pl.DataFrame, known: Known) -> None:
    code = known.walk_in
    if code not in known.frames["customer"]["customer"] and len(unnamed):
        known.remember("customer", pl.DataFrame({"customer": [code], "name": [code]}))


def _history(lines: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Orders from before the shop's start are closed and fully shipped; they move no stock."""
    status = pl.col("status") if "status" in lines.columns else pl.lit(None, pl.String)
    if "shipped_before_qty" in lines.columns:  # open orders taken over: they say what was shipped
        return lines.with_columns(status.fill_null("confirmed").alias("status"))
    past = pl.col("ordered_on") < (known.start_on or known.today)
    done = past & status.is_null()
    shipped = pl.when(done | (past & (status == "closed"))).then(pl.col("qty"))
    told = pl.when(done).then(pl.lit("closed")).otherwise(status).fill_null("confirmed")
    nothing = pl.lit(0).cast(pl.Decimal(18, 4))
    return lines.with_columns(
        told.alias("status"), shipped.otherwise(nothing).alias("shipped_before_qty")
    )


def _returns(rows: Typed, back: pl.DataFrame, out: Prepared, known: Known) -> None:
    given = back.with_columns(
        pl.col("order_no").alias("return_no"),
        pl.col("ordered_on").alias("returned_on"),
        (-pl.col("qty")).alias("qty"),
    )
    wanted = ["customer", "sku", "order_no", "line_no", "qty", "ordered_on"]
    taken = given.select("customer", "sku").unique()
    lines = out.tables["sales_order_line"].select(wanted)
    before = known.sold(taken["customer"].unique()).select(wanted)
    candidates = (
        pl.concat([lines, before])
        .join(taken, on=["customer", "sku"], how="semi", maintain_order="left")
        .unique(["order_no", "line_no"], keep="first", maintain_order=True)
    )
    linked = unique(rows, netted(given, candidates), ["return_no", "line_no"])
    out.tables["sales_return"] = heads(rows, linked, sheet("sales_returns").head, "sales_returns")
    out.tables["sales_return_line"] = linked


def charges(lines: pl.DataFrame) -> pl.DataFrame:
    """The rows of `charge` for lines that were set aside with a reason."""
    names = lines.columns
    price = pl.col("unit_price") if "unit_price" in names else pl.lit(0).cast(pl.Decimal(18, 6))
    text = pl.col("item_name") if "item_name" in names else pl.lit(None, pl.String)
    amount = pl.col("qty").cast(pl.Decimal(38, 10)) * price.fill_null(0)
    return lines.select(
        pl.col("order_no").alias("document_no"),
        "line_no",
        pl.col("ordered_on").alias("charged_on"),
        pl.col("sku").alias("code"),
        text.alias("text"),
        pl.col("customer").alias("partner"),
        "qty",
        amount.round(2).cast(pl.Decimal(18, 2)).alias("amount"),
        pl.col("aside").alias("reason"),
    )


def netted(returns: pl.DataFrame, sales: pl.DataFrame) -> pl.DataFrame:
    """Find for each return line the sale that it takes back.

    `returns`: return_no, line_no, customer, sku, qty (positive), returned_on. `sales`:
    order_no, line_no, customer, sku, qty, ordered_on. The latest sale of that item to that
    customer, on or before the day and large enough, is taken; returns of one sale never
    exceed it in sum, what is beyond stays unlinked.

    Returns:
        `returns` with `order_no` and `order_line_no` (null where no sale was found).
    """
    asked = returns.drop("order_no", "order_line_no", "ordered_on", strict=False)
    asked = asked.with_row_index("asked")
    offered = sales.select(
        "customer", "sku", "order_no", pl.col("line_no").alias("order_line_no"),
        pl.col("qty").alias("sold_qty"), "ordered_on",
    )  # fmt: skip
    pairs = (
        asked.select("asked", "customer", "sku", "qty", "returned_on")
        .join(offered, on=["customer", "sku"], how="inner")
        .filter(
            (pl.col("ordered_on") <= pl.col("returned_on")) & (pl.col("sold_qty") >= pl.col("qty"))
        )
    )
    best = (
        pairs.sort("asked", "ordered_on", "order_no", "order_line_no")
        .unique("asked", keep="last", maintain_order=True)
        .sort("asked")
    )
    fits = pl.col("qty").cum_sum().over("order_no", "order_line_no") <= pl.col("sold_qty")
    best = best.filter(fits).select("asked", "order_no", "order_line_no")
    return asked.join(best, on="asked", how="left", maintain_order="left").drop("asked")
