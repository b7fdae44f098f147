"""Tables of any length, row by row: what is wrong with the file is said before the first, or where it is met."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from assistance.shared.spreadsheets.limits import MEGABYTE, Limits, UnreadableFile
from assistance.shared.spreadsheets.plain_text import (
    BOMS,
    DELIMITERS,
    SAMPLE,
    TOP_ROWS,
    breaks_off,
    mixture,
    other_encoding,
    row_cannot_be_read,
)
from assistance.shared.spreadsheets.reading import kind_of
from assistance.shared.spreadsheets.workbooks import OLE, ZIP, open_sheet

Open = Callable[[], BinaryIO]
Numbered = Iterator[tuple[int, Sequence[object]]]
# Whole numbers up to here are kept exactly by a workbook.
_EXACT = 2**53
_HEAD = 4 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was looked through once. `rows` gives its rows anew, numbered from 1; `length` is how
    many there are at most."""

    rows: Callable[[], Numbered]
    length: int


def open_table(open_file: Open, *, filename: str, limits: Limits) -> Table:
    """Look a csv or xlsx file through, once, and make its rows readable as often as wanted.

    Memory does not grow with a csv. Raises UnreadableFile as `read_rows` does; a text that breaks off
    or lacks a quotation mark is told while its rows are read.
    """
    with open_file() as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        head = file.read(_HEAD)
        if head.startswith((OLE, ZIP)) and size <= limits.size:
            head += file.read()
    if not size:
        raise UnreadableFile(_("The file is empty."))
    if size > limits.size:
        raise UnreadableFile(
            _("The file is larger than %(limit)d MB.") % {"limit": limits.size // MEGABYTE}
        )
    kind = kind_of(head, filename)
    return _text(open_file, limits) if kind == "csv" else _workbook(kind, head, limits)


def _workbook(kind: str, content: bytes, limits: Limits) -> Table:
    sheet = open_sheet(kind, content, limits)

    def rows() -> Numbered:
        return enumerate(([_plain(cell) for cell in row] for row in sheet.iter_rows()), start=1)

    return Table(rows, (sheet.end or (0, 0))[0] + 1)


def _plain(cell: object) -> object:
    """A whole number without its .0, unless its last places are lost."""
    if type(cell) is float and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    return cell


class _Text(NamedTuple):
    encoding: str
    lines: int
    is_ended: bool  # by a line end


def _text(open_file: Open, limits: Limits) -> Table:
    looked = _looked_through(open_file)
    limits.check_table(looked.lines, 0)
    delimiter = _delimiter(open_file, looked.encoding)

    def rows() -> Numbered:
        csv.field_size_limit(1_000_000)
        with io.TextIOWrapper(open_file(), encoding=looked.encoding, newline="") as text:
            reader = csv.reader(text, delimiter=delimiter, strict=True)
            yield from _cells(reader, limits, is_ended=looked.is_ended)

    return Table(rows, looked.lines)


def _cells(reader: Iterator[list[str]], limits: Limits, *, is_ended: bool) -> Numbered:
    line = usual = last = 0
    try:
        for line, cells in enumerate(reader, start=1):
            usual, last = last, len(cells)
            if last > limits.columns:
                limits.check_table(line, last)
            yield line, cells
    except csv.Error:
        raise row_cannot_be_read(line + 1) from None
    if not is_ended and last < usual:
        raise breaks_off(line)


def _looked_through(open_file: Open) -> _Text:
    """The whole file once, without keeping it."""
    with open_file() as file:
        start = file.read(3)
        encoding = next((name for mark, name in BOMS if start.startswith(mark)), "")
        file.seek(0)
        if encoding == "utf-16":
            return _Text(encoding, _lines_of(file, encoding), is_ended=True)
        return _without_doubt(file, encoding)


def _without_doubt(file: BinaryIO, marked: str) -> _Text:
    """UTF-8 throughout, or else GB 18030 throughout; never some of both, and never one against its mark."""
    chinese = other = number = 0
    line = b""
    for number, line in enumerate(file, start=1):
        if b"\0" in line:
            raise UnreadableFile(
                _("Row %(row)d holds a zero byte: the file is damaged or no text.")
                % {"row": number}
            )
        if line.isascii():
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            other = other or number
            _check_gb18030(file, line, number, marked)
        else:
            # Two signs of GBK may pass for one odd letter of UTF-8, but hardly for Chinese ones.
            if not chinese and any("\u4e00" <= sign <= "\u9fff" for sign in text):
                chinese = number
        if chinese and other:
            raise mixture(chinese, other)
    return _Text("gb18030" if other else marked or "utf-8", number, line.endswith((b"\n", b"\r")))


def _check_gb18030(file: BinaryIO, line: bytes, number: int, marked: str) -> None:
    try:
        if not marked:
            line.decode("gb18030")
            return
    except UnicodeDecodeError:
        pass
    file.seek(0)
    raise other_encoding(b"" if marked else file.read(SAMPLE), number)


def _lines_of(file: BinaryIO, encoding: str) -> int:
    try:
        return sum(1 for _line in codecs.getreader(encoding)(file))
    except UnicodeError:
        raise UnreadableFile(
            _("The file is damaged: it cannot be read as the text it says it is.")
        ) from None


def _delimiter(open_file: Open, encoding: str) -> str:
    with io.TextIOWrapper(open_file(), encoding=encoding, newline="") as text:
        top = "".join(line for line, _n in zip(text, range(TOP_ROWS), strict=False))
    return max(DELIMITERS, key=top.count)
