"""Text files: the encoding is never guessed wrongly, rows that do not fit are named."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scm_cli.errors import Exit, ScmError
from scm_cli.excel.csvtext import text_table
from scm_cli.excel.read import sheets

PLAIN = "货号,名称,数量\n00123,苹果,3\n"
PLAIN_ROWS = [("货号", "名称", "数量"), ("00123", "苹果", "3")]


def table(tmp_path, raw):
    path = tmp_path / "a.csv"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return text_table(path)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gbk", "GB18030"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
@pytest.mark.parametrize("delimiter", ",;\t|")
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end_gives_the_same_grid(
    tmp_path, encoding, told, delimiter, line_end
):
    text = PLAIN.replace(",", delimiter).replace("\n", line_end)
    found = table(tmp_path, text.encode(encoding))
    assert found.grid.rows() == PLAIN_ROWS
    assert (found.encoding, found.problems) == (told, ())


def test_chinese_among_latin_letters_is_not_taken_for_western(tmp_path):
    assert table(tmp_path, "茶a,茶b\n茶c,d\n".encode("gbk")).encoding == "GB18030"


def test_traditional_text_in_gbk_is_not_taken_for_western(tmp_path):
    found = table(tmp_path, "貨號,名稱\n1,龍井茶葉禮盒裝（臺灣）\n".encode("gbk"))
    assert (found.encoding, found.grid.rows()[1][1]) == ("GB18030", "龍井茶葉禮盒裝（臺灣）")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("name,qty\ncafés,3\n".encode("latin-1"), "the encoding of a.csv"),
        ("name,qty\nMüller,3\nStraße,4\n".encode("cp1252"), "the encoding of a.csv"),
        (PLAIN.encode() * 20 + b"\xff\n", "line 41 holds broken characters"),
        (PLAIN.encode("gbk") + b"\xff\n", "the encoding of a.csv"),
        (b"\xff\xfea", "the encoding of a.csv"),
        (b"a,b\n" + bytes(range(256)) * 9, "the encoding of a.csv"),
        (b"a,b\n\0\0\1\0\0", "is not a text file"),
        ('a,b\n"x"y,3\n', "stray or unclosed quote in line 2"),
        ('a,b\n"x,3\n1,2\n', "stray or unclosed quote in line 3"),
        ("a,b\n1," + "x" * 200_000 + '"\n', "in line 2"),
        ("," * 20_000, "20001 columns"),
        ("\n\n,,\n", "no visible cell with content"),
    ],
)
def test_a_text_file_that_cannot_be_read_is_refused_in_words(tmp_path, raw, words):
    (tmp_path / "a.csv").write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    with pytest.raises(ScmError, match=words) as refusal:
        sheets(tmp_path / "a.csv")
    assert refusal.value.exit_code is Exit.REFUSED
    assert refusal.value.hint.english


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="00123"', "00123"),
        ('"=""00123"""', "00123"),
        ('"=""a""""b"""', 'a"b'),
        ('=""', None),
        ("690123\t", "690123"),
        ("\t690123", "690123"),
        ('"690123\t"', "690123"),
        ("=1+1", "=1+1"),
        ('"=A1&""x"""', '=A1&"x"'),
        ("'00123", "'00123"),
        (" x ", " x "),
        ('"a\nb"', "a\nb"),
        ('"a,b"', "a,b"),
        ('""', None),
    ],
)
def test_what_exports_wrap_around_a_cell_is_taken_off(tmp_path, cell, text):
    assert table(tmp_path, f"sku,qty\n{cell},1\n").grid.rows() == [("sku", "qty"), (text, "1")]


def told(found):
    return [(problem.where, problem.what.values["fields"]) for problem in found.problems]


def test_rows_that_do_not_fit_are_named_by_their_line(tmp_path):
    found = table(tmp_path, 'a,b,c\n1,"x\ny",3\n1,2\n1,2,3,4\n1,2,3\n')
    assert told(found) == [("a.csv 4", 2), ("a.csv 5", 4)]
    assert found.problems[0].what.english == "line 4 has 2 fields, the others 3"
    assert found.grid.rows()[2:4] == [("1", "2", None, None), ("1", "2", "3", "4")]


def test_a_short_and_a_long_row_do_not_make_up_for_each_other(tmp_path):
    assert told(table(tmp_path, "a,b,c\n1,2\n1,2,3,4\n1,2,3\n")) == [("a.csv 2", 2), ("a.csv 3", 4)]


def test_preamble_comments_blank_lines_and_trailing_delimiters_are_no_problem(tmp_path):
    text = "店铺：茶,2026\n\na,b,c\n1,2,3,\n\n1,2,3,\n#-----end-----\n\n"
    found = table(tmp_path, text)
    assert found.problems == ()
    assert found.grid.rows()[2:4] == [("a", "b", "c", None), ("1", "2", "3", None)]
    assert found.grid.height == 8  # rows keep the numbers that Excel gives them


def test_a_total_and_a_signature_may_be_as_short_as_they_are(tmp_path):
    found = table(tmp_path, "a,b,c\n1,2,3\n合计,2\n制表人：张三,2026-03-01\n1,2\n1,2,3\n")
    assert told(found) == [("a.csv 5", 2)]
    assert found.grid.rows()[2] == ("合计", "2", None)


def test_a_file_of_one_column_is_a_table(tmp_path):
    assert table(tmp_path, "sku\nA 1\nB;2\n").grid.rows() == [("sku",), ("A 1",), ("B;2",)]


FIELD = st.text(st.sampled_from('ab货,;\t|"\n #'), max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(FIELD, FIELD, FIELD), min_size=1, max_size=6))
def test_what_the_standard_writer_writes_is_read_back(tmp_path, rows):
    sheet = io.StringIO()
    writer = csv.writer(sheet, quoting=csv.QUOTE_ALL)
    writer.writerows([("h1", "h2", "h3")] * 3 + rows)
    found = table(tmp_path, sheet.getvalue())

    def plain(field):
        return field.strip("\t") or None

    expected = [tuple(map(plain, row)) for row in rows]
    assert found.grid.rows()[3:] == expected
    assert found.problems == ()
