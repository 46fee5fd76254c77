"""The sheets of a workbook as columns of text; runs in the reader's child process only.

fastexcel gives the position of every error cell (#REF! and its kin), but only along with a
pyarrow batch, and pyarrow is a package of 176 MB. What fastexcel calls of it is one method,
the import of a C stream; `_Batch` offers that method and keeps the Arrow buffers, so that no
frame library needs to be imported and no cell is copied on the way to the parent.
"""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from scm_cli.excel.arrow import TextColumn
from scm_cli.excel.cellname import Patch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastexcel import CellErrors, ExcelReader

_ERROR_TEXTS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
_SUFFIXES = {"xlsx": {".xlsx", ".xlsm"}, "xls": {".xls"}}


class SheetColumns(NamedTuple):
    """One sheet: row 0 is the sheet's row 1, column 0 is the sheet's column `first_column`."""

    name: str
    hidden: bool
    height: int
    first_column: int
    columns: list[TextColumn]
    errors: list[Patch]


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]


class _Stream(ctypes.Structure):
    """`ArrowArrayStream` of the Arrow C stream interface."""

    _fields_: ClassVar = [
        ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(_Schema))),
        ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(_Array))),
        ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)),
        ("release", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
        ("private_data", ctypes.c_void_p),
    ]


class _Batch:
    """What stands in for `pyarrow.RecordBatchReader` and for the batch that it reads."""

    def __init__(self, array: _Array) -> None:
        self._array = array  # never released: the process ends soon after

    @classmethod
    def _import_from_c(cls, address: int) -> _Batch:
        stream = _Stream.from_address(address)
        schema, array = _Schema(), _Array()
        if stream.get_schema(address, schema) or stream.get_next(address, array):
            raise MemoryError
        formats = {schema.children[index].contents.format for index in range(schema.n_children)}
        stream.release(address)
        if formats - {b"u"} or array.offset:
            raise TypeError(f"columns of text were asked for, not {sorted(formats)}")
        return cls(array)

    def read_next_batch(self) -> _Batch:
        return self

    @property
    def height(self) -> int:
        return int(self._array.length)

    def columns(self) -> Iterator[TextColumn]:
        for index in range(self._array.n_children):
            yield _text_column(self._array.children[index].contents)


def open_workbook(kind: str, path: str) -> ExcelReader:
    """The workbook, with the stand-in for pyarrow in place."""
    import fastexcel

    stand_in = ModuleType("pyarrow")
    vars(stand_in).update(RecordBatchReader=_Batch, RecordBatch=_Batch)
    sys.modules["pyarrow"] = stand_in
    # a path is judged by its suffix, which may lie; bytes are judged by what they are
    honest = Path(path).suffix.lower() in _SUFFIXES[kind]
    return fastexcel.read_excel(path if honest else Path(path).read_bytes())


def sheet_columns(workbook: ExcelReader, name: str) -> SheetColumns:
    """All cells of one sheet as text; empty cells are null, error cells are patches."""
    # skip_rows=0 keeps the blank rows on top, so that row numbers stay those of the sheet
    sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    hidden = sheet.visible != "visible"
    if not sheet.width or not sheet.height:
        return SheetColumns(name, hidden, 0, 0, [], [])
    first_column = min(column.absolute_index for column in sheet.selected_columns)
    batch, errors = sheet.to_arrow_with_errors()
    assert isinstance(batch, _Batch)  # noqa: S101 - tells the type checker what open_workbook did
    patches = _error_patches(errors, first_column)
    return SheetColumns(name, hidden, batch.height, first_column, list(batch.columns()), patches)


def _error_patches(errors: CellErrors | None, first_column: int) -> list[Patch]:
    patches = []
    for error in errors.errors if errors else ():
        kind = re.search(r"Error\((\w+)\)", error.detail)
        row, column = error.position
        text = _ERROR_TEXTS.get(kind[1] if kind else "", "#VALUE!")
        patches.append(Patch(row, column + first_column, text))
    return patches


def _text_column(array: _Array) -> TextColumn:
    validity, offsets, text = (array.buffers[index] for index in range(3))
    offset_bytes = _memory(offsets, 4 * (array.length + 1))
    text_size = int.from_bytes(offset_bytes[-4:], "little")
    bits = _memory(validity, (array.length + 7) // 8) if array.null_count else b""
    return TextColumn(array.null_count, bits, offset_bytes, _memory(text, text_size))


def _memory(address: int | None, size: int) -> memoryview:
    if not address or not size:
        return memoryview(b"")
    return memoryview((ctypes.c_char * size).from_address(address)).cast("B")
