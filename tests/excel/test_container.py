"""What is refused before any parser sees it, and with which words."""

from __future__ import annotations

import os
import time

import pytest
from hostile import FAR, archive, cell, declaring, ole, sheet_xml, workbook, xls

from scm_cli.errors import Exit, ScmError
from scm_cli.excel.container import Kind, preflight

ONE = f'<row r="1">{cell("A1", "sku")}</row>'
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
SHEET = "xl/worksheets/sheet1.xml"
WIDE = f'<row r="1">{cell("XFD1", 1)}</row>'
TALL = '<row r="1048576"><c><v>1</v></c></row>'
LYING_DIMENSION = sheet_xml(FAR).replace("<sheetData>", '<dimension ref="A1:B2"/><sheetData>')
EXCEL_2003 = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
HTML = b"<html><table><tr><td>a</td></tr></table></html>"


def written(raw):
    return lambda path: path.write_bytes(raw)


def with_part(name, text):
    return lambda path: workbook(path, ONE, parts={name: text})


def with_sheet(text, prolog='<?xml version="1.0"?>'):
    return with_part(SHEET, sheet_xml(text, prolog=prolog))


def with_sheets(*rows):
    return lambda path: workbook(path, *rows)


def zip_of(*names):
    return lambda path: archive(path, dict.fromkeys(names, "<a/>"))


def claiming(size, text=""):
    return lambda path: declaring(workbook(path, ONE + text), SHEET, size)


def cut(path):
    workbook(path, ONE)
    path.write_bytes(path.read_bytes()[:-40])


def flipped(path):
    workbook(path, ONE, parts={SHEET: sheet_xml(ONE * 500)})
    raw = bytearray(path.read_bytes())
    at = raw.find(SHEET.encode()) + 60
    raw[at : at + 8] = b"\xff" * 8
    path.write_bytes(raw)


