"""Workbooks. They are measured before they are opened: a small file may unfold to a very large one."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from functools import lru_cache

from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from assistance.shared.spreadsheets.cells import Cell
from assistance.shared.spreadsheets.limits import MEGABYTE, Limits, UnreadableFile

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
CHUNK = 4 * MEGABYTE
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_LONGEST_ADDRESS = 32
# BIFF8: the record that opens the workbook, of 20 bytes.
_OPENING, _OPENING_LENGTH = b"\x09\x08\x10\0\0\x06\x05\0", 20


def rows_of_xlsx(content: bytes, limits: Limits) -> list[list[Cell]]:
    """Raises UnreadableFile."""
    return _rows(open_sheet("xlsx", content, limits))


def rows_of_xls(content: bytes, limits: Limits) -> list[list[Cell]]:
    """Raises UnreadableFile."""
    return _rows(open_sheet("xls", content, limits))


def _rows(sheet: CalamineSheet) -> list[list[Cell]]:
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
    return rows


def open_sheet(kind: str, content: bytes, limits: Limits) -> CalamineSheet:
    """The one visible sheet that holds rows. Raises UnreadableFile.

    The old format is not packed, so its size is its measure.
    """
    if kind == "xlsx":
        if content.startswith(OLE):
            raise _locked()
        _measure(content, limits)
    sheet = _only_sheet(content)
    height, width = (place + 1 for place in sheet.end or (0, 0))
    limits.check_table(height, width)
    return sheet


def _only_sheet(content: bytes) -> CalamineSheet:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        sheets = [sheet for sheet in map(workbook.get_sheet_by_name, visible) if sheet.end]
    except PasswordError:
        raise _locked() from None
    except (CalamineError, OSError, ValueError):
        # The reader takes a locked workbook of the old kind for a format that it does not know.
        raise (_locked() if _is_locked(content) else _broken()) from None
    if not sheets:
        raise UnreadableFile(_("The file holds no rows."))
    if len(sheets) > 1:
        raise UnreadableFile(
            _("Several sheets hold rows: %(names)s. Keep the one that is to be read.")
            % {"names": "、".join(sheet.name for sheet in sheets)}
        )
    return sheets[0]


def _is_locked(content: bytes) -> bool:
    """Whether the first record of an old workbook is followed by that of a password (FILEPASS)."""
    begins = content.find(_OPENING)
    after = begins + _OPENING_LENGTH
    return begins >= 0 and content[after : after + 2] == b"\x2f\0"


def _measure(content: bytes, limits: Limits) -> None:
    """Unpack piece by piece and throw away, counting: sizes that a file states may be lies."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                total += _measure_entry(archive, entry, limits, limits.unpacked - total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _broken() from None


def _measure_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, room: int
) -> int:
    is_sheet = _SHEET.fullmatch(entry.filename) is not None
    far_out = _far_out(limits)
    size, columns, tail = 0, set[bytes](), b""
    with archive.open(entry) as stream:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > room:
                raise UnreadableFile(
                    _("The workbook unfolds to more than %(limit)d MB and is not opened.")
                    % {"limit": limits.unpacked // MEGABYTE}
                )
            if is_sheet:
                found = far_out.findall(tail + piece)
                columns.update(column for column, _row, _far in found)
                far = (int(row or far) for _column, row, far in found)
                limits.check_table(max(far, default=0), 0)
                tail = piece[-_LONGEST_ADDRESS:]
    limits.check_table(0, max(map(_place, columns), default=0))
    return size


@lru_cache(maxsize=8)
def _far_out(limits: Limits) -> re.Pattern[bytes]:
    """The addresses of cells, `r="AB12"`, that may lie outside: with as many letters or digits as the limit.

    A million cells are looked at, and hardly any of them is taken out.
    """
    letters = 1 if limits.columns < 26 else 2
    digits = len(str(limits.rows))
    # The look back comes after the literal, which is searched for faster.
    begin, wide, far = rb'r="(?<![A-Za-z]r=")', rb"([A-Z]{%d,3})(\d{1,7})", rb"[A-Z]{1,3}(\d{%d,7})"
    return re.compile(begin + rb"(?:" + wide % letters + rb"|" + far % digits + rb')"')


def _place(column: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    place = 0
    for letter in column:
        place = place * 26 + letter - ord("A") + 1
    return place


def _locked() -> UnreadableFile:
    return UnreadableFile(
        _("The file is protected by a password. Save it without one and upload it again.")
    )


def _broken() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is damaged or was cut off. Ask for it again, or save it anew.")
    )
