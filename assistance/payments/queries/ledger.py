"""What a fund account holds, and whether the ledger says the same as the awards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.payments.models import (
    Award,
    FundYear,
    LedgerAccount,
    LedgerLine,
    LedgerTransaction,
    RecoveryEntry,
)
from assistance.payments.permissions import FUND_READERS
from assistance.payments.states import AwardState
from assistance.shared.money import ZERO, yuan

Kind = LedgerTransaction.Kind
Amounts = dict[LedgerAccount, Decimal]
STILL_RESERVED = (AwardState.DUE, AwardState.HELD, AwardState.BATCHED, AwardState.FAILED)


def fund_years_visible_to(user: User) -> QuerySet[FundYear]:
    """Fund accounts the user may read, with agency, newest year first."""
    rows = FundYear.objects.select_related("agency", "source").order_by("-year", "agency", "id")
    if not user.has_role(*FUND_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None)


def with_balances(fund_years: QuerySet[FundYear]) -> QuerySet[FundYear]:
    """Each row with its balances in yuan as `sum_available`, `sum_reserved` and so on, in one query."""
    sums = {
        f"sum_{account}": Sum(
            "transactions__lines__amount",
            filter=Q(transactions__lines__account=account),
            default=ZERO,
        )
        for account in LedgerAccount.values
    }
    return fund_years.annotate(**sums)


def balances(fund_year: FundYear) -> Amounts:
    """The balance of every account in yuan; together they are zero."""
    return _sums(LedgerLine.objects.filter(transaction__fund_year=fund_year))


def available(fund_year: FundYear) -> Decimal:
    """What may still be reserved, in yuan. Decide on it only with the fund year's row locked."""
    return balances(fund_year)[LedgerAccount.AVAILABLE]


def reservation(reference: str) -> Decimal:
    """What is set aside in yuan under the reference and has not been released: zero if nothing."""
    return reserved_of(reserving(reference), reference)


def reserving(reference: str) -> LedgerTransaction | None:
    """The transaction that set money aside under the reference."""
    return (
        LedgerTransaction.objects.select_related("fund_year")
        .filter(reference=f"{reference}:reserve")
        .first()
    )


def reserved_of(transaction: LedgerTransaction | None, reference: str) -> Decimal:
    if transaction is None:
        return ZERO
    if LedgerTransaction.objects.filter(reference=f"{reference}:release").exists():
        return ZERO
    line = LedgerLine.objects.get(transaction=transaction, account=LedgerAccount.RESERVED)
    return Decimal(line.amount)


@dataclass(frozen=True, slots=True)
class StatementLine:
    transaction: LedgerTransaction
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Statement:
    """A fund account over some days: opening + the sum of `per_kind` = closing, for every account."""

    fund_year: FundYear
    first_day: date | None
    last_day: date | None
    opening: Amounts
    per_kind: dict[str, Amounts]
    closing: Amounts
    lines: list[StatementLine]


def statement(
    fund_year: FundYear, *, first_day: date | None = None, last_day: date | None = None
) -> Statement:
    """The account statement of the days from `first_day` to `last_day`, both included."""
    booked = LedgerTransaction.objects.filter(fund_year=fund_year)
    earlier = LedgerLine.objects.filter(transaction__fund_year=fund_year)
    if first_day is None:
        earlier = earlier.none()
    else:
        booked = booked.filter(at__gte=_midnight(first_day))
        earlier = earlier.filter(transaction__at__lt=_midnight(first_day))
    if last_day is not None:
        booked = booked.filter(at__lt=_midnight(last_day + timedelta(days=1)))
    lines = [
        StatementLine(row, {LedgerAccount(line.account): line.amount for line in row.lines.all()})
        for row in booked.select_related("by").prefetch_related("lines").order_by("at", "id")
    ]
    opening = _sums(earlier)
    closing, per_kind = dict(opening), {kind: _zeros() for kind in Kind.values}
    for line in lines:
        for account, amount in line.amounts.items():
            closing[account] += amount
            per_kind[line.transaction.kind][account] += amount
    return Statement(fund_year, first_day, last_day, opening, per_kind, closing, lines)


