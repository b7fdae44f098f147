from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import BankAccount, Person, PersonChange
from assistance.registry.numbers import account_digest, account_number
from assistance.registry.operations.changes import locked, record
from assistance.registry.permissions import check_may_check_account
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_account


@transaction.atomic
def add_account(
    person: Person,
    *,
    number: str,
    bank: str,
    holder_name: str = "",
    holder_reason: str = "",
    is_social_security_card: bool = True,
    actor: User | None,
    at: datetime,
) -> BankAccount:
    """Enter an account of the person; nothing is paid to it before somebody else has checked it.

    Without a holder the person holds it. Raises NotAllowed, or Refused for an impossible number, a
    foreign holder without a reason, and an account the person already has.
    """
    number, bank = account_number(number), bank.strip()
    if not bank:
        raise Refused(_("Name the bank."))
    person = locked(person, actor)
    holder_name = holder_name.strip() or person.name
    if holder_name != person.name and not holder_reason.strip():
        raise Refused(_("The account holder is somebody else: say why the money goes there."))
    account, is_new = BankAccount.objects.get_or_create(
        person=person,
        number_digest=account_digest(number),
        retired_at=None,
        defaults={
            "number": number,
            "holder_name": holder_name,
            "holder_reason": holder_reason.strip() if holder_name != person.name else "",
            "bank": bank,
            "is_social_security_card": is_social_security_card,
            "entered_by": actor,
            "entered_at": at,
        },
    )
    if not is_new:
        raise Refused(_("This account is already entered for the person."))
    _record(account, PersonChange.Kind.ACCOUNT_ADDED, actor=actor, at=at)
    return account


@transaction.atomic
def check_account(account: BankAccount, *, actor: User, at: datetime) -> BankAccount:
    """Confirm that number and holder agree with the card. Raises NotAllowed, by four eyes above all."""
    account = _locked(account)
    check_may_check_account(actor, account)
    account.checked_by, account.checked_at = actor, at
    account.save(update_fields=["checked_by", "checked_at"])
    _record(account, PersonChange.Kind.ACCOUNT_CHECKED, actor=actor, at=at)
    return account


@transaction.atomic
def retire_account(
    account: BankAccount, *, reason: str, actor: User | None, at: datetime
) -> BankAccount:
    """Take an account out of use. Raises NotAllowed, or Refused when it is out of use already."""
    reason = given_reason(reason)
    locked(account.person, actor)
    account = _locked(account)
    if account.retired_at is not None:
        raise Refused(_("This account is no longer used."))
    account.retired_at, account.retired_because = at, reason
    account.save(update_fields=["retired_at", "retired_because"])
    _record(account, PersonChange.Kind.ACCOUNT_RETIRED, actor=actor, at=at, reason=reason)
    return account


def _locked(account: BankAccount) -> BankAccount:
    rows = BankAccount.objects.select_related("person").select_for_update(of=("self",))
    return rows.get(pk=account.pk)


def _record(
    account: BankAccount,
    kind: PersonChange.Kind,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> None:
    subject = f"{account.bank} · {account.holder_name} · {mask_account(account.number)}"
    record(account.person, kind, actor=actor, at=at, subject=subject, reason=reason)
