"""Columns of text as an Arrow IPC stream, written with the standard library alone.

The reader's child process hands its columns over in this format. Importing a frame library
only to write six buffers would cost each import as much CPU as the start of the whole program.
The layout is that of the Arrow columnar format, version 5 (`Message.fbs`, `Schema.fbs`).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typing_extensions import Buffer

_VERSION_5 = ("h", 4)
_SCHEMA, _RECORD_BATCH = ("B", 1), ("B", 3)
_UTF8 = ("B", 5)


class TextColumn(NamedTuple):
    """One column of UTF-8 text: 32-bit offsets, as Arrow's `Utf8`."""

    null_count: int
    validity: Buffer  # empty when nothing is null
    offsets: Buffer
    text: Buffer


class _Blob(NamedTuple):
    """A piece of a flatbuffer that can stand at any multiple of 8; `root` is its entry."""

    raw: bytes
    root: int


def text_column(cells: Sequence[str | None]) -> TextColumn:
    """The cells of one column as Arrow buffers."""
    texts = [(cell or "").encode() for cell in cells]
    offsets, at = bytearray(4), 0
    for text in texts:
        at += len(text)
        offsets += struct.pack("<i", at)
    nulls = [cell is None for cell in cells]
    validity = bytearray((len(cells) + 7) // 8 if any(nulls) else 0)
    for index, null in enumerate(nulls):
        if validity and not null:
            validity[index >> 3] |= 1 << (index & 7)
    return TextColumn(sum(nulls), bytes(validity), bytes(offsets), b"".join(texts))


def ipc_stream(columns: Sequence[TextColumn], height: int) -> Iterator[Buffer]:
    """The chunks of an IPC stream with the columns "0", "1", ... in one record batch."""
    fields = [_field(str(index)) for index in range(len(columns))]
    yield _message(_SCHEMA, _table(None, _vector(fields)), 0)
    buffers = [buffer for column in columns for buffer in column[1:]]
    at, places = 0, []
    for buffer in buffers:
        size = memoryview(buffer).nbytes
        places.append((at, size))
        at += _padded(size)
    nodes = [(height, column.null_count) for column in columns]
    batch = _table(("q", height), _pairs(nodes), _pairs(places))
    yield _message(_RECORD_BATCH, batch, at)
    for buffer, (_, size) in zip(buffers, places, strict=True):
        yield buffer
        yield bytes(_padded(size) - size)
    yield struct.pack("<Ii", 0xFFFFFFFF, 0)


def _message(kind: tuple[str, int], header: _Blob, body_size: int) -> bytes:
    message = _table(_VERSION_5, kind, header, ("q", body_size))
    raw = struct.pack("<II", 8 + message.root, 0) + message.raw
    raw += bytes(_padded(len(raw)) - len(raw))
    return struct.pack("<Ii", 0xFFFFFFFF, len(raw)) + raw


def _field(name: str) -> _Blob:
    text = name.encode()
    label = _Blob(struct.pack("<I", len(text)) + text + b"\0", 0)
    return _table(label, ("B", 1), _UTF8, _table(), None, _vector([]))


def _table(*slots: tuple[str, int] | _Blob | None) -> _Blob:
    """A flatbuffer table: its vtable first, the inline fields, then the children."""
    start = _padded(4 + 2 * len(slots))
    places, at = [], 4
    for slot in slots:
        if slot is None:
            places.append(0)
            continue
        size = struct.calcsize("I" if isinstance(slot, _Blob) else slot[0])
        at = _padded(at, size)
        places.append(at)
        at += size
    raw = bytearray(_padded(start + at))
    struct.pack_into(f"<HH{len(slots)}H", raw, 0, 4 + 2 * len(slots), at, *places)
    struct.pack_into("<i", raw, start, start)
    for slot, place in zip(slots, places, strict=True):
        if isinstance(slot, _Blob):
            _append(raw, start + place, slot)
        elif slot is not None:
            struct.pack_into("<" + slot[0], raw, start + place, slot[1])
    return _Blob(bytes(raw), start)


def _vector(tables: Sequence[_Blob]) -> _Blob:
    raw = bytearray(_padded(4 + 4 * len(tables)))
    struct.pack_into("<I", raw, 0, len(tables))
    for index, table in enumerate(tables):
        _append(raw, 4 + 4 * index, table)
    return _Blob(bytes(raw), 0)


def _pairs(pairs: Iterable[tuple[int, int]]) -> _Blob:
    """A vector of structs of two longs; they must stand on a multiple of 8."""
    items = [struct.pack("<qq", *pair) for pair in pairs]
    return _Blob(struct.pack("<II", 0, len(items)) + b"".join(items), 4)


def _append(raw: bytearray, place: int, child: _Blob) -> None:
    """Put the child at the end and its distance into the reference at `place`."""
    struct.pack_into("<I", raw, place, len(raw) + child.root - place)
    raw += child.raw + bytes(_padded(len(child.raw)) - len(child.raw))


def _padded(size: int, unit: int = 8) -> int:
    return -(-size // unit) * unit
