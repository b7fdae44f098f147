"""Money that was paid too much: claimed back, repaid in parts, waived, or taken off the claim again.

A claim is opened by the decision on a case (`settle_claims`), never by hand. What comes back is entered by
a payment officer and confirmed by the fund supervisor. Entered, it leaves "paid out"; confirmed, it is
available again in the fund account that paid, from which it can be carried over, and the person-year has
room for it under the maximum: the year's total says what the person has really kept.

Locks: person-year → awards → recoveries → fund year.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.models import Bucket
from assistance.entitlements.operations import lock_record_year, lock_year, recover
from assistance.payments.models import (
    LedgerAccount,
    LedgerTransaction,
    Recovery,
    RecoveryEntry,
)
from assistance.payments.operations.awards import given, lock_awards
from assistance.payments.operations.ledger import (
    lock_fund_years,
    refuse_unless_positive,
    transfer,
)
from assistance.payments.permissions import (
    check,
    why_not_decide_entry,
    why_not_work_on_recovery,
)
from assistance.payments.queries import figures
from assistance.payments.states import AwardState, RecoveryState
from assistance.shared.errors import Refused
from assistance.shared.money import ZERO, yuan

Kind = RecoveryEntry.Kind
Ledger = LedgerTransaction.Kind


def locked_recovery(recovery: Recovery) -> Recovery:
    """The row under the locks of its person-year and award."""
    lock_year(recovery.person, recovery.benefit_year)
    lock_awards([recovery.award_id])
    rows = Recovery.objects.select_for_update(of=("self",))
    return rows.select_related("award__fund_year", "person", "agency").get(pk=recovery.pk)


@transaction.atomic
def record_decision_letter(
    recovery: Recovery,
    *,
    decision_number: str,
    heard_on: date,
    decided_on: date,
    remedies_told_on: date,
    due_on: date,
    actor: User,
    at: datetime,
) -> Recovery:
    """Write down the written decision: heard before it, told of review and suit with it (监管条例 art. 31).

    Raises NotAllowed for anybody but a payment officer, Refused for days in an impossible order.
    """
    recovery = locked_recovery(recovery)
    check(why_not_work_on_recovery(actor, recovery))
    if not decision_number.strip():
        raise Refused(_("Give the number of the decision."))
    if not heard_on <= decided_on <= remedies_told_on <= localdate(at):
        raise Refused(
            _(
                "The person is heard before the decision, and told of the remedies with it; no day lies ahead."
            )
        )
    if due_on <= decided_on:
        raise Refused(_("The day to repay by lies after the decision."))
    recovery.decision_number = decision_number.strip()
    recovery.heard_on, recovery.decided_on = heard_on, decided_on
    recovery.remedies_told_on, recovery.due_on = remedies_told_on, due_on
    recovery.save(
        update_fields=["decision_number", "heard_on", "decided_on", "remedies_told_on", "due_on"]
    )
    return recovery


@transaction.atomic
def record_repayment(
    recovery: Recovery,
    *,
    amount: Decimal,
    on: date,
    reference: str,
    note: str = "",
    actor: User,
    at: datetime,
) -> RecoveryEntry:
    """Enter what came back, in yuan; the same slip and amount again enters nothing more.

    The ledger moves it from paid out to recovered. Raises NotAllowed for anybody but a payment officer,
    Refused for more than is still claimed, a day ahead, or a slip that stands for another amount.
    """
    recovery = locked_recovery(recovery)
    known = _same_entry(recovery, Kind.REPAYMENT, reference, amount)
    if known is not None:
        return known
    check(why_not_work_on_recovery(actor, recovery))
    refuse_unless_positive(amount)
    if not localdate(recovery.opened_at) <= on <= localdate(at):
        raise Refused(_("Money came back between the opening of the recovery and today."))
    if recovery.award.state != AwardState.PAID:
        raise Refused(
            _("The award %(number)s came back from the bank: the person does not have this money.")
            % {"number": recovery.award.number}
        )
    _refuse_above_claim(recovery, amount)
    entry = _enter(
        recovery, Kind.REPAYMENT, amount, on=on, reference=reference, note=note, actor=actor, at=at
    )
    _book(entry, Ledger.RECOVER, LedgerAccount.PAID_OUT, LedgerAccount.RECOVERED, actor, at)
    return entry


@transaction.atomic
def ask_waiver(
    recovery: Recovery,
    *,
    amount: Decimal,
    reference: str,
    reason: str,
    actor: User,
    at: datetime,
) -> RecoveryEntry:
    """Ask to give up part or all of what is still claimed; it counts once the fund supervisor confirms.

    `reference` is the number of the paper that permits it. Raises NotAllowed or Refused.
    """
    recovery = locked_recovery(recovery)
    known = _same_entry(recovery, Kind.WAIVER, reference, amount)
    if known is not None:
        return known
    check(why_not_work_on_recovery(actor, recovery))
    refuse_unless_positive(amount)
    _refuse_above_claim(recovery, amount)
    return _enter(
        recovery,
        Kind.WAIVER,
        amount,
        on=localdate(at),
        reference=reference,
        note=given(reason),
        actor=actor,
        at=at,
    )


@transaction.atomic
def confirm_entry(entry: RecoveryEntry, *, actor: User, at: datetime) -> RecoveryEntry:
    """Confirm a repayment or waiver as the second person; confirming again changes nothing.

    A repayment is available again in the fund account that paid and restores the person-year's room.
    Raises NotAllowed for anybody but a fund supervisor of the agency, and for who entered it.
    """
    recovery = locked_recovery(entry.recovery)
    entry = RecoveryEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.confirmed_at is not None:
        return entry
    entry.recovery = recovery
    check(why_not_decide_entry(actor, entry))
    entry.confirmed_by, entry.confirmed_at = actor, at
    entry.save(update_fields=["confirmed_by", "confirmed_at"])
    renew_state(recovery)
    if entry.kind == Kind.REPAYMENT:
        recover(
            lock_record_year(recovery.person, recovery.benefit_year),
            bucket=Bucket(recovery.programme),
            amount=entry.amount,
            source=f"{recovery.number}:{entry.pk}",
            actor=actor,
            at=at,
        )
        _book(entry, Ledger.RESTORE, LedgerAccount.RECOVERED, LedgerAccount.AVAILABLE, actor, at)
    return entry


@transaction.atomic
def reject_entry(entry: RecoveryEntry, *, reason: str, actor: User, at: datetime) -> RecoveryEntry:
    """Turn down what was entered wrongly; its slip may be entered anew. Raises NotAllowed or Refused."""
    recovery = locked_recovery(entry.recovery)
    entry = RecoveryEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    entry.recovery = recovery
    check(why_not_decide_entry(actor, entry))
    entry.rejected_by, entry.rejected_at, entry.rejected_because = actor, at, given(reason)
    entry.save(update_fields=["rejected_by", "rejected_at", "rejected_because"])
    if entry.kind == Kind.REPAYMENT:
        _book(entry, Ledger.CORRECTION, LedgerAccount.RECOVERED, LedgerAccount.PAID_OUT, actor, at)
    return entry


def _enter(
    recovery: Recovery,
    kind: Kind,
    amount: Decimal,
    *,
    on: date,
    reference: str,
    note: str,
    actor: User,
    at: datetime,
) -> RecoveryEntry:
    if not reference.strip():
        raise Refused(_("Give the number of the slip or paper."))
    return RecoveryEntry.objects.create(
        recovery=recovery,
        kind=kind,
        amount=amount,
        on=on,
        reference=reference.strip(),
        note=note,
        entered_by=actor,
        entered_at=at,
    )


def _same_entry(
    recovery: Recovery, kind: Kind, reference: str, amount: Decimal
) -> RecoveryEntry | None:
    known = recovery.entries.filter(
        kind=kind, reference=reference.strip(), rejected_at__isnull=True
    ).first()
    if known is not None and known.amount != amount:
        raise Refused(
            _("%(amount)s yuan are already entered under this number.")
            % {"amount": yuan(known.amount)}
        )
    return known


def _refuse_above_claim(recovery: Recovery, amount: Decimal) -> None:
    left = figures(recovery).enterable
    if amount > left:
        raise Refused(
            _("%(left)s yuan are still claimed; %(amount)s yuan are more than that.")
            % {"left": yuan(left), "amount": yuan(amount)}
        )


def renew_state(recovery: Recovery) -> None:
    found = figures(recovery)
    if found.outstanding == ZERO:
        state = RecoveryState.WAIVED if found.waived else RecoveryState.SETTLED
    else:
        state = RecoveryState.PARTLY if found.repaid or found.waived else RecoveryState.OPEN
    recovery.state = state
    recovery.save(update_fields=["state"])


def _book(
    entry: RecoveryEntry,
    kind: LedgerTransaction.Kind,
    source: LedgerAccount,
    target: LedgerAccount,
    actor: User,
    at: datetime,
) -> None:
    recovery = entry.recovery
    (fund_year,) = lock_fund_years(recovery.award.fund_year)
    transfer(
        fund_year,
        kind=kind,
        between=(source, target),
        amount=entry.amount,
        reference=f"{recovery.number}:{entry.pk}:{kind}",
        note=entry.reference[:200],
        actor=actor,
        at=at,
    )
