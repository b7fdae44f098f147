"""The file in which the bank names payments that came back after it had paid them (退汇): text in, rows out.

One file may name lines of many batches; beside the columns of a return file it has the batch, the day the
money came back and the bank's number of the returned transfer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assistance.payments.bank_files import (
    BATCH_COLUMN,
    REASON_COLUMN,
    LineRow,
    cells_of,
    columns_of,
    in_yuan,
    parsed_rows,
    table_of,
)
from assistance.shared.masking import mask_numbers_in

DAY_COLUMN = "退汇日期"
REFERENCE_COLUMN = "流水号"
BOUNCE_COLUMNS = (
    BATCH_COLUMN, "序号", "姓名", "账号", "金额", DAY_COLUMN, REASON_COLUMN, REFERENCE_COLUMN,
)  # fmt: skip
DAY = re.compile(r"([0-9]{4})[-/年]?([0-9]{1,2})[-/月]?([0-9]{1,2})日?")
LONGEST_REFERENCE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceRow(LineRow):
    """One payment that came back."""

    came_back_on: date
    reason: str
    reference: str


def parse_bounces(content: bytes) -> list[BounceRow]:
    """Read the file. Raises FileRefused with a sentence for every row that cannot be read."""
    (_row, heading), *body = table_of(content)
    columns = columns_of(heading, BOUNCE_COLUMNS, ())
    return parsed_rows(body, lambda number, cells: _parsed(number, cells, columns))


def _parsed(number: int, cells: list[str], columns: Mapping[str, int]) -> BounceRow:
    """One row. Raises ValueError with a translated sentence."""
    values = cells_of(cells, columns)
    reference = values[REFERENCE_COLUMN]
    if not reference or len(reference) > LONGEST_REFERENCE:
        raise ValueError(_("the bank's number of the returned transfer (流水号) is missing."))
    return BounceRow(
        row=number,
        position=int(values["序号"]),
        name=values["姓名"],
        account_number=values["账号"],
        amount=in_yuan(values["金额"]),
        batch=values[BATCH_COLUMN],
        came_back_on=_day(values[DAY_COLUMN]),
        reason=mask_numbers_in(values[REASON_COLUMN])[:200],
        reference=reference,
    )


def _day(text: str) -> date:
    found = DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("“%(value)s” is not a day.") % {"value": text}) from None
