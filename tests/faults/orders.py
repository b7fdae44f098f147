"""What a worker can be told to do: the operations that a killed process must leave whole or not begun."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import DatabaseError

from assistance.cases import operations as cases
from assistance.cases.models import Application
from assistance.payments import operations as payments
from assistance.payments.models import Award, Batch, Programme
from tests.factories.accounts import Cast
from tests.factories.payments import return_file, return_rows


def submit(number: str, at: datetime) -> None:
    case = Application.objects.get(number=number)
    cases.submit(case, actor=Cast().clerk, at=at, version=None)


def agree(number: str, at: datetime) -> None:
    case = Application.objects.get(number=number)
    cases.agree(case, opinion="同意", actor=Cast().approver, at=at, version=None)


def close(_number: str, at: datetime) -> None:
    # It goes on with the next line, and says how many it could not close.
    if cases.close_due_notices(at=at).failed:
        raise DatabaseError


def draw_up(number: str, at: datetime) -> None:
    award = Award.objects.get(application__number=number)
    payments.draw_up_batch(
        agency=Cast().agency,
        programme=Programme.JINGNING,
        awards=[award],
        actor=Cast().payer,
        at=at,
    )


def hand_out(number: str, at: datetime) -> None:
    payments.hand_out_file(batch_of(number), actor=Cast().payer, at=at)


def read_return(number: str, at: datetime) -> None:
    batch = batch_of(number)
    content = return_file(return_rows(batch))
    payments.read_return(batch, content=content, filename="return.csv", actor=Cast().payer, at=at)


def batch_of(number: str) -> Batch:
    return Batch.objects.get(lines__award__application__number=number)


ORDERS: Mapping[str, Callable[[str, datetime], None]] = {
    "submit": submit,
    "agree": agree,
    "close": close,
    "draw_up": draw_up,
    "hand_out": hand_out,
    "read_return": read_return,
}
