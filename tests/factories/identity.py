"""Changed names and numbers, guardians and merged records, made by the operations themselves."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from assistance.accounts.models import User
from assistance.registry import operations
from assistance.registry.models import IdentityChange, Merge, Person
from tests.factories.accounts import Cast
from tests.factories.files import upload

SINCE = date(2024, 1, 1)


def request_name(
    person: Person, name: str, *, actor: User | None, at: datetime | None = None
) -> IdentityChange:
    return operations.request_name(
        person,
        name=name,
        reason=IdentityChange.Reason.RENAMED,
        first_day=SINCE,
        paper=upload(),
        actor=actor,
        at=at or timezone.now(),
    )


def request_number(
    person: Person,
    number: str,
    *,
    reason: str = IdentityChange.Reason.REISSUED,
    actor: User | None,
    at: datetime | None = None,
) -> IdentityChange:
    return operations.request_number(
        person,
        number=number,
        reason=reason,
        first_day=SINCE,
        paper=upload(),
        actor=actor,
        at=at or timezone.now(),
    )


def change_number(person: Person, number: str) -> Person:
    """Requested and confirmed by the system."""
    change = request_number(person, number, actor=None)
    return operations.confirm_identity(change, actor=None, at=timezone.now())


def change_name(person: Person, name: str) -> Person:
    change = request_name(person, name, actor=None)
    return operations.confirm_identity(change, actor=None, at=timezone.now())


def propose(record: Person, into: Person, *, at: datetime | None = None) -> Merge:
    return operations.propose_merge(
        record, into, reason="同一人重复建档", actor=Cast().reviewer, at=at or timezone.now()
    )


def merge(record: Person, into: Person, *, at: datetime | None = None) -> Merge:
    at = at or timezone.now()
    return operations.confirm_merge(propose(record, into, at=at), actor=Cast().approver, at=at)


def split(merge: Merge) -> Merge:
    at = timezone.now()
    merge = operations.propose_split(merge, reason="并非同一人", actor=Cast().reviewer, at=at)
    return operations.confirm_split(merge, actor=Cast().approver, at=at)
