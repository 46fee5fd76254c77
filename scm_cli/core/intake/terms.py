"""Payment terms as people write them: 月结30天, 款到发货, 货到付款, net 30."""

from __future__ import annotations

import polars as pl

#: Days after the invoice: 月结30天, 票到60天付款, 账期 45 天, net 30, 30 days net.
DAYS = (
    r"(?i)^\s*(?:(?:月\s*结|票到|货到|账\s*期|赊销|开票后|到货后|收货后|net|n/?|eom)\s*[:：]?\s*([0-9]{1,3})"
    r"|([0-9]{1,3}))\s*(?:天|日|days?|d)?\s*(?:内|后)?\s*(?:付款|付清|结算|月结|净|net|eom|after invoice)?\s*$"
)
#: What is paid before or with the goods: no days of credit, and which terms those are.
AT_ONCE = {
    "before_shipping": r"(?i)^\s*(款到发货|先款后货|款到|付款发货|预付(款|全款)?|全款"
    r"|prepa(id|yment)|(cash|payment)\s+in\s+advance|pia|cia)\s*$",
    "on_delivery": r"(?i)^\s*(货到付款|到付|货到即付|c\.?o\.?d\.?|(cash|payment)\s+on\s+delivery)\s*$",
    "cash": r"(?i)^\s*(现结|现金|现款|现付|现款现货|cash|due\s+on\s+receipt)\s*$",
}
KINDS = frozenset({"suppliers", "customers", "contracts"})


def with_terms(kind: str, table: pl.DataFrame) -> pl.DataFrame:
    """Days of credit, and on sheets of customers the terms, from words in either column.

    What is not understood stays as it is and is refused with its cell. 月结 without days says
    too little for a number of days.

    >>> rows = pl.DataFrame({"customer": ["C1", "C2"], "payment_days": ["月结30天", "款到发货"]})
    >>> with_terms("customers", rows).select("payment_days", "payment_terms").rows()
    [('30', 'credit'), ('0', 'before_shipping')]
    """
    names = ("payment_days", "payment_terms")
    given = {n: pl.col(n) for n in names if n in table.columns}
    if kind not in KINDS or not given:
        return table
    none = pl.lit(None, pl.String)
    own, terms = (given.get(n, none) for n in names)
    days = pl.coalesce(_days(own), own, terms.str.extract(DAYS, 1), terms.str.extract(DAYS, 2))
    words = pl.coalesce(_terms(terms), terms, _terms(own))
    told = table.with_columns(days.alias("payment_days"), words.alias("payment_terms"))
    return told.drop([n for n in names if n not in given and _adds_nothing(kind, n, told)])


def _adds_nothing(kind: str, name: str, told: pl.DataFrame) -> bool:
    """Whether a column that the sheet lacks stays away: only customers have terms of their own."""
    return (name == "payment_terms" and kind != "customers") or told[name].is_null().all()


def _days(cell: pl.Expr) -> pl.Expr:
    found = pl.coalesce(cell.str.extract(DAYS, 1), cell.str.extract(DAYS, 2))
    at_once = pl.any_horizontal(cell.str.contains(p) for p in AT_ONCE.values())
    return pl.when(at_once).then(pl.lit("0")).otherwise(found)


def _terms(cell: pl.Expr) -> pl.Expr:
    """The choice that words stand for; a bare number says nothing of the terms."""
    named = cell.str.extract(DAYS, 1).is_not_null() | cell.str.contains(r"(?i)^\s*[0-9]+.*net")
    return pl.coalesce(
        pl.when(named).then(pl.lit("credit")),
        *(pl.when(cell.str.contains(p)).then(pl.lit(choice)) for choice, p in AT_ONCE.items()),
    )
