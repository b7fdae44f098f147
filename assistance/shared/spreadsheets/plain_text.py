"""Text files: which characters the bytes mean, and which cells the characters."""

from __future__ import annotations

import codecs
import csv
import io

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from assistance.shared.spreadsheets.cells import Cell
from assistance.shared.spreadsheets.limits import Limits, UnreadableFile

DELIMITERS = ",\t;"
# Titles above the table hold no delimiter, so more than the first row is looked at.
TOP_ROWS = 20
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 20_000
# Guessing only makes the refusal more helpful.
_KNOWN_TO_HAPPEN = frozenset({"big5", "big5hkscs", "cp950", "utf_16_le", "utf_16_be", "utf_32"})


def rows_of_text(content: bytes, limits: Limits) -> list[list[Cell]]:
    """Raises UnreadableFile."""
    text = _decoded(content)
    if "\0" in text:
        raise UnreadableFile(
            _("Row %(row)d holds a zero byte: the file is damaged or no text.")
            % {"row": text[: text.index("\0")].count("\n") + 1}
        )
    rows = _cells(text)
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise UnreadableFile(_("The file holds no rows."))
    limits.check_table(len(rows), max(map(len, rows)))
    if not text.endswith(("\n", "\r")):
        _refuse_cut_off(rows)
    return rows  # type: ignore[return-value]


def _decoded(content: bytes) -> str:
    """By its mark, else UTF-8, else GB 18030 (which holds GBK and GB 2312); nothing is replaced."""
    encoding = next((name for mark, name in BOMS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise _wrong_bytes(content[: error.start].count(b"\n") + 1) from None
    _refuse_mixture(content)
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
    raise other_encoding(content[:SAMPLE], row)


def other_encoding(sample: bytes, row: int) -> UnreadableFile:
    """For a text that is neither UTF-8 nor GB 18030, first in this row."""
    guess = from_bytes(sample).best()
    if guess is not None and guess.encoding in _KNOWN_TO_HAPPEN:
        return UnreadableFile(
            _("The file seems to be written in %(encoding)s. Save it as UTF-8 or as a workbook.")
            % {"encoding": guess.encoding}
        )
    return _wrong_bytes(row)


def _refuse_mixture(content: bytes) -> None:
    """Two files pasted together: some rows are Chinese in UTF-8, others are no UTF-8 at all."""
    utf8 = other = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            other = other or number
        else:
            # Two signs of GBK may pass for one odd letter of UTF-8, but hardly for Chinese ones.
            if any("\u4e00" <= sign <= "\u9fff" for sign in text):
                utf8 = utf8 or number
        if utf8 and other:
            raise mixture(utf8, other)


def mixture(first: int, second: int) -> UnreadableFile:
    return UnreadableFile(
        _(
            "Rows %(first)d and %(second)d are written in different encodings."
            " Paste the rows into one workbook and upload that."
        )
        % {"first": min(first, second), "second": max(first, second)}
    )


def _cells(text: str) -> list[list[str]]:
    csv.field_size_limit(1_000_000)
    top = "\n".join(text.split("\n", TOP_ROWS)[:TOP_ROWS])
    delimiter = max(DELIMITERS, key=top.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        raise row_cannot_be_read(len(rows) + 1) from None
    return rows


def row_cannot_be_read(row: int) -> UnreadableFile:
    return UnreadableFile(
        _("Row %(row)d cannot be read: a quotation mark is missing, or the file was cut off.")
        % {"row": row}
    )


def _refuse_cut_off(rows: list[list[str]]) -> None:
    """A file that breaks off inside its last row; more rows may be missing, so none counts."""
    usual = max(map(len, rows[-20:-1]), default=0)
    if len(rows[-1]) < usual:
        raise breaks_off(len(rows))


def breaks_off(row: int) -> UnreadableFile:
    return UnreadableFile(_("The file breaks off in row %(row)d. Ask for it again.") % {"row": row})


def _wrong_bytes(row: int) -> UnreadableFile:
    return UnreadableFile(
        _("Row %(row)d holds bytes that are no text. Save the file as UTF-8 or as a workbook.")
        % {"row": row}
    )
