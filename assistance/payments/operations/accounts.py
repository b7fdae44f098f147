"""To which account an award is paid: changed before payment, and mended after the bank sent money back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.payments import permissions
from assistance.payments.models import Award
from assistance.payments.operations.awards import lock_awards, move_awards, record_change, refuse
from assistance.payments.permissions import check, why_not_use_account
from assistance.payments.queries import account_problem, obstacle, stopped
from assistance.payments.states import AccountChange, AwardState, LineOutcome
from assistance.registry.models import BankAccount
from assistance.shared.errors import Refused


@transaction.atomic
def change_account(
    award: Award,
    account: BankAccount,
    *,
    reason: str,
    note: str = "",
    actor: User,
    at: datetime,
) -> Award:
    """Pay to another account, while the award is due, held or failed; the state stays.

    `reason` is one of `AccountChange`; OTHER needs the note. Four eyes: whoever entered or checked the
    account does not point the award to it. Raises NotAllowed, or Refused for an account that is not
    checked, not in use, or not on this person's record.
    """
    (award,) = lock_awards([award.pk])
    check(permissions.why_not_change_account(actor, award))
    said = _said(reason, note)
    account = lock_account(account)
    check(why_not_use_account(actor, account))
    if account.pk == award.account_id:
        raise Refused(_("The award is paid to this account already."))
    _use_account(award, account, said, actor=actor, at=at)
    return award


@transaction.atomic
def reissue(award: Award, *, account: BankAccount, actor: User, at: datetime) -> Award:
    """Let an award whose payment failed or came back be paid again, to an account checked since.

    Four eyes: whoever entered or checked the account, or recorded that the money came back, does not
    reissue. An account that the bank has refused counts only when it was entered and checked anew after
    the refusal. Raises NotAllowed or Refused.
    """
    (award,) = lock_awards([award.pk])
    check(permissions.why_not_reissue(actor, award))
    account = lock_account(account)
    refuse(account_problem(account, award.person))
    check(why_not_use_account(actor, account))
    _refuse_whoever_recorded_the_bounce(award, actor)
    refuse(_bank_refused(award, account))
    if account.pk != award.account_id:
        _use_account(award, account, _("Bank account changed."), actor=actor, at=at)
    refuse(obstacle(award) or stopped(award))
    move_awards([award], AwardState.DUE, actor=actor, at=at, reason=_("Reissued."))
    return award


def lock_account(account: BankAccount) -> BankAccount:
    """The account's row, locked against being retired while an award is pointed to it."""
    rows = BankAccount.objects.select_related("person", "entered_by", "checked_by")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=account.pk)


def _said(reason: str, note: str) -> str:
    """The reason of the list with the note, as it stands in the award's history."""
    if reason not in AccountChange.values:
        raise Refused(_("Choose a reason from the list."))
    note = note.strip()
    if reason == AccountChange.OTHER and not note:
        raise Refused(_("Say in the note why the account is changed."))
    label = AccountChange(reason).label
    words = f"{label}: {note}" if note else str(label)
    return (_("Bank account changed.") + " " + words)[:300]


def _use_account(
    award: Award, account: BankAccount, reason: str, *, actor: User, at: datetime
) -> None:
    refuse(account_problem(account, award.person))
    award.account = account
    award.save(update_fields=["account"])
    record_change([award], AwardState(award.state), actor=actor, at=at, reason=reason)


def _refuse_whoever_recorded_the_bounce(award: Award, actor: User) -> None:
    line = award.batch_lines.select_related("bounce").order_by("-pk").first()
    if line is None or line.outcome != LineOutcome.BOUNCED:
        return
    if line.bounce.recorded_by_id == actor.pk:
        raise Refused(
            _("You recorded that the payment came back: another payment officer reissues it.")
        )


def _bank_refused(award: Award, account: BankAccount) -> str | None:
    """Whether the bank has refused this account, or sent money back from it, since it was checked."""
    lines = award.batch_lines.select_related("bounce")
    refused = [
        *lines.filter(outcome=LineOutcome.FAILED, answered_at__gte=account.checked_at),
        *lines.filter(outcome=LineOutcome.BOUNCED, bounce__recorded_at__gte=account.checked_at),
    ]
    if all(line.account_number != account.number for line in refused):
        return None
    return _(
        "The bank has refused this account. Enter the right account, or enter this one anew, "
        "and have it checked by somebody else."
    )
