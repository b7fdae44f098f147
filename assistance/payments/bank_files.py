"""The file that goes to the bank and the one that comes back: text in, rows out, no database.

Headings and purposes are the bank's, in Chinese whatever language the officer works in: the same batch
gives the same bytes for ever.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assistance.payments.models import Batch, BatchLine, Programme
from assistance.shared.errors import Refused

COLUMNS = ("序号", "姓名", "开户银行", "账号", "金额", "用途", "批次号")
PURPOSES = {Programme.JINGNING: "高额医疗费补助"}
RETURN_COLUMNS = ("序号", "姓名", "账号", "金额", "结果")
REASON_COLUMN = "原因"
# Spreadsheets and banks write the same column in more than one way.
SAME_COLUMN = {"帐号": "账号", "失败原因": "原因"}
OUTCOMES = {"成功": True, "失败": False}
LARGEST_RETURN = 5 * 1024 * 1024
SHOWN_ERRORS = 10

ACCOUNT_NUMBER = re.compile(r"[0-9A-Z]{6,32}")
AMOUNT = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]{1,2})?")
SHORTENED_NUMBER = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
# A cell that a spreadsheet would run as a formula, and anything that could break a line in two.
FORMULA_START = ("=", "+", "-", "@", "'", "＝", "＋", "－", "＠")
BREAKS_A_CELL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\",]")


class FileRefused(Refused):
    """A return file that cannot be read. `errors` has one sentence a row; nothing was changed."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        shown = errors[:SHOWN_ERRORS]
        if len(errors) > SHOWN_ERRORS:
            shown.append(_("… and %(count)s more.") % {"count": len(errors) - SHOWN_ERRORS})
        super().__init__("\n".join(shown))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """One answer of the bank; `row` is the line of the file, as a spreadsheet counts."""

    row: int
    position: int
    name: str
    account_number: str
    amount: Decimal
    paid: bool
    reason: str


def is_clean_cell(text: str) -> bool:
    """Whether the text can stand in the bank file as it is: no formula, no break, no quotation marks.

    An account holder's name or number must reach the bank exactly, so a doubtful one is refused before a
    batch is drawn up instead of being altered when the file is written.
    """
    return (
        bool(text)
        and text == text.strip()
        and not text.startswith(FORMULA_START)
        and not BREAKS_A_CELL.search(text)
    )


def is_account_number(text: str) -> bool:
    return ACCOUNT_NUMBER.fullmatch(text) is not None


def bank_file(batch: Batch, lines: Iterable[BatchLine]) -> bytes:
    """The csv of a batch (utf-8 with byte order mark, CRLF): the same lines give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    purpose = PURPOSES[Programme(batch.programme)]
    for line in lines:
        writer.writerow(
            [
                line.position,
                line.holder_name,
                line.bank,
                line.account_number,
                f"{line.amount:.2f}",
                purpose,
                batch.number,
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def parse_return(content: bytes) -> list[ReturnRow]:
    """Read the bank's answer. Raises FileRefused with a sentence for every row that cannot be read."""
    table = _table(_decoded(content))
    if not table:
        raise FileRefused([_("The file is empty.")])
    (_row, heading), *body = table
    columns = _columns(heading)
    rows: list[ReturnRow] = []
    errors: list[str] = []
    for number, cells in body:
        try:
            rows.append(_parsed(number, cells, columns))
        except ValueError as error:
            errors.append(_("Row %(row)s: %(problem)s") % {"row": number, "problem": str(error)})
    if not rows and not errors:
        errors.append(_("The file has no rows below its heading."))
    if errors:
        raise FileRefused(errors)
    return rows


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_RETURN:
        raise FileRefused([_("The file is larger than 5 MB: this is not a return file.")])
    if content.startswith(b"PK"):
        raise FileRefused(
            [_("This is an Excel workbook. Save it as CSV, or ask the bank for CSV.")]
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefused([_("The file is neither UTF-8 nor GBK text.")])


def _table(text: str) -> list[tuple[int, list[str]]]:
    """The rows that have anything in them, each with its number in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, [_bare(cell) for cell in cells]) for cells in reader]
    except csv.Error:
        problem = _("a quotation mark is missing or in the wrong place.")
        row = _("Row %(row)s: %(problem)s") % {"row": reader.line_num, "problem": problem}
        raise FileRefused([row]) from None
    return [(number, cells) for number, cells in rows if any(cells)]


def _bare(cell: str) -> str:
    """Without the tricks by which spreadsheets are made to keep a long number: ="622…", '622…, a tab."""
    text = cell.strip().removeprefix("'")
    wrapped = re.fullmatch(r'="(.*)"', text)
    return wrapped[1] if wrapped else text


def _columns(heading: list[str]) -> dict[str, int]:
    names = [SAME_COLUMN.get(name, name) for name in heading]
    missing = [name for name in RETURN_COLUMNS if name not in names]
    if missing:
        sentence = _(
            "The file has no column “%(columns)s”. It needs 序号, 姓名, 账号, 金额, 结果, 原因."
        )
        raise FileRefused([sentence % {"columns": "”, “".join(missing)}])
    known = [*RETURN_COLUMNS, REASON_COLUMN]
    twice = [name for name in known if names.count(name) > 1]
    if twice:
        sentence = _("The column “%(column)s” is there twice.")
        raise FileRefused([sentence % {"column": twice[0]}])
    return {name: names.index(name) for name in known if name in names}


def _parsed(number: int, cells: list[str], columns: dict[str, int]) -> ReturnRow:
    """One row. Raises ValueError with a translated sentence."""
    values = {name: cells[index] if index < len(cells) else "" for name, index in columns.items()}
    if not re.fullmatch(r"[0-9]{1,6}", values["序号"]):
        raise ValueError(_("“%(value)s” is not a line number.") % {"value": values["序号"]})
    if not AMOUNT.fullmatch(values["金额"]):
        raise ValueError(_("“%(value)s” is not an amount in yuan.") % {"value": values["金额"]})
    if SHORTENED_NUMBER.fullmatch(values["账号"]):
        raise ValueError(
            _("a spreadsheet program has shortened the account number; use the bank's own file.")
        )
    if values["结果"] not in OUTCOMES:
        raise ValueError(
            _("the result must be 成功 or 失败, not “%(value)s”.") % {"value": values["结果"]}
        )
    return ReturnRow(
        row=number,
        position=int(values["序号"]),
        name=values["姓名"],
        account_number=values["账号"],
        amount=Decimal(values["金额"].replace(",", "")),
        paid=OUTCOMES[values["结果"]],
        reason=values.get(REASON_COLUMN, "")[:200],
    )
