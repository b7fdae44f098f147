"""Booking in the fund account of a year. Every entry moves one amount from one account to another.

| kind       | from         | to         |                                                    |
|------------|--------------|------------|----------------------------------------------------|
| budget, top-up, carry-over | appropriated | available | a carry-over leaves last year's account too |
| reserve    | available    | reserved   | the approver agreed                                |
| release    | reserved     | available  | the case went back, the award was cancelled or moved |
| send       | reserved     | in transit | one entry a batch                                  |
| pay        | in transit   | paid out   | one entry a return file                            |
| bounce     | in transit   | reserved   | one entry a return file                            |
| recover    | paid out     | recovered  | what was paid too much came back                   |
| restore    | recovered    | available  | the fund supervisor sees it in the fiscal account  |

There is no way out of a fund account but payment and carrying over (专款专用、结余留用、超支补足).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.payments.models import (
    Award,
    FundYear,
    LedgerAccount,
    LedgerLine,
    LedgerTransaction,
)
from assistance.payments.queries import available, reserved_of, reserving
from assistance.payments.states import AwardState
from assistance.shared.errors import Refused
from assistance.shared.money import CENT, ZERO, yuan

Kind = LedgerTransaction.Kind


class NotEnoughMoney(Refused):
    """The fund account does not hold what is asked of it."""


def lock_fund_years(*fund_years: FundYear) -> list[FundYear]:
    """Lock the rows, lowest id first; the last lock a transaction takes."""
    ids = {fund_year.pk for fund_year in fund_years}
    return list(FundYear.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def transfer(
    fund_year: FundYear,
    *,
    kind: Kind,
    between: tuple[LedgerAccount, LedgerAccount],
    amount: Decimal,
    reference: str,
    note: str = "",
    actor: User | None,
    at: datetime,
) -> LedgerTransaction:
    """Write one entry that takes `amount` yuan from the first account to the second.

    The fund year's row must be locked; whether the balance suffices is the caller's question.
    """
    entry = LedgerTransaction.objects.create(
        fund_year=fund_year, kind=kind, reference=reference, note=note, by=actor, at=at
    )
    source, target = between
    LedgerLine.objects.bulk_create(
        [
            LedgerLine(transaction=entry, account=source, amount=-amount),
            LedgerLine(transaction=entry, account=target, amount=amount),
        ]
    )
    return entry


@transaction.atomic
def reserve(
    fund_year: FundYear,
    *,
    amount: Decimal,
    reference: str,
    actor: User | None,
    at: datetime,
) -> LedgerTransaction:
    """Set `amount` yuan aside for an approved case; the same reference and amount again books nothing.

    Waits for the fund year's row, so two approvals at once never promise more than there is. Raises
    NotEnoughMoney with both figures, Refused when the reference stands for something else. The caller
    has asked whether the actor may approve.
    """
    refuse_unless_positive(amount)
    lock_fund_years(fund_year)
    booked = reserving(reference)
    if booked is not None:
        if booked.fund_year_id == fund_year.pk and reserved_of(booked, reference) == amount:
            return booked
        raise Refused(
            _("Money was set aside under %(reference)s before, for another amount or year.")
            % {"reference": reference}
        )
    refuse_above(available(fund_year), amount, fund_year)
    return transfer(
        fund_year,
        kind=Kind.RESERVE,
        between=(LedgerAccount.AVAILABLE, LedgerAccount.RESERVED),
        amount=amount,
        reference=f"{reference}:reserve",
        actor=actor,
        at=at,
    )


@transaction.atomic
def release(reference: str, *, actor: User | None, at: datetime) -> LedgerTransaction | None:
    """Put what was set aside under the reference back into the available balance.

    Nothing happens when nothing stands under it (None) or it was released before. Raises Refused while
    an award rests on it: cancelling the award releases its money.
    """
    booked = reserving(reference)
    if booked is None:
        return None
    # Asked before the lock too: a cancelled award that was moved holds the lock of a later fund year.
    released = LedgerTransaction.objects.filter(reference=f"{reference}:release")
    if released.exists():
        return released.get()
    lock_fund_years(booked.fund_year)
    if released.exists():
        return released.get()
    award = Award.objects.filter(source=reference).exclude(state=AwardState.CANCELLED).first()
    if award is not None:
        raise Refused(
            _("Award %(number)s rests on this money. Cancel the award first.")
            % {"number": award.number}
        )
    amount = reserved_of(booked, reference)
    return book_release(booked.fund_year, amount, f"{reference}:release", actor=actor, at=at)


def book_release(
    fund_year: FundYear, amount: Decimal, reference: str, *, actor: User | None, at: datetime
) -> LedgerTransaction:
    return transfer(
        fund_year,
        kind=Kind.RELEASE,
        between=(LedgerAccount.RESERVED, LedgerAccount.AVAILABLE),
        amount=amount,
        reference=reference,
        actor=actor,
        at=at,
    )


def move_reservation(award: Award, to: FundYear, *, actor: User, at: datetime) -> None:
    """Release an award's money in its fund year and set it aside in another, under both locks."""
    old = award.fund_year
    lock_fund_years(old, to)
    refuse_above(available(to), award.amount, to)
    out = f"{award.source}:moved-out:{old.year}"
    book_release(old, award.amount, out, actor=actor, at=at)
    transfer(
        to,
        kind=Kind.RESERVE,
        between=(LedgerAccount.AVAILABLE, LedgerAccount.RESERVED),
        amount=award.amount,
        reference=f"{award.source}:moved-in:{to.year}",
        actor=actor,
        at=at,
    )


def refuse_unless_positive(amount: Decimal) -> None:
    if amount <= ZERO or amount != amount.quantize(CENT):
        raise Refused(_("Give an amount above zero, in yuan with at most two decimals."))


def refuse_above(left: Decimal, amount: Decimal, fund_year: FundYear) -> None:
    if amount > left:
        raise NotEnoughMoney(
            _(
                "The fund account of %(year)s has %(left)s yuan available; %(amount)s yuan are needed. "
                "The fund supervisor can top it up."
            )
            % {"year": fund_year.year, "left": yuan(left), "amount": yuan(amount)}
        )
