"""The outbox: the morning workbook, an order file per supplier, a report, fresh forms."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.jobs import buylist, buypages, funnel_files, morning, today
from scm_cli.jobs.buylist import CENT, PRICE
from scm_cli.jobs.outbox_place import folder, safe
from scm_cli.jobs.rates import exchange_rates, rate_or_none
from scm_cli.locale import put
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from decimal import Decimal

    from scm_cli.core.advise.notices import Notice
    from scm_cli.errors import Say
    from scm_cli.jobs.planned import Planned
    from scm_cli.run import Run


def write(run: Run, planned: Planned, messages: list[Notice]) -> list[str]:
    """Write the day's files, replacing those of an earlier run of the day; their paths."""
    from scm_cli.excel import forms, order_book, plan_book
    from scm_cli.excel.saving import saved_text

    place = folder(run) / run.today.isoformat()
    place.mkdir(parents=True, exist_ok=True)
    with reading(run) as con:
        lists = _lists(con)
        short = [_shown_out(r) for r in today.out(con, run, planned.facts.never_stocked)]
        idle = [_shown_idle(r) for r in today.dead(con, run)]
        suppliers = {r["supplier"]: r for r in rows(con, "SELECT * EXCLUDE (entry) FROM supplier")}
        theirs = rows(
            con,
            "SELECT supplier, sku, supplier_sku FROM supplier_item WHERE supplier_sku IS NOT NULL",
        )
        known = exchange_rates(con)
    book = plan(run, planned, messages, short, idle, {c: s["name"] for c, s in suppliers.items()})
    deals = funnel_files.tonight(run)
    if deals is not None:
        book = replace(book, funnel=(deals.stages, deals.told, deals.ends))
    files = [plan_book.write_plan(place / "replenishment.xlsx", book, run.lang)]
    keep = {files[0].name}
    for order in orders(run, planned, suppliers, theirs, known):
        name = f"{order.order_no}.xlsx"
        files.append(order_book.write_order(place / name, order, run.lang))
        keep.add(name)
    for old in place.glob("order-*.xlsx"):
        if old.name not in keep:
            old.unlink()
    page = place / "report.html"
    told = morning.report(run, planned, messages, (short, idle), suppliers, deals)
    files.append(saved_text(page, told))
    forms.write_forms(
        folder(run) / "forms", lists, run.lang, show_cost=run.settings.forms_show_cost
    )
    return [str(path) for path in files]


def _lists(con: Any) -> dict[str, list[str]]:  # noqa: ANN401 -- the store's connection
    keys = {"item": "sku", "warehouse": "warehouse", "supplier": "supplier", "customer": "customer"}
    return {
        table: [
            str(r[0])
            for r in con.execute(f"SELECT {key} FROM {table} ORDER BY 1 LIMIT 20000").fetchall()
        ]
        for table, key in keys.items()
    }


def _shown_out(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "on_hand_qty": row["available_qty"]}


def _shown_idle(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "cost_amount": row["value_amount"]}


def orders(
    run: Run,
    planned: Planned,
    suppliers: dict[str, dict[str, Any]],
    theirs: list[dict[str, Any]],
    known: list[dict[str, Any]],
) -> list[Any]:
    """What the plan buys, as one order paper per supplier and warehouse (`excel.order_book`).

    The plan reckons in the firm's currency, the paper in the supplier's; without an exchange rate
    (`known`) its prices are left to be agreed.
    """
    from scm_cli.excel.order_book import OrderLine, Party, SupplierOrder

    names = dict(planned.facts.items.select("sku", "name").iter_rows())
    codes = {(r["supplier"], r["sku"]): r["supplier_sku"] for r in theirs}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in buylist.rows(planned):
        if row["kind"] == "buy" and row["supplier"]:
            groups.setdefault((row["supplier"], row["warehouse"]), []).append(row)
    own = run.settings.currency
    rate = {c: rate_or_none(known, s["currency"], own, run.today) for c, s in suppliers.items()}
    return [
        SupplierOrder(
            order_no=f"order-{safe(code)}-{safe(place)}",
            ordered_on=run.today,
            firm=Party(run.settings.company),
            supplier=_party(Party, suppliers[code]),
            supplier_code=code,
            deliver_to=place,
            currency=suppliers[code]["currency"] or run.settings.currency,
            tax_included=False,
            payment_days=suppliers[code]["payment_days"],
            lines=tuple(
                OrderLine(
                    sku=row["sku"],
                    name=names[row["sku"]],
                    qty=row["order_qty"],
                    unit=row["unit"],
                    unit_price=_theirs(row["unit_price"], rate[code], PRICE),
                    amount=_theirs(row["amount"], rate[code], CENT),
                    supplier_sku=codes.get((code, row["sku"])) or "",
                    need_by_on=row["need_by_on"],
                )
                for row in rows_of
            ),
        )
        for (code, place), rows_of in sorted(groups.items())
    ]


def _theirs(ours: Decimal | None, rate: Decimal | None, step: Decimal) -> Decimal | None:
    """Money of ours in another currency, rounded to `step`; None where either is unknown."""
    if ours is None or rate is None or rate == 1:
        return ours if rate else None
    return (ours / rate).quantize(step, ROUND_HALF_UP)


def _party(kind: Any, supplier: dict[str, Any]) -> Any:  # noqa: ANN401 -- excel.order_book.Party
    return kind(
        supplier["name"],
        supplier["contact"] or "",
        supplier["mobile"] or supplier["phone"] or "",
        supplier["address"] or "",
        supplier["uscc"] or "",
    )


def plan(
    run: Run,
    planned: Planned,
    messages: list[Notice],
    short: list[dict[str, Any]],
    idle: list[dict[str, Any]],
    suppliers: dict[str, str],
) -> Any:  # noqa: ANN401 -- excel.plan_book.PlanBook
    """The morning workbook's content."""
    from scm_cli.excel.plan_book import PlanBook

    names = dict(planned.facts.items.select("sku", "name").iter_rows())

    def say(what: Say | str) -> str:
        return put(what, run.lang)

    told = [
        {
            "kind": m.kind,
            "document": m.document,
            "who": m.who,
            "by_on": m.by_on,
            "text": say(m.what),
        }
        for m in messages
    ]
    moved = [
        {"kind": r["kind"], "document": f"{r['document']}/{r['line']}", "what": r["sku"],
         "who": r["warehouse"], "by_on": r["need_by_on"], "text": say(r["reason"])}
        for r in buylist.rows(planned) if r["kind"] in ("expedite", "defer", "cancel")
    ]  # fmt: skip
    quiet = [
        {
            "sku": r["sku"],
            "name": names[r["sku"]],
            "warehouse": r["warehouse"],
            "reason": say(r["reason"]),
        }
        for r in buylist.not_bought(planned)
    ]
    return PlanBook(
        plan_on=run.today,
        buy=buypages.book_rows(planned, run, suppliers),
        messages=_frame([*moved, *told]),
        running_out=_frame(short),
        not_bought=_frame(quiet),
        dead=_frame(idle),
        why=buypages.why_rows(planned, run.lang, run.settings.planning.explained_lines),
        suppliers=suppliers,
        firm=run.settings.company,
        currency=run.settings.currency,
    )


def _frame(found: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(found, infer_schema_length=None, strict=False) if found else pl.DataFrame()
