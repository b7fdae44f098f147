from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.files.models import StoredFile
from assistance.files.operations import keep
from assistance.registry.models import (
    OWN_REASONS,
    AccountReason,
    BankAccount,
    Person,
    PersonChange,
)
from assistance.registry.numbers import account_digest, account_number, card_is_mistyped
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
    reason: str = "",
    holder_reason: str = "",
    paper: File[Any] | StoredFile | None = None,
    number_confirmed: bool = False,
    is_social_security_card: bool = True,
    actor: User | None,
    at: datetime,
) -> BankAccount:
    """Enter an account of the person; nothing is paid to it before somebody else has checked it.

    Without a holder the person holds it. Money goes to the patient's social-security card (JN21 二(三)2(4)):
    any other account needs a `reason` of the list (`AccountReason`; OTHER with an explanation) and a paper.
    A wrong check digit has to be confirmed. Raises NotAllowed, or Refused for an impossible number, what is
    lacking, and an account the person already has.
    """
    number, bank = _written(number, bank, confirmed=number_confirmed)
    person = locked(person, actor)
    holder_name, holder_reason = holder_name.strip() or person.name, holder_reason.strip()
    is_card = is_social_security_card and holder_name == person.name and reason == ""
    if not is_card:
        _check_reason(reason, own=holder_name == person.name, explained=holder_reason != "")
        if paper is None:
            raise Refused(_("Another account than the social-security card needs a paper."))
    account, is_new = BankAccount.objects.get_or_create(
        person=person,
        number_digest=account_digest(number),
        retired_at=None,
        defaults={
            "number": number,
            "holder_name": holder_name,
            "reason": "" if is_card else reason,
            "holder_reason": "" if is_card else holder_reason,
            "odd_number_confirmed": card_is_mistyped(number),
            "bank": bank,
            "is_social_security_card": is_card,
            "entered_by": actor,
            "entered_at": at,
        },
    )
    if not is_new:
        raise Refused(_("This account is already entered for the person."))
    if paper is not None:
        account.paper = paper if isinstance(paper, StoredFile) else keep(paper, actor=actor, at=at)
        account.save(update_fields=["paper"])
    _record(account, PersonChange.Kind.ACCOUNT_ADDED, actor=actor, at=at, reason=why(account))
    return account


def _written(number: str, bank: str, *, confirmed: bool) -> tuple[str, str]:
    """Number and bank as they are kept. Raises Refused for what cannot be, or is not confirmed."""
    number, bank = account_number(number), bank.strip()
    if not bank:
        raise Refused(_("Name the bank."))
    if card_is_mistyped(number) and not confirmed:
        raise Refused(
            _(
                "The check digit of the card number is wrong. Compare it with the card; if it is right "
                "as typed, confirm that."
            )
        )
    return number, bank


def why(account: BankAccount) -> str:
    """Why this account and not the card, in words; empty for the card itself."""
    words = [str(account.get_reason_display()) if account.reason else "", account.holder_reason]
    return " · ".join(word for word in words if word)[:200]


def _check_reason(reason: str, *, own: bool, explained: bool) -> None:
    """Refuse a reason that is not of the list, or does not fit whose account it is."""
    if reason not in AccountReason.values:
        if own:
            raise Refused(_("This is not the social-security card: choose the reason."))
        raise Refused(_("The account holder is somebody else: say why the money goes there."))
    if reason == AccountReason.OTHER and not explained:
        raise Refused(_("Explain the other reason."))
    fits = {AccountReason.OTHER, AccountReason.HEIR} | (
        OWN_REASONS if own else set(AccountReason) - OWN_REASONS
    )
    if reason not in fits:
        raise Refused(_("This reason does not fit the holder of the account."))


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
