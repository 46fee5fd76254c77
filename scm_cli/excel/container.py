"""What a file from outside really is, found out before any parser sees it.

Only headers are looked at, and small parts in full, so a good workbook of 24 MB costs a few
milliseconds. What cannot be told that cheaply (a part that unpacks to more than it declares, a
far cell in a large sheet) meets the limits of the child process, which grow with the size that
the file declares.
"""

from __future__ import annotations

import stat
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from scm_cli.errors import Exit, Say, ScmError, system_words
from scm_cli.excel.refusal import refuse

if TYPE_CHECKING:
    from pathlib import Path

_MB = 1 << 20
FILE_LIMIT = 512 * _MB
_HEAD = 64 << 10


class Kind(StrEnum):
    """The families of files that can be read, each by its own way."""

    XLSX = "xlsx"
    XLS = "xls"
    TEXT = "text"
    HTML = "html"


class Container(NamedTuple):
    """A file that passed the preflight, and how many bytes its parser will see."""

    kind: Kind
    unpacked_bytes: int


_STRANGERS = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF89a", "a picture"),
    (b"SQLite format 3\0", "a database"),
    (b"\x7fELF", "a program"),
)


def preflight(path: Path) -> Kind:
    """The kind of the file; refused with a sentence and a cure when it cannot be read safely."""
    return inspect(path).kind


def inspect(path: Path) -> Container:
    """Like `preflight`, with the size that the limits of the parser are made from."""
    size, head = _opened(path)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        refuse(path, "{file} is empty", "save it again, or leave it out")
    if size > FILE_LIMIT:
        refuse(
            path,
            "{file} is {size} MB, more than the {limit} MB that are read",
            "split it into smaller files",
            size=size // _MB,
            limit=FILE_LIMIT // _MB,
        )
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from scm_cli.excel.zipparts import declared_bytes

        return Container(Kind.XLSX, declared_bytes(path))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        _refuse_other_ole(path)
        return Container(Kind.XLS, size)
    for magic, what in _STRANGERS:
        if head.startswith(magic):
            refuse(path, "{file} is {what}, not a table", "save the table as .xlsx", what=Say(what))
    return Container(_text_kind(path, head), size)


def _opened(path: Path) -> tuple[int, bytes]:
    message, hint, reason = "", "", Say("")
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            with path.open("rb") as file:
                return status.st_size, file.read(_HEAD)
        if stat.S_ISDIR(status.st_mode):
            message, hint = "{file} is a folder, not a file", "name the files in it"
        else:  # opening a pipe would wait for ever
            message, hint = "{file} is not an ordinary file", "save it to disk first"
    except FileNotFoundError:
        message, hint = "there is no file {file}", "check the name and the folder"
    except (OSError, ValueError) as error:
        message = "{file} cannot be opened: {reason}"
        hint = "close it in other programs and check that you may read it"
        reason = system_words(error)
    raise ScmError(message, hint=hint, exit_code=Exit.USAGE, file=str(path), reason=reason)


def _text_kind(path: Path, head: bytes) -> Kind:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
            refuse(
                path,
                "{file} is an Excel 2003 XML table",
                "open it in Excel and save it as .xlsx",
            )
        if b"<table" in start or b"<html" in start:
            return Kind.HTML
        if start.startswith(b"<?xml"):
            refuse(path, "{file} is an XML file, not a table", "save the table as .xlsx")
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        refuse(
            path,
            "{file} is named as a workbook but is not one",
            "if it holds plain text, rename it to .csv; else save it again in Excel",
        )
    return Kind.TEXT


def _refuse_other_ole(path: Path) -> None:
    """An OLE2 file is an old .xls, an encrypted .xlsx, or something else from Office."""
    raw = path.read_bytes()
    if _ole_entry("EncryptedPackage") in raw:
        refuse(
            path,
            "{file} is protected by a password",
            "open it in Excel, remove the password (File, Info), and save it",
        )
    if _ole_entry("Workbook") not in raw and _ole_entry("Book") not in raw:
        refuse(
            path,
            "{file} is an old Office file, but not a workbook",
            "open it and save the table as .xlsx",
        )


def _ole_entry(name: str) -> bytes:
    """The start of a stream's directory entry: 64 bytes of UTF-16 name, then its length."""
    text = name.encode("utf-16-le")
    return text.ljust(64, b"\0") + (len(text) + 2).to_bytes(2, "little")
