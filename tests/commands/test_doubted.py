"""What looks wrong and is taken all the same is told: by command, and with its cell by import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

ODD = "138001 does not look like a mobile number"
PIECES = "{} pcs: this unit is counted in whole pieces"


@pytest.mark.parametrize(
    "command",
    [
        ("customer", "add", "C-9", "--name", "Nine"),
        ("supplier", "add", "S-9", "--name", "Nine"),
        ("customer", "edit", "C-001"),
        ("customer", "lead", "add", "--name", "Lei"),
    ],
    ids=" ".join,
)
def test_a_mobile_number_that_is_none_is_told(
    scm: Callable[..., Ran], command: tuple[str, ...]
) -> None:
    assert ODD in scm(*command, "--mobile", "138001").err
    assert "mobile number" not in scm(*command[:-1], "Ten", "--mobile", "13800138000").err


SHEETS = {
    "customers": ("customer,name,mobile", "C-7,Seven,138001", "C-8,Eight,13800138000", ODD),
    "leads": (
        "lead no.,came on,contact,mobile,channel",
        "L-1,2026-03-30,Lei,138001,web",
        "L-2,2026-03-30,Han,13800138001,web",
        ODD,
    ),
    "sales_orders": (
        "order no.,customer,ordered on,sku,qty,unit price",
        "X-1,C-001,2026-03-30,PEN-R,1.5,2",
        "X-2,C-001,2026-03-30,PEN-R,2,2",
        PIECES.format("1.5"),
    ),
    "purchase_orders": (
        "purchase no.,supplier,ordered on,sku,qty,unit price",
        "P-1,S-001,2026-03-30,PEN-R,2.5,1",
        "P-2,S-001,2026-03-30,PEN-R,2,1",
        PIECES.format("2.5"),
    ),
    "receipts": (
        "receipt no.,supplier,received on,sku,accepted qty",
        "R-1,S-001,2026-03-30,PEN-R,0.5",
        "R-2,S-001,2026-03-30,PEN-R,2",
        PIECES.format("0.5"),
    ),
}


@pytest.mark.parametrize("kind", SHEETS)
def test_an_import_tells_it_once_with_its_cell_and_takes_it(
    scm: Callable[..., Ran], tmp_path: Path, kind: str
) -> None:
    header, odd, good, told = SHEETS[kind]
    file = tmp_path / f"{kind}.csv"
    file.write_text(f"{header}\n{odd}\n{good}\n", encoding="utf-8")
    first = scm("import", str(file), "--kind", kind, "--json")
    assert first.code == 0, first.out + first.err
    (warning,) = [w for w in first.json["warnings"] if told in w]
    assert warning.startswith(f"{kind}.csv ")
    assert "2: " in warning  # the row of the cell
    again = scm("import", str(file), "--kind", kind, "--json")
    assert [w for w in again.json["warnings"] if told in w] == []  # nothing new came


def test_many_are_summed_up(scm: Callable[..., Ran], tmp_path: Path) -> None:
    lines = [f"C-{n},Name {n},1380{n}" for n in range(100, 109)]
    file = tmp_path / "customers.csv"
    file.write_text("\n".join(["customer,name,mobile", *lines]), encoding="utf-8")
    told = scm("import", str(file), "--kind", "customers", "--json").json["warnings"]
    assert len([w for w in told if "mobile number" in w]) == 5
    assert told[-1].endswith("4 more rows look the same")


def test_a_part_of_a_piece_is_told_when_an_order_is_changed(scm: Callable[..., Ran]) -> None:
    assert PIECES.format("6.5") in scm("order", "change", "SO-2", "--line", "2", "--qty", "6.5").err
    assert PIECES.format("1.5") in scm("order", "change", "SO-2", "--add", "PEN-R=1.5@2").err
    scm("purchase", "new", "PEN-R=5@1", "--supplier", "S-001")
    (row, *_) = scm("purchase", "list", "--json").rows
    changed = ("purchase", "change", row["purchase"], "--line", "1")
    assert PIECES.format("1.5") in scm(*changed, "--qty", "1.5").err
    assert "whole pieces" not in scm(*changed, "--price", "2").err


def test_one_tracking_number_for_two_deliveries_is_told(
    scm: Callable[..., Ran], tmp_path: Path
) -> None:
    file = tmp_path / "deliveries.csv"
    rows = [f"D-{n},C-001,2026-03-30,PEN-R,1,2,SF,SF1" for n in (1, 2)]
    head = "delivery no.,customer,shipped on,sku,qty,unit price,carrier,tracking no."
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    told = scm("import", str(file), "--kind", "deliveries", "--json").json["warnings"]
    assert told == ["D-2: SF1 is the tracking number of D-1 too"]
    shipped = ("order", "ship", "SO-2", "PEN-R=1", "--carrier", "SF", "--dry-run")
    assert "SF1 is the tracking number of D-1 too" in scm(*shipped, "--tracking", "SF1").err
    assert "tracking number" not in scm(*shipped, "--tracking", "SF2").err


def test_a_complaint_about_more_than_was_sent_is_told(scm: Callable[..., Ran]) -> None:
    opened = ("customer", "ticket", "open", "C-001", "torn", "--sku", "A4-80", "--qty")
    told = "qty: 9,000 of A4-80 are complained about, C-001 was sent 18"
    assert told in scm(*opened, "9000").err
    assert "complained" not in scm(*opened, "18").err


def test_tickets_of_a_sheet_have_the_steps_that_their_moments_tell(
    scm: Callable[..., Ran], tmp_path: Path
) -> None:
    file = tmp_path / "tickets.csv"
    head = "ticket no.,opened on,opened at,customer,subject,First answer on,resolved on"
    first = "T-1,2026-03-02,10:00,C-001,torn,2026-03-03,"
    file.write_text(f"{head}\n{first}\n", encoding="utf-8")

    def steps() -> list[tuple[int, str, str]]:
        found = scm("customer", "ticket", "show", "T-1", "--json").json["steps"]
        return [(s["event_no"], s["step"], s["happened_on"]) for s in found]

    assert scm("import", str(file), "--kind", "tickets").code == 0
    opened = [(1, "opened", "2026-03-02"), (2, "replied", "2026-03-03")]
    assert steps() == opened
    assert scm("import", str(file), "--kind", "tickets").code == 0
    assert steps() == opened  # the same sheet again adds nothing
    file.write_text(f"{head}\n{first}2026-03-05\n", encoding="utf-8")
    assert scm("import", str(file), "--kind", "tickets").code == 0
    assert steps() == [*opened, (3, "resolved", "2026-03-05")]
    assert scm("undo").code == 0
    assert steps() == opened


def test_waybills_leave_out_the_own_van_and_what_left_long_ago(
    scm: Callable[..., Ran], tmp_path: Path
) -> None:
    file = tmp_path / "deliveries.csv"
    sent = [("D-1", "2026-03-30", "自送"), ("D-2", "2026-03-30", "SF"), ("D-3", "2026-02-20", "SF")]
    lines = [f"{number},C-001,{day},PEN-R,1,2,{carrier}" for number, day, carrier in sent]
    head = "delivery no.,customer,shipped on,sku,qty,unit price,carrier"
    file.write_text("\n".join([head, *lines]), encoding="utf-8")
    assert scm("import", str(file), "--kind", "deliveries").code == 0
    rows = scm("order", "waybills", "--json").rows
    assert [row["shipment_no"] for row in rows if row["shipment_no"][:2] == "D-"] == ["D-2"]