ACCEPTED = [
    ("a.xlsx", with_sheets(ONE), Kind.XLSX),
    ("a.xlsm", with_part("xl/vbaProject.bin", b"\xd0\xcf"), Kind.XLSX),
    ("a.xls", with_sheets(ONE), Kind.XLSX),  # platforms misname them
    ("a.xls", xls, Kind.XLS),
    ("a.xls", written(HTML), Kind.HTML),
    ("a.xls", written("\ufeff <TABLE>".encode()), Kind.HTML),
    ("a.xls", written(b"sku\tqty\n"), Kind.TEXT),
    ("a.csv", written(b"sku,qty\n"), Kind.TEXT),
    ("a.csv", written(b"PK,qty\n"), Kind.TEXT),
    ("a.txt", written("货号".encode("utf-16")), Kind.TEXT),
    ("no suffix", written(b"sku,qty\n"), Kind.TEXT),
    # what honest programs write
    ("a.xlsx", with_part(SHEET, "\ufeff" + sheet_xml(ONE)), Kind.XLSX),
    ("a.xlsx", with_sheet(ONE, "<?xml version='1.0'?>\n<!-- x -->\n"), Kind.XLSX),
    ("a.xlsx", with_part("customXml/item1.xml", "<a/>".encode("utf-16")), Kind.XLSX),
    ("a.xlsx", with_part("xl/empty.xml", ""), Kind.XLSX),
    # formats reach to the last cell, content does not
    ("a.xlsx", with_sheets(ONE + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'), Kind.XLSX),
]

REFUSED = [
    ("a.xlsx", written(b""), "a.xlsx is empty"),
    ("a.csv", written(b"\xef\xbb\xbf\r\n"), "a.csv is empty"),
    ("a.xlsx", written(b"sku,qty\n"), "named as a workbook but is not one"),
    ("a.xlsx", written(b"\0" * 5000), "a.xlsx is empty"),
    ("a.xlsx", cut, "damaged or incomplete"),
    ("a.xlsx", written(b"PK\x03\x04" + b"x" * 90), "damaged or incomplete"),
    ("a.xlsx", flipped, "damaged or incomplete"),
    ("a.xlsx", zip_of("word/document.xml"), "is a Word document"),
    ("a.xlsx", zip_of("ppt/presentation.xml"), "a PowerPoint"),
    ("a.xlsx", zip_of("xl/workbook.bin"), "a binary workbook"),
    ("a.xlsx", zip_of("content.xml"), "an OpenDocument file"),
    ("a.xlsx", zip_of("orders.csv"), "without a workbook in it"),
    ("a.xlsx", lambda path: ole(path, "EncryptedPackage", b""), "protected by a password"),
    ("a.xls", lambda path: ole(path, "WordDocument", b""), "not a workbook"),
    ("a.xlsx", written(b"%PDF-1.7 ..."), "a PDF document"),
    ("a.xlsx", written(b"\x1f\x8b\x08..."), "a gzip archive"),
    ("a.csv", written(b"\x89PNG\r\n\x1a\n"), "a picture"),
    ("a.xml", written(b"<?xml version='1.0'?><a/>"), "an XML file"),
    (
        "a.xls",
        written(EXCEL_2003),
        "Excel 2003 XML",
    ),
    # document types, however they hide
    ("a.xlsx", with_sheet(ONE, DOCTYPE), "document type"),
    ("a.xlsx", with_part("xl/sharedStrings.xml", f"{DOCTYPE}<sst/>"), "sharedStrings.xml"),
    ("a.xlsx", with_sheet(ONE, f"<!-- <a --> {DOCTYPE}"), "document type"),
    ("a.xlsx", with_sheet(ONE, f"<?x <a ?>{DOCTYPE}"), "document type"),
    ("a.xlsx", with_sheet(ONE, f"<!--{' ' * 99_999}-->{DOCTYPE}"), "document type"),
    ("a.xlsx", with_part(SHEET, (DOCTYPE + sheet_xml(ONE)).encode("utf-16")), "strange encoding"),
    # far cells, whatever the sheet says about its size
    ("a.xlsx", with_sheets(FAR), "far cell XFD1048576"),
    ("a.xlsx", with_sheets(ONE, FAR), "sheet2.xml"),
    ("a.xlsx", with_part(SHEET, LYING_DIMENSION), "far cell XFD1048576"),
    ("a.xlsx", with_sheets(WIDE + TALL), "far cell"),
    # bombs: declared, and lying
    ("a.xlsx", claiming(999 << 20), "unpacks to 999 MB"),
    ("a.xlsx", claiming(300, " " * 99_999), "more than it declares in xl/worksheets/sheet1.xml"),
    ("a.xlsx", zip_of("xl/workbook.xml", *map(str, range(5_001))), "5002 parts"),
]


@pytest.mark.parametrize(("name", "build", "kind"), ACCEPTED)
def test_a_readable_file_is_recognised_by_its_content(tmp_path, name, build, kind):
    build(tmp_path / name)
    assert preflight(tmp_path / name) is kind


@pytest.mark.parametrize(("name", "build", "words"), REFUSED)
def test_a_dangerous_or_unreadable_file_is_refused_in_words(tmp_path, name, build, words):
    build(tmp_path / name)
    started = time.monotonic()
    with pytest.raises(ScmError) as refusal:
        preflight(tmp_path / name)
    assert time.monotonic() - started < 2
    assert words in refusal.value.say.english
    assert name in refusal.value.say.english
    assert refusal.value.hint.english
    assert refusal.value.exit_code is Exit.REFUSED


def test_a_path_that_is_no_file_is_a_mistake_of_usage(tmp_path):
    for path, words in (
        (tmp_path, "is a folder"),
        (tmp_path / "gone.xlsx", "there is no file"),
        (tmp_path / "a.csv" / "b.csv", "there is no file"),
        (tmp_path / ("long" * 100), "cannot be opened"),
        (tmp_path / "nul\0", "cannot be opened"),
    ):
        with pytest.raises(ScmError, match=words) as refusal:
            preflight(path)
        assert refusal.value.exit_code is Exit.USAGE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ScmError, match="not an ordinary file"):
        preflight(tmp_path / "pipe.csv")
