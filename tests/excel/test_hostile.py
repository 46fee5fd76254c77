"""Hostile and damaged files: one sentence in a few seconds, never a traceback or a hang."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hostile import FAR, MAIN, RELATIONS, cell, sheet_xml, workbook
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scm_cli.errors import Exit, ScmError
from scm_cli.excel import parser
from scm_cli.excel.container import inspect
from scm_cli.excel.read import sheets

SHEET = "xl/worksheets/sheet1.xml"
LIMIT_SECONDS = 10


def only(path: Path) -> list[tuple[str | None, ...]]:
    (sheet,) = sheets(path)
    return sheet.grid.rows()


def zipped(path: Path, name: str, raw: bytes) -> Path:
    return workbook(path, f'<row r="1">{cell("A1", 1)}</row>', parts={name: raw})


def blank_rows(count: int, then: str = "") -> str:
    return "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, count)) + then


FAR_BELOW = blank_rows(250_000, FAR.split("</row>")[1] + "</row>")
TOP = f'<row r="1">{cell("A1", 1)}</row>'

BAD_INDEX = '<row r="1"><c r="A1" t="s"><v>7</v></c></row>'
BAD_NAME = '<row r="1"><c r="99999A"><v>7</v></c></row>'
BLANK = '<row r="1"><c r="B2" s="1"/></row>'
DISGUISED = "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"


def with_sheets(*rows, states=()):
    return lambda path: workbook(path, *rows, states=states)


def with_part(name, raw):
    return lambda path: zipped(path, name, raw)


REFUSED = [
    ("no cell", with_sheets(""), "no visible cell with content"),
    ("blank cells", with_sheets(BLANK), "no visible cell"),
    ("all hidden", with_sheets(TOP, states=("hidden",)), "no visible cell"),
    ("no sheet", with_sheets(), "no visible cell"),
    ("bad xml", with_part(SHEET, b"<worksheet><sheetData><row></c>"), "cannot be read"),
    ("bad index", with_sheets(BAD_INDEX), "cannot be read"),
    ("bad name", with_sheets(BAD_NAME), "cannot be read"),
    ("no relations", with_part(RELATIONS, b"<Relationships/>"), "cannot be read|no visible"),
    ("far cell after a long way", with_sheets(TOP + FAR_BELOW), "far cell XFD1048576"),
    ("far cell in disguise", with_sheets(TOP + DISGUISED), "more memory"),
]


@pytest.mark.parametrize(
    ("build", "words"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED]
)
def test_a_workbook_that_cannot_be_read_is_refused_in_words(tmp_path, build, words):
    path = build(tmp_path / "a.xlsx")
    started = time.monotonic()
    with pytest.raises(ScmError, match=words) as refusal:
        sheets(path)
    assert time.monotonic() - started < LIMIT_SECONDS
    assert refusal.value.exit_code is Exit.REFUSED
    assert "a.xlsx" in refusal.value.say.english
    assert refusal.value.hint.english


def test_odd_but_honest_workbooks_are_read(tmp_path):
    blanks = workbook(tmp_path / "a.xlsx", TOP + blank_rows(100_000))
    assert only(blanks) == [("1",)]
    after = cell("A100001", "last")
    data = workbook(
        tmp_path / "b.xlsx", TOP + blank_rows(100_001, f'<row r="100001">{after}</row>')
    )
    grid = sheets(data)[0].grid
    assert (grid.height, grid["0"][0], grid["0"][-1]) == (100_001, "1", "last")
    prefixed = sheet_xml(TOP).replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    for tag in ("worksheet", "sheetData", "row", "c ", "v"):
        prefixed = prefixed.replace(f"<{tag}", f"<x:{tag}").replace(
            f"</{tag.strip()}>", f"</x:{tag.strip()}>"
        )
    assert only(zipped(tmp_path / "c.xlsx", SHEET, prefixed.encode())) == [("1",)]


DAMAGE = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=4)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(DAMAGE, st.sampled_from([1.0, 1.0, 0.99, 0.6]))
def test_no_damage_to_a_workbook_raises_anything_else(tmp_path, damage, kept):
    path = workbook(tmp_path / "a.xlsx", TOP + "".join(f"<row>{cell('B2', 'x')}</row>" * 50))
    raw = bytearray(path.read_bytes())
    for place, value in damage:
        raw[int(place * len(raw))] = value
    path.write_bytes(raw[: int(kept * len(raw))])
    try:
        sheets(path)
    except ScmError as refusal:
        assert refusal.exit_code is Exit.REFUSED  # noqa: PT017 - both outcomes are right


HOSTILE_HTML = [
    "<table>" * 3000,
    "<table><tr><td>" + "<!--" * 30_000,
    "<table><tr><td>" + "<a " * 500,
    "<table><tr><td colspan=99999999 rowspan=9999>x" * 500,
]


@pytest.mark.parametrize("body", HOSTILE_HTML)
def test_hostile_html_comes_to_an_end(tmp_path, body):
    path = tmp_path / "a.xls"
    path.write_text(body)
    started = time.monotonic()
    try:
        sheets(path)
    except ScmError as refusal:
        assert refusal.exit_code is Exit.REFUSED  # noqa: PT017 - both outcomes are right
    assert time.monotonic() - started < LIMIT_SECONDS


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs limits of processes")
def test_a_parser_that_works_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(parser, "_limits", lambda _: (1 << 31, 1))
    (tmp_path / "a.xls").write_text("<table><tr><td>" + "<a " * 30_000)
    with pytest.raises(ScmError, match="takes too long to read"):
        sheets(tmp_path / "a.xls")


def test_a_parser_that_waits_too_long_is_ended(tmp_path, monkeypatch):
    workbook(tmp_path / "a.xlsx", TOP)
    monkeypatch.setattr(parser, "_program", lambda *_: "import time; time.sleep(60)")
    reader = parser.Parser(tmp_path / "a.xlsx", inspect(tmp_path / "a.xlsx"))
    reader._seconds = 0.2
    with pytest.raises(ScmError, match="takes too long to read"):
        list(reader.parts())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_no_room_for_what_was_read_is_told_as_that(tmp_path, monkeypatch):
    workbook(tmp_path / "a.xlsx", TOP)
    with Path("/dev/full").open("r+b", buffering=0) as full:
        monkeypatch.setattr(parser.tempfile, "TemporaryFile", lambda **_: full)
        with pytest.raises(OSError, match="No space left on device"):
            sheets(tmp_path / "a.xlsx")
