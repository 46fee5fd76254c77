"""The workbooks of a request: one per supplier, in its language, in the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.supplier.sharing import language
from scm_cli.jobs.outbox_place import folder, safe
from scm_cli.store import lookup
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.run import Run

LINES = """
SELECT l.line_no, l.sku, i.name, i.spec, l.qty / l.factor AS qty, l.unit, l.need_by_on, l.line_note
FROM rfq_line l JOIN item i USING (sku) WHERE l.rfq_no = ? ORDER BY l.line_no
"""


def write(run: Run, number: str, suppliers: Sequence[str] | None) -> list[str]:
    """Write the workbooks for these suppliers (else for all that were asked); their paths."""
    from scm_cli.excel.rfq_book import Request, write_request

    with reading(run) as con:
        head = lookup.one(con, "rfq", "rfq_no", number)
        lines = rows(con, LINES, [number])
        asked = rows(
            con, "SELECT s.* EXCLUDE (entry) FROM rfq_invite i JOIN supplier s USING (supplier) "
            "WHERE i.rfq_no = ? ORDER BY s.supplier", [number],
        )  # fmt: skip
        codes = {
            (r["supplier"], r["sku"]): r["supplier_sku"]
            for r in rows(
                con,
                "SELECT supplier, sku, supplier_sku FROM supplier_item WHERE supplier_sku IS NOT NULL",
            )
        }
    written = []
    for seller in asked:
        if suppliers is not None and seller["supplier"] not in suppliers:
            continue
        code = seller["supplier"]
        own = seller["currency"] or run.settings.currency
        request = Request(
            number, code, seller["name"], run.settings.company, head["asked_on"], head["reply_by_on"],
            head["warehouse"] or "", head["person"] or "", head["note"] or "",
            tuple({**line, "supplier_sku": codes.get((code, line["sku"]))} for line in lines),
            _terms(seller, own), with_duty=own != run.settings.currency,
        )  # fmt: skip
        path = folder(run) / "rfq" / f"{safe(number)} {safe(code)}.xlsx"
        written.append(str(write_request(path, request, language(seller, run.lang))))
    return written


def _terms(seller: dict[str, Any], currency: str) -> dict[str, Any]:
    """What is known of the supplier's terms, for it to correct."""
    return {
        "currency": currency, "tax_included": True, "tax_rate_pct": seller["tax_rate_pct"],
        "payment_days": seller["payment_days"],
    }  # fmt: skip
