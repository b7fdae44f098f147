"""From the bytes of a file to its rows. Whatever is wrong with it becomes a sentence."""

from __future__ import annotations

from pathlib import PurePath

from django.utils.translation import gettext as _

from assistance.shared.spreadsheets.cells import Cell
from assistance.shared.spreadsheets.limits import LIMITS, MEGABYTE, Limits, UnreadableFile
from assistance.shared.spreadsheets.plain_text import rows_of_text
from assistance.shared.spreadsheets.workbooks import OLE, ZIP, rows_of_xls, rows_of_xlsx

ENDINGS = {"xlsx": (".xlsx", ".xlsm"), "xls": (".xls", ".et"), "csv": (".csv", ".txt")}
READERS = {"xlsx": rows_of_xlsx, "xls": rows_of_xls, "csv": rows_of_text}


def read_rows(content: bytes, *, filename: str, limits: Limits = LIMITS) -> list[list[Cell]]:
    """All rows of the one table in the file, the first being row 1 of a spreadsheet program.

    What the file is is told by its content. Raises UnreadableFile when that is not what its name says,
    when it is empty, broken, locked with a password or larger than the limits, and for text that is
    neither UTF-8 nor GB 18030 throughout.
    """
    if not content:
        raise UnreadableFile(_("The file is empty."))
    if len(content) > limits.size:
        raise UnreadableFile(
            _("The file is larger than %(limit)d MB.") % {"limit": limits.size // MEGABYTE}
        )
    return READERS[kind_of(content, filename)](content, limits)


def kind_of(content: bytes, filename: str) -> str:
    """What the content is. Raises UnreadableFile when the name says otherwise."""
    kind = _kind(content)
    ending = PurePath(filename).suffix.lower()
    if ending not in ENDINGS[kind]:
        raise UnreadableFile(
            _("The file is named “%(ending)s” but holds %(kind)s. Save it anew as %(kind)s.")
            % {"ending": ending or filename[-10:], "kind": kind}
        )
    return kind


def _kind(content: bytes) -> str:
    if content.startswith(OLE):
        return "xls" if not _is_locked(content) else "xlsx"
    return "xlsx" if content.startswith(ZIP) else "csv"


def _is_locked(content: bytes) -> bool:
    """A workbook of today with a password is packed into a file of the old kind."""
    return "EncryptedPackage".encode("utf-16-le") in content
