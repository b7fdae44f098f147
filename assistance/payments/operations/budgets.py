"""The money a year is given: budget, top-up, and what the year before has left."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.payments.models import (
    FundSource,
    FundYear,
    LedgerAccount,
    LedgerTransaction,
    Programme,
)
from assistance.payments.operations.ledger import (
    lock_fund_years,
    refuse_above,
    refuse_unless_positive,
    transfer,
)
from assistance.payments.permissions import check, why_not_budget
from assistance.payments.queries import available
from assistance.shared.errors import Refused
from assistance.shared.money import yuan

Kind = LedgerTransaction.Kind
BUDGET_KINDS = frozenset({Kind.BUDGET, Kind.TOP_UP, Kind.CARRY_OVER})


@transaction.atomic
def open_fund_year(
    *,
    agency: Agency,
    programme: str,
    year: int,
    source: FundSource | None = None,
    actor: User | None,
) -> FundYear:
    """The fund account of a programme in a year of payment; made if it is not there yet.

    With a `source` the account of the special bottom-line fund that this giver fills (ZS22 二(五)2). Raises
    NotAllowed for anybody but a fund supervisor of the agency; without an actor the system acts.
    """
    if actor is not None:
        check(why_not_budget(actor, FundYear(agency=agency)))
    if source is not None and (programme != Programme.BOTTOM_LINE or source.agency_id != agency.pk):
        raise Refused(_("Only the bottom-line payment has a fund with sources of its own."))
    return FundYear.objects.get_or_create(
        agency=agency, programme=programme, year=year, source=source
    )[0]


@transaction.atomic
def budget(
    fund_year: FundYear,
    *,
    kind: LedgerTransaction.Kind,
    amount: Decimal,
    note: str = "",
    reference: str,
    actor: User,
    at: datetime,
) -> LedgerTransaction:
    """Give the year money: a budget, a top-up, or what the year before has left.

    `reference` is the number of the paper it rests on; the same paper and kind counts once. A carry-over
    is taken out of the account of the year before where the system has one. Raises NotAllowed for anybody
    but a fund supervisor, NotEnoughMoney when more is carried over than is left.
    """
    check(why_not_budget(actor, fund_year))
    if kind not in BUDGET_KINDS:
        raise Refused(_("Only a budget, a top-up or a carry-over gives a year money."))
    refuse_unless_positive(amount)
    reference = reference.strip()
    if not reference:
        raise Refused(_("Give the number of the paper this rests on."))
    previous = _year_before(fund_year) if kind == Kind.CARRY_OVER else None
    lock_fund_years(fund_year, *([previous] if previous else []))
    full_reference = f"{kind}:{fund_year.pk}:{reference}"
    booked = LedgerTransaction.objects.filter(reference=full_reference).first()
    if booked is not None:
        return _same_again(booked, amount)
    signed: dict[str, Any] = {"amount": amount, "note": note, "actor": actor, "at": at}
    given = (LedgerAccount.APPROPRIATED, LedgerAccount.AVAILABLE)
    if previous is not None:
        refuse_above(available(previous), amount, previous)
        reference = f"{full_reference}:out"
        transfer(previous, kind=kind, between=given[::-1], reference=reference, **signed)
    return transfer(fund_year, kind=kind, between=given, reference=full_reference, **signed)


@transaction.atomic
def take_back_budget(
    entry: LedgerTransaction, *, reason: str, actor: User, at: datetime
) -> LedgerTransaction:
    """Take back a budget entry made by mistake, with an entry of exactly the negative amounts; once only.

    Of a carry-over both sides are taken back. Raises NotAllowed, or NotEnoughMoney when the money has
    been promised already.
    """
    check(why_not_budget(actor, entry.fund_year))
    if entry.kind not in BUDGET_KINDS or entry.reference.endswith(":out"):
        raise Refused(
            _("Only a budget, a top-up or a carry-over can be taken back, where it came in.")
        )
    if not reason.strip():
        raise Refused(_("Give a reason."))
    out = LedgerTransaction.objects.filter(reference=f"{entry.reference}:out").first()
    sides = [side for side in (entry, out) if side is not None]
    lock_fund_years(*(side.fund_year for side in sides))
    booked = LedgerTransaction.objects.filter(reference=f"{entry.reference}:back").first()
    if booked is not None:
        return booked
    amount = entry.lines.get(account=LedgerAccount.AVAILABLE).amount
    refuse_above(available(entry.fund_year), amount, entry.fund_year)
    backs = [_mirror(side, reason.strip(), actor=actor, at=at) for side in sides]
    return backs[0]


def _mirror(
    entry: LedgerTransaction, reason: str, *, actor: User, at: datetime
) -> LedgerTransaction:
    line = entry.lines.get(amount__gt=0)
    other = entry.lines.get(amount__lt=0)
    return transfer(
        entry.fund_year,
        kind=Kind.CORRECTION,
        between=(LedgerAccount(line.account), LedgerAccount(other.account)),
        amount=line.amount,
        reference=f"{entry.reference}:back",
        note=reason,
        actor=actor,
        at=at,
    )


def _year_before(fund_year: FundYear) -> FundYear | None:
    return FundYear.objects.filter(
        agency=fund_year.agency_id,
        programme=fund_year.programme,
        year=fund_year.year - 1,
        source=fund_year.source_id,
    ).first()


def _same_again(booked: LedgerTransaction, amount: Decimal) -> LedgerTransaction:
    before = booked.lines.get(account=LedgerAccount.AVAILABLE).amount
    if before == amount:
        return booked
    raise Refused(
        _("%(amount)s yuan are already booked under this paper.") % {"amount": yuan(before)}
    )
