"""Late and at-risk orders, and the words to each supplier about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.supplier.sharing import language
from scm_cli.errors import Say
from scm_cli.locale import put
from scm_cli.store.gateway import frame, reading, rows

if TYPE_CHECKING:
    from scm_cli.run import Run

OPEN = """
SELECT p.purchase_no AS purchase, p.line_no AS line, p.supplier, p.sku, i.name, i.unit, p.open_qty,
    coalesce(p.promised_on, p.requested_on) AS due_on,
    CASE WHEN p.in_transit_qty >= p.open_qty THEN p.transit_on END AS told_on
FROM purchase_line p JOIN item i USING (sku)
WHERE p.open_qty > 0 AND coalesce(p.promised_on, p.requested_on) IS NOT NULL
"""


def late(run: Run) -> list[dict[str, Any]]:
    """Open lines that are late or will more likely be late than not, the latest first."""
    from scm_cli.core.purchase.lateness import late_lines
    from scm_cli.core.replenish.lead_time import delays
    from scm_cli.store import planning

    with reading(run) as con:
        lines = frame(con, OPEN)
        history = planning.purchase_history(con)
    if lines.is_empty():
        return []
    return late_lines(lines, delays(history, run.today), run.today).to_dicts()


def chasers(run: Run, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One text per supplier, in its language, ready to send; the most overdue supplier first."""
    with reading(run) as con:
        sellers = {r["supplier"]: r for r in rows(con, "SELECT * EXCLUDE (entry) FROM supplier")}
    told = []
    for code in dict.fromkeys(row["supplier"] for row in found):
        seller = sellers[code]
        lang = language(seller, run.lang)
        mine = [row for row in found if row["supplier"] == code]
        reach = seller["email"] or seller["im"] or seller["mobile"] or seller["phone"]
        told.append(
            {
                "supplier": code,
                "to": reach,
                "language": lang,
                "text": _text(run, seller, mine, lang),
            }
        )
    return told


def _text(run: Run, seller: dict[str, Any], found: list[dict[str, Any]], lang: str) -> str:
    parts: list[Say | str] = [Say("Dear {name},", name=seller["contact"] or seller["name"]), ""]
    for state, opening in (
        ("late", "These goods are past their day:"),
        ("at_risk", "These goods are due soon; please confirm that they will be in time:"),
    ):
        mine = [row for row in found if row["state"] == state]
        if mine:
            parts += [Say(opening), *(_line(row) for row in mine), ""]
    parts.append(Say("Please tell us for each line the day on which it will be here. Thank you!"))
    parts.append(Say("{firm}, {person}", firm=run.settings.company, person=run.who))
    return "\n".join(put(part, lang) if isinstance(part, Say) else part for part in parts) + "\n"


def _line(row: dict[str, Any]) -> Say:
    template = "- {order} line {line}: {qty} {unit} {name} ({sku}), due {day}"
    if row["state"] == "late":
        template = "- {order} line {line}: {qty} {unit} {name} ({sku}), due {day}, {days} {days:day|days} late"
    return Say(
        template, order=row["purchase"], line=row["line"], qty=f"{float(row['open_qty']):g}", unit=row["unit"],
        name=row["name"], sku=row["sku"], day=row["due_on"], days=row["late_days"],
    )  # fmt: skip


def written(run: Run, texts: list[dict[str, Any]]) -> list[str]:
    """The texts as files in the outbox of the day; their paths."""
    from scm_cli.excel.saving import saved_text
    from scm_cli.jobs.outbox_place import folder, safe

    place = folder(run) / run.today.isoformat()
    return [str(saved_text(place / f"chase-{safe(t['supplier'])}.txt", t["text"])) for t in texts]
