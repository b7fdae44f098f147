"""Numbers in full where the work needs one: compared by typing, or shown for a reason; both are noted."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Alarm, User
from assistance.accounts.operations import ring
from assistance.registry.models import AccessLog, BankAccount, Person
from assistance.registry.names import written_phone
from assistance.registry.numbers import account_number
from assistance.registry.operations.access import log_access
from assistance.registry.permissions import check_may_compare, check_may_reveal
from assistance.registry.queries import number_is
from assistance.shared.errors import NotAllowed, Refused

Field, Kind, Reason = AccessLog.Field, AccessLog.Kind, AccessLog.Reason
# Guessing a number by comparing must not pay, nor reading off a list by showing.
WINDOW = timedelta(hours=1)
MOST = {Kind.COMPARE: 30, Kind.REVEAL: 60}
TRIES_WINDOW = timedelta(minutes=10)
MOST_TRIES = 5


class TooMany(Refused):
    """The limit of comparisons or of numbers shown is reached."""


@transaction.atomic
def reveal(
    person: Person,
    field: AccessLog.Field,
    *,
    reason: str,
    account: BankAccount | None = None,
    actor: User,
    at: datetime,
) -> str:
    """The number in full, for one page; `account` says which where it is an account's.

    Raises NotAllowed by role and place, Refused without a reason of the list, and `TooMany`.
    """
    check_may_reveal(actor, _holder(person, account), field)
    note_disclosure(
        actor, Kind.REVEAL, field, person=person, reason=reason, at=at, subject=_which(account)
    )
    return _value(person, field, account)


@transaction.atomic
def compare(
    person: Person,
    field: AccessLog.Field,
    *,
    typed: str,
    account: BankAccount | None = None,
    actor: User,
    at: datetime,
) -> bool:
    """Whether the full number typed is the one on record; nothing of it is shown.

    Raises NotAllowed, or `TooMany` for somebody who tries again and again.
    """
    check_may_compare(actor, _holder(person, account), field)
    if field == Field.ID_NUMBER:
        same = number_is(person, typed)
    elif field == Field.ACCOUNT:
        same = alike(account_number, typed, _value(person, field, account))
    else:
        same = alike(written_phone, typed, person.phone)
    subject = verdict(same=same)
    note_disclosure(actor, Kind.COMPARE, field, person=person, at=at, subject=subject)
    return same


def note_disclosure(
    actor: User,
    kind: AccessLog.Kind,
    field: AccessLog.Field,
    *,
    person: Person,
    subject: str,
    reason: str = "",
    at: datetime,
) -> None:
    """Leave the row of a number shown or compared. Raises `TooMany`, or Refused without a reason.

    One after the other for each user, so that the limits hold for requests at once.
    """
    if kind == Kind.REVEAL and reason not in Reason.values:
        raise Refused(_("Choose why the number has to be shown."))
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    mine = AccessLog.objects.filter(user=actor, kind=kind)
    tries = mine.filter(person=person, field=field, at__gt=at - TRIES_WINDOW).count()
    if kind == Kind.COMPARE and tries >= MOST_TRIES:
        raise TooMany(_("Too many comparisons of this number. Wait ten minutes."))
    before = mine.filter(at__gt=at - WINDOW).count()
    if before >= MOST[kind]:
        raise TooMany(_("Too many numbers within an hour. Wait, or ask your leader."))
    log_access(actor, kind, subject, person, at=at, field=field, reason=reason)
    if before + 1 == MOST[kind]:
        ring(Alarm.Kind.NUMBERS, user=actor, subject=f"{kind.label} {MOST[kind]}", at=at)


def verdict(*, same: bool) -> str:
    return _("the same") if same else _("different")


def alike(written: Callable[[str], str], typed: str, kept: str) -> bool:
    """Whether both are the same once written the same way; what no number can be is different."""
    try:
        return hmac.compare_digest(written(typed), kept) and bool(kept)
    except Refused:
        return False


def _holder(person: Person, account: BankAccount | None) -> Person:
    return person if account is None else account.person


def _which(account: BankAccount | None) -> str:
    return "" if account is None else account.bank


def _value(person: Person, field: AccessLog.Field, account: BankAccount | None) -> str:
    if field == Field.ACCOUNT:
        if account is None:
            raise NotAllowed(_("Say which account."))
        return str(account.number)
    return str(person.id_number if field == Field.ID_NUMBER else person.phone)
