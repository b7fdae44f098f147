"""The file that goes to the bank and the one that comes back: text in, rows out, no database.

Headings and purposes are the bank's, in Chinese whatever language the officer works in: the same batch
gives the same bytes for ever.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from assistance.payments.models import Batch, BatchLine, Programme
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_numbers_in

COLUMNS = ("序号", "姓名", "开户银行", "账号", "金额", "用途", "批次号")
PURPOSES = {Programme.JINGNING: "高额医疗费补助", Programme.BOTTOM_LINE: "医疗救助兜底保障"}
RETURN_COLUMNS = ("序号", "姓名", "账号", "金额", "结果")
REASON_COLUMN = "原因"
# Not every bank repeats it; one that does must name the right batch.
BATCH_COLUMN = "批次号"
# Spreadsheets and banks write the same column in more than one way.
SAME_COLUMN = {
    "帐号": "账号",
    "失败原因": "原因",
    "退汇原因": "原因",
    "批号": "批次号",
    "交易流水号": "流水号",
    "银行流水号": "流水号",
}
OUTCOMES = {"成功": True, "失败": False}
LARGEST_RETURN = 5 * 1024 * 1024
SHOWN_ERRORS = 10

ACCOUNT_NUMBER = re.compile(r"[0-9A-Z]{6,32}")
AMOUNT = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]{1,2})?")
SHORTENED_NUMBER = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
# A cell that a spreadsheet would run as a formula, and anything that could break a line in two.
FORMULA_START = ("=", "+", "-", "@", "'", "＝", "＋", "－", "＠")
BREAKS_A_CELL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\",]")


Row = TypeVar("Row")


class FileRefused(Refused):
    """A return file that cannot be read. `errors` has one sentence a row; nothing was changed."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        shown = errors[:SHOWN_ERRORS]
        if len(errors) > SHOWN_ERRORS:
            shown.append(_("… and %(count)s more.") % {"count": len(errors) - SHOWN_ERRORS})
        super().__init__("\n".join(shown))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """What any file of the bank says of a line; `row` is the line of the file, as a spreadsheet counts."""

    row: int
    position: int
    name: str
    account_number: str
    amount: Decimal
    batch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow(LineRow):
    """One answer of the bank."""

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
    (_row, heading), *body = table_of(content)
    columns = columns_of(heading, RETURN_COLUMNS, (REASON_COLUMN, BATCH_COLUMN))
    return parsed_rows(body, lambda number, cells: _parsed(number, cells, columns))


def parsed_rows(
    body: Iterable[tuple[int, list[str]]], parse: Callable[[int, list[str]], Row]
) -> list[Row]:
    """Every row parsed. Raises FileRefused with a sentence for each of which `parse` raises ValueError."""
    rows: list[Row] = []
    errors: list[str] = []
    for number, cells in body:
        try:
            rows.append(parse(number, cells))
        except ValueError as error:
            errors.append(_("Row %(row)s: %(problem)s") % {"row": number, "problem": str(error)})
    if not rows and not errors:
        errors.append(_("The file has no rows below its heading."))
    if errors:
        raise FileRefused(errors)
    return rows


def table_of(content: bytes) -> list[tuple[int, list[str]]]:
    """Heading and rows of a file of the bank, each with its number in it. Raises FileRefused."""
    table = _filled_rows(_decoded(content))
    if not table:
        raise FileRefused([_("The file is empty.")])
    return table


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


def _filled_rows(text: str) -> list[tuple[int, list[str]]]:
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


def columns_of(
    heading: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> dict[str, int]:
    """Where each known column stands. Raises FileRefused for one that is missing or there twice."""
    names = [SAME_COLUMN.get(name, name) for name in heading]
    missing = [name for name in required if name not in names]
    if missing:
        sentence = _("The file has no column “%(columns)s”. It needs %(needed)s.")
        needed = ", ".join([*required, *(name for name in optional if name != BATCH_COLUMN)])
        raise FileRefused([sentence % {"columns": "”, “".join(missing), "needed": needed}])
    known = [*required, *optional]
    twice = [name for name in known if names.count(name) > 1]
    if twice:
        sentence = _("The column “%(column)s” is there twice.")
        raise FileRefused([sentence % {"column": twice[0]}])
    return {name: names.index(name) for name in known if name in names}


def cells_of(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """The known cells of a row, by column. Raises ValueError for a line number, amount or account nobody can use."""
    values = {name: cells[index] if index < len(cells) else "" for name, index in columns.items()}
    if not re.fullmatch(r"[0-9]{1,6}", values["序号"]):
        raise ValueError(_("“%(value)s” is not a line number.") % {"value": values["序号"]})
    if not AMOUNT.fullmatch(values["金额"]):
        raise ValueError(_("“%(value)s” is not an amount in yuan.") % {"value": values["金额"]})
    if SHORTENED_NUMBER.fullmatch(values["账号"]):
        raise ValueError(
            _("a spreadsheet program has shortened the account number; use the bank's own file.")
        )
    return values


def in_yuan(cell: str) -> Decimal:
    return Decimal(cell.replace(",", ""))


def _parsed(number: int, cells: list[str], columns: dict[str, int]) -> ReturnRow:
    """One row. Raises ValueError with a translated sentence."""
    values = cells_of(cells, columns)
    if values["结果"] not in OUTCOMES:
        raise ValueError(
            _("the result must be 成功 or 失败, not “%(value)s”.") % {"value": values["结果"]}
        )
    return ReturnRow(
        row=number,
        position=int(values["序号"]),
        name=values["姓名"],
        account_number=values["账号"],
        amount=in_yuan(values["金额"]),
        paid=OUTCOMES[values["结果"]],
        reason=mask_numbers_in(values.get(REASON_COLUMN, ""))[:200],
        batch=values.get(BATCH_COLUMN, ""),
    )
