"""`scm order pick`, `note`, `waybills`, `track`, `figures`, and what the night makes of parcels."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from fake_carriers import fake_carriers


@pytest.fixture
def carriers(shop):
    """The fake services, their keys in the shop's settings."""
    with fake_carriers() as fake:
        path = shop / "scm.toml"
        path.write_text(path.read_text(encoding="utf-8") + "\n" + fake.settings(), encoding="utf-8")
        yield fake


def sent(scm, carrier="SF", tracking="SF1"):
    ran = scm("order", "ship", "SO-2", "PEN-R=6", "--carrier", carrier, "--tracking", tracking,
              "--on", "2026-03-30", "--json")  # fmt: skip
    assert ran.code == 0, ran.err
    return ran.json["shipment"]


def test_tracking_keeps_events_and_sets_the_arrival(scm, carriers):
    number = sent(scm)
    ran = scm("order", "track", "SO-2", "--json")
    found = ran.json
    assert (found["asked"], found["events"], found["delivered"]) == (1, 3, [number])
    assert [row["status"] for row in found["history"]] == [
        "picked",
        "out_for_delivery",
        "delivered",
    ]
    assert found["rows"][0]["delivered_on"] == "2026-03-30"  # never before it left
    assert scm("order", "track", number, "--json").json["entry"] is None
    assert len(carriers.asked) == 1  # what has arrived is not asked for again
    assert scm("undo").code == 0
    assert scm("sql", "SELECT count(*) AS n FROM shipment_event", "--json").rows == [{"n": 0}]
    assert "jd-secret" not in scm("config", "--json").out


def test_one_that_fails_does_not_stop_the_others(scm, carriers):
    sent(scm)
    carriers.plan += [500, 500]
    ran = scm("order", "track", "--all", "--json")
    assert ran.code == 0
    assert ran.json["failures"] == [
        {"document": "DN-000001", "why": "SF does not answer: HTTP 500"}
    ]
    ran = scm("order", "track", "DN-000001")
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("track",), 2, "which one?"),
        (("track", "DN-99"), 4, "there is no order DN-99"),
        (("track", "SO-3"), 3, "nothing of SO-3 has left yet"),
        (("track", "DN-2"), 3, "no carrier and tracking number"),
        (("note", "SO-33"), 4, "SO-3"),
        (("note", "SO-3"), 3, "nothing of SO-3 has left yet"),
        (("pick", "--warehouse", "MAIM"), 4, "Did you mean MAIN?"),
        (("figures", "--from", "2026-03-02", "--to", "2026-03-01"), 2, "is after"),
    ],
)
def test_refusals(scm, args, code, said):
    ran = scm("order", *args)
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_a_carrier_without_a_service_is_told(scm):
    number = sent(scm, "Uncle Li")
    ran = scm("order", "track", number)
    assert "no tracking service is set up for Uncle Li" in ran.err
    assert ran.code != 0


def test_pick_list(scm):
    ran = scm("order", "pick", "--on", "2026-04-01", "--json")
    (row,) = ran.json["rows"]
    assert (row["service"], row["order"], row["sku"], row["qty"]) == (
        "next_day",
        "SO-2",
        "PEN-R",
        6,
    )
    assert ran.json["services"] == {"next_day": 1}
    book = openpyxl.load_workbook(ran.json["files"][0])
    assert book.sheetnames == ["Pick list", "By item"]
    texts = [str(cell) for line in book["Pick list"].values for cell in line if cell is not None]
    assert any("SO-2" in text and "next day" in text for text in texts)
    assert "PEN-R" in texts


def test_delivery_note(scm):
    ran = scm("order", "note", "DN-1", "--prices", "--json")
    (made,) = ran.rows
    assert Path(made["pdf"]).read_bytes()[:5] == b"%PDF-"
    cells = [c for line in openpyxl.load_workbook(made["workbook"]).active.values for c in line]
    assert {"DN-1", "SO-1", "A4-80", "Delivery note"} <= {str(c) for c in cells}


@pytest.fixture
def a_month(shop):
    """Parcels of the last thirty days stand in the list of waybills."""
    settings = shop / "scm.toml"
    told = "[carriers]\nwaybill_days = 30\n"
    settings.write_text(settings.read_text(encoding="utf-8") + told, encoding="utf-8")


@pytest.mark.usefixtures("a_month")
def test_waybills_go_out_and_come_back(scm, tmp_path):
    number = scm("order", "ship", "SO-2", "PEN-R=6", "--json").json["shipment"]
    ran = scm("order", "waybills", "--json")
    assert [row["shipment_no"] for row in ran.json["rows"]] == ["DN-2", number]
    filled = tmp_path / "filled.xlsx"
    book = openpyxl.load_workbook(ran.json["file"])
    page = book.worksheets[0]
    page.cell(page.max_row, 10).value, page.cell(page.max_row, 11).value = "圆通", "YT007"
    book.save(filled)
    done = scm("import", str(filled), "--json").json
    assert [f["kind"] for f in done["files"]] == ["waybills"]
    assert (done["files"][0]["updated"], done["files"][0]["set_aside"]) == (1, 1)
    told = scm(
        "sql", f"SELECT carrier, tracking_no FROM shipment WHERE shipment_no = '{number}'", "--json"
    )
    assert told.rows == [{"carrier": "圆通", "tracking_no": "YT007"}]
    assert scm("import", str(filled), "--json").json["entry"] is None


@pytest.mark.usefixtures("a_month")
def test_one_number_for_two_parcels_is_refused(scm, tmp_path):
    scm("order", "ship", "SO-2", "PEN-R=6", "--json")
    book = openpyxl.load_workbook(scm("order", "waybills", "--json").json["file"])
    page = book.worksheets[0]
    for row in (page.max_row - 1, page.max_row):
        page.cell(row, 10).value, page.cell(row, 11).value = "YTO", "YT007"
    book.save(tmp_path / "filled.xlsx")
    ran = scm("import", str(tmp_path / "filled.xlsx"))
    assert (ran.code, "have the same tracking number YT007" in ran.err) == (3, True), ran.err


def test_figures(scm):
    ran = scm(
        "order",
        "figures",
        "--from",
        "2026-03-01",
        "--to",
        "2026-03-31",
        "--by",
        "category",
        "--json",
    )
    assert (ran.json["from"], ran.json["by"]) == ("2026-03-01", "category")
    assert ran.json["rows"][0]["backlog_qty"] == 18
