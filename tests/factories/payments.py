"""Fund accounts, awards and batches, made by the operations themselves. Everything is invented."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from assistance.accounts.models import User
from assistance.payments import operations
from assistance.payments.bounce_files import BOUNCE_COLUMNS
from assistance.payments.models import (
    Award,
    Batch,
    BatchLine,
    ClaimPaper,
    FundYear,
    Heir,
    HeirClaim,
    LedgerTransaction,
    Programme,
)
from assistance.payments.operations import HeirFacts
from assistance.payments.queries import live_lines
from assistance.registry.models import BankAccount, Person
from tests.factories.accounts import Cast
from tests.factories.files import upload
from tests.factories.registry import (
    make_account,
    make_person,
    new_account_number,
    new_number,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
LATER = datetime(2026, 3, 9, 10, 0, tzinfo=SHANGHAI)
NEXT_YEAR = datetime(2027, 1, 4, 10, 0, tzinfo=SHANGHAI)
MILLION = Decimal("1000000.00")
RETURN_HEADING = ("序号", "姓名", "账号", "金额", "结果", "原因")

_serial = itertools.count(1)


def make_fund_year(
    cast: Cast, *, year: int = 2026, amount: Decimal | None = MILLION, at: datetime = AT
) -> FundYear:
    """Jingning's fund account of a year, with a budget unless `amount` is None."""
    fund_year = operations.open_fund_year(
        actor=None, agency=cast.agency, programme=Programme.JINGNING, year=year
    )
    if amount is not None:
        operations.budget(
            fund_year,
            kind=LedgerTransaction.Kind.BUDGET,
            amount=amount,
            reference=f"景财社〔{year}〕{next(_serial)}号",
            actor=cast.fund,
            at=at,
        )
    return fund_year


def make_checked_account(cast: Cast, person: Person, number: str | None = None) -> BankAccount:
    """Entered by the township clerk and checked by the reviewer."""
    return make_account(
        person, number=number, entered_by=cast.clerk, checked_by=cast.reviewer, at=AT
    )


def make_award(
    cast: Cast,
    fund_year: FundYear,
    amount: str | Decimal = "7500.00",
    *,
    person: Person | None = None,
    account: BankAccount | None = None,
    without_account: bool = False,
    at: datetime = AT,
) -> Award:
    """An award of 2025 whose money is set aside; due, or held when made `without_account`."""
    person = person or make_person(at=at)
    if account is None and not without_account:
        account = make_checked_account(cast, person)
    source = f"TEST-{next(_serial)}/1"
    amount = Decimal(amount)
    operations.reserve(fund_year, amount=amount, reference=source, actor=cast.approver, at=at)
    return operations.create_award(
        programme=fund_year.programme,
        agency=cast.agency,
        person=person,
        account=account,
        amount=amount,
        benefit_year=2025,
        fund_year=fund_year,
        source=source,
        at=at,
    )


def make_batch(
    cast: Cast,
    awards: Sequence[Award],
    *,
    confirmed: bool = False,
    sent: bool = False,
    at: datetime = AT,
) -> Batch:
    """Drawn up by the payer; confirmed by the second one if wanted, and handed to the bank."""
    batch = operations.draw_up_batch(
        agency=cast.agency,
        programme=Programme.JINGNING,
        awards=awards,
        actor=cast.payer,
        at=at,
    )
    if confirmed or sent:
        batch = operations.confirm_batch(batch, actor=cast.second_payer, at=at)
    if sent:
        batch = operations.send_batch(batch, actor=cast.payer, at=at)
    return batch


def return_rows(
    batch: Batch, *, failed: Mapping[int, str] | None = None, only: Sequence[int] | None = None
) -> list[list[str]]:
    """What the bank would answer: all paid but the `failed` positions with their reasons."""
    failed = failed or {}
    return [
        [
            str(line.position),
            line.holder_name,
            line.account_number,
            f"{line.amount:.2f}",
            "失败" if line.position in failed else "成功",
            failed.get(line.position, ""),
        ]
        for line in live_lines(batch)
        if only is None or line.position in only
    ]


def return_file(
    rows: Sequence[Sequence[str]],
    *,
    heading: Sequence[str] = RETURN_HEADING,
    encoding: str = "utf-8-sig",
) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([heading, *rows])
    return text.getvalue().encode(encoding)


def bounce_row(line: BatchLine, *, day: date | None = None, reference: str = "") -> list[str]:
    """What the bank says of a paid line that came back."""
    return [
        line.batch.number,
        str(line.position),
        line.holder_name,
        line.account_number,
        f"{line.amount:.2f}",
        (day or LATER.date()).isoformat(),
        "收款账户已销户",
        reference or f"TH{line.pk:012d}",
    ]


def bounce_file(rows: Sequence[Sequence[str]], *, encoding: str = "utf-8-sig") -> bytes:
    return return_file(rows, heading=BOUNCE_COLUMNS, encoding=encoding)


def make_heir(name: str = "蓝小满", **fields: Any) -> HeirFacts:
    values = {"id_number": new_number(), "relation": Heir.Relation.CHILD, **fields}
    return HeirFacts(name=name, **values)


def make_claim(
    cast: Cast,
    award: Award,
    *,
    heirs: Sequence[HeirFacts] = (),
    confirmed: bool = False,
    at: datetime = LATER,
    **fields: Any,
) -> HeirClaim:
    """Entered by the township clerk on the award of somebody who has died; confirmed by the reviewer if wanted."""
    given = {
        "number": new_account_number(),
        "bank": "景宁农商银行",
        "papers": {str(kind): upload() for kind in ClaimPaper.Kind},
        **fields,
    }
    claim = operations.enter_claim(
        award, heirs=heirs or [make_heir()], actor=cast.clerk, at=at, **given
    )
    if confirmed:
        number = claim.account.number
        claim = operations.confirm_claim(award, number=number, actor=cast.reviewer, at=at)
    return claim


def read_answer(
    batch: Batch,
    *,
    actor: User,
    failed: Mapping[int, str] | None = None,
    only: Sequence[int] | None = None,
    at: datetime = LATER,
) -> None:
    """Let the bank answer the batch."""
    content = return_file(return_rows(batch, failed=failed, only=only))
    operations.read_return(batch, content=content, filename="return.csv", actor=actor, at=at)
