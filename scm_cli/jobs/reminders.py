"""Fulfilment reminders: promises lost unless goods leave today, parcels that are stuck."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import Notice, number
from scm_cli.core.order import picking, tracking
from scm_cli.errors import Say
from scm_cli.jobs import pick, track
from scm_cli.wire import carriers

if TYPE_CHECKING:
    from scm_cli.run import Run


def notices(con: Any, run: Run) -> list[Notice]:  # noqa: ANN401 -- the store's connection
    """What must leave today, and parcels that go back, fail, or of which nothing is heard."""
    return [*_unpicked(con, run), *_parcels(con, run)]


def _unpicked(con: Any, run: Run) -> list[Notice]:  # noqa: ANN401
    """Lines that lie on the shelf; what is late already is told as a late order."""
    found = picking.unpicked(pick.holds(con, run), run.today)
    return [
        Notice(
            "not picked",
            line["customer"],
            f"{line['order_no']}/{line['line_no']}",
            Say(
                "{qty} of {sku} lie ready and must leave today to be there on {day}",
                qty=number(line["qty"]),
                sku=line["sku"],
                day=line["due_on"].isoformat(),
            ),
            run.today,
        )
        for line in found
        if line["service"] != "overdue"
    ]


def _parcels(con: Any, run: Run) -> list[Notice]:  # noqa: ANN401
    told = run.settings.carriers
    asks = carriers.has_keys(told)
    found = []
    for row in track.on_way(con, run, returned=True):
        who, document = row["customer"], row["shipment_no"]
        if row["status"] in ("exception", "returned"):
            since = date.fromisoformat(row["last_at"][:10])
            say = Say("{carrier} tells: {text}", carrier=row["carrier"], text=row["text"])
            found.append(Notice("parcel in trouble", who, document, say, since))
        elif asks:
            silent = tracking.silent_since(
                row["shipped_on"], row["last_at"], run.today, told.silent_days
            )
            if silent is not None:
                say = Say(
                    "{carrier} tells nothing since {day}",
                    carrier=row["carrier"],
                    day=silent.isoformat(),
                )
                found.append(Notice("parcel in trouble", who, document, say, silent))
    return found
