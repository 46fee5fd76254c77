"""Cells by name, as Excel writes them, and by index."""

from __future__ import annotations

from typing import NamedTuple


class Patch(NamedTuple):
    """A text that replaces what the parser gave for one cell; both indexes count from 0."""

    row: int
    column: int
    text: str


def cell_name(row_index: int, column_index: int) -> str:
    """The name of a cell by its indexes from 0.

    >>> cell_name(11, 2)
    'C12'
    """
    return f"{column_letters(column_index)}{row_index + 1}"


def column_letters(index: int) -> str:
    """The letters of a column by its index from 0.

    >>> column_letters(0), column_letters(701), column_letters(16383)
    ('A', 'ZZ', 'XFD')
    """
    letters, rest = "", index + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def column_index(letters: str) -> int:
    """The index from 0 of a column by its letters.

    >>> column_index("A"), column_index("AA"), column_index("XFD")
    (0, 26, 16383)
    """
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