def check_ledger(fund_year: FundYear) -> list[str]:
    """Compare the ledger with the states of the awards; a sentence for every difference, none if all agrees."""
    held = balances(fund_year)
    by_state = dict(
        Award.objects.filter(fund_year=fund_year)
        .order_by()
        .values_list("state")
        .annotate(total=Sum("amount"))
    )
    awarded = sum((by_state.get(state, ZERO) for state in STILL_RESERVED), ZERO)
    returned, unconfirmed = _came_back(fund_year)
    expected = {
        LedgerAccount.RESERVED: awarded + _reserved_without_award(fund_year),
        LedgerAccount.IN_TRANSIT: by_state.get(AwardState.SENT, ZERO),
        LedgerAccount.PAID_OUT: by_state.get(AwardState.PAID, ZERO) - returned,
        LedgerAccount.RECOVERED: unconfirmed,
    }
    problems = _unbalanced(fund_year)
    if held[LedgerAccount.AVAILABLE] < ZERO:
        problems.append(
            _("The available balance is below zero: %(amount)s yuan.")
            % {"amount": yuan(held[LedgerAccount.AVAILABLE])}
        )
    for account, amount in expected.items():
        if held[account] != amount:
            problems.append(
                _("“%(account)s” holds %(held)s yuan, but the awards make %(expected)s yuan.")
                % {
                    "account": account.label,
                    "held": yuan(held[account]),
                    "expected": yuan(amount),
                }
            )
    return problems


def _came_back(fund_year: FundYear) -> tuple[Decimal, Decimal]:
    """Repayments to the fund year: all that stand, and those of them not yet confirmed."""
    entries = RecoveryEntry.objects.filter(
        recovery__award__fund_year=fund_year,
        kind=RecoveryEntry.Kind.REPAYMENT,
        rejected_at__isnull=True,
    )
    sums = entries.aggregate(
        all=Sum("amount", default=ZERO),
        waiting=Sum("amount", filter=Q(confirmed_at__isnull=True), default=ZERO),
    )
    return sums["all"] or ZERO, sums["waiting"] or ZERO


def _reserved_without_award(fund_year: FundYear) -> Decimal:
    """Approved cases whose notice has not ended: money is set aside, nothing is owed yet."""
    reserved: dict[str, Decimal] = {
        reference.removesuffix(":reserve"): amount
        for reference, amount in LedgerLine.objects.filter(
            transaction__fund_year=fund_year,
            transaction__reference__endswith=":reserve",
            account=LedgerAccount.RESERVED,
        ).values_list("transaction__reference", "amount")
    }
    released = LedgerTransaction.objects.filter(
        fund_year=fund_year, kind=Kind.RELEASE, reference__endswith=":release"
    ).values_list("reference", flat=True)
    gone = {reference.removesuffix(":release") for reference in released}
    gone |= set(
        Award.objects.filter(source__in=reserved.keys() - gone).values_list("source", flat=True)
    )
    return sum((amount for reference, amount in reserved.items() if reference not in gone), ZERO)


def _unbalanced(fund_year: FundYear) -> list[str]:
    sums = (
        LedgerTransaction.objects.filter(fund_year=fund_year)
        .annotate(rest=Sum("lines__amount", default=ZERO))
        .exclude(rest=ZERO)
    )
    sentence = _("Entry %(reference)s does not sum to zero: %(rest)s yuan are left over.")
    return [sentence % {"reference": row.reference, "rest": yuan(row.rest)} for row in sums]


def _sums(lines: QuerySet[LedgerLine]) -> Amounts:
    found = lines.order_by().values_list("account").annotate(total=Sum("amount"))
    return _zeros() | {LedgerAccount(account): total for account, total in found}


def _zeros() -> Amounts:
    return dict.fromkeys(LedgerAccount, ZERO)


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
