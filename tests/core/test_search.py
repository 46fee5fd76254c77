"""Finding what a person typed: initials, the nearest code, the order of hits."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.search import fill_mnemonics, initials, nearest, rank


@pytest.mark.parametrize(
    ("name", "mnemonic"),
    [
        ("乐普文具有限公司", "lpwjyxgs"),
        ("重庆长江文具", "cqcjwj"),  # 重 and 长 are read with their phrase
        ("长沙书店", "cssd"),
        ("得力A4复印纸 80g", "dla4fyz80g"),
        ("Stapler No. 5", None),
        ("", None),
    ],
)
def test_initials(name, mnemonic):
    assert initials(name) == mnemonic


def test_filling_keeps_what_is_there():
    frame = pl.DataFrame(
        {"name": ["铅笔", "铅笔", "Pen"], "mnemonic": [None, "boss", None], "n": [1, 2, 3]}
    )
    found = fill_mnemonics(frame)
    assert found["mnemonic"].to_list() == ["qb", "boss", None]
    assert found.drop("mnemonic").equals(frame.drop("mnemonic"))
    plain = pl.DataFrame({"name": ["Pen"]})
    assert fill_mnemonics(plain).equals(plain)


@pytest.mark.parametrize(
    ("asked", "known", "code"),
    [
        ("S-O01", ["S-001", "S-002"], "S-001"),
        ("s-002", ["S-001", "S-002"], "S-002"),
        ("Ｓ－００２", ["S-001", "S-002"], "S-002"),  # full width
        ("85123B", ["85123A", "22423"], "85123A"),
        ("A4-08", ["A4-80", "A4-70"], "A4-80"),  # neighbours swapped: one slip
        ("nothing like it", ["S-001"], None),
        ("x", [], None),
        ("Corner Shp", {"C-001": "Book Store", "C-002": "Corner Shop"}, "C-002"),
        ("C-01", {"C-001": None}, "C-001"),
    ],
)
def test_nearest(asked, known, code):
    assert nearest(asked, known) == code


@given(st.lists(st.text("AB01-", min_size=1, max_size=6), min_size=1))
def test_a_known_code_is_nearest_to_itself(codes):
    assert all(nearest(code, codes) == code for code in codes)


def test_rank_puts_the_code_before_words():
    hits = [
        ("X-1", "Gel pen", None),
        ("PEN", "Marker", None),
        ("A", "pen", None),
        ("B", "carpenter", None),
    ]
    assert [h[0] for h in sorted(hits, key=lambda h: rank(["pen"], *h))] == ["PEN", "A", "X-1", "B"]
