"""Booking what was placed: the accounts first, whose rows are the locks, then the payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.operations import lock_years
from assistance.payments.models import Award
from assistance.payments.operations import question_awards
from assistance.registry.models import Person
from assistance.settlements.models import LaterPayment, PayerFile, PayerSource, Settlement
from assistance.settlements.operations.deliveries.book import ACCOUNTS
from assistance.settlements.operations.payers.placing import Payment, as_row
from assistance.settlements.recount import COUNTED_PAYERS

# What a payment takes off the cost, as rows of which each account is the sum.
_ROWS = """
    SELECT r.person_id, r.settled_on, r.total, r.in_scope, 0::bigint AS basic,
           0::bigint AS supplementary, 0::bigint AS big_illness, 0::bigint AS counted
      FROM unnest(%(people)s::bigint[], %(days)s::date[], %(totals)s::bigint[], %(scopes)s::bigint[])
           AS r(person_id, settled_on, total, in_scope)
"""


def book_payments(
    source: PayerSource,
    file: PayerFile,
    placed: Sequence[Payment],
    *,
    actor: User | None,
    at: datetime,
) -> None:
    """Write the payments with the accounts of their people, and stop the awards they put in question.

    Under the lock of every person-year first: nobody decides on one while money for it is booked.
    """
    if not placed:
        return
    lock_years({(payment.root, payment.year) for payment in placed})
    # What was decided while this waited for the locks was decided without these payments.
    booked_at = max(at, timezone.now())
    lower_costs(placed)
    for payments in (
        [payment for payment in placed if payment.amount > 0],
        [payment for payment in placed if payment.amount < 0],
    ):
        rows = [
            as_row(payment, source=source, file_id=file.pk, booked_at=booked_at)
            for payment in payments
        ]
        made = LaterPayment.objects.bulk_create(rows, batch_size=2_000)
        for payment, row in zip(payments, made, strict=True):
            payment.id = row.pk
    _question(source, file, placed, actor=actor, at=at)


def lower_costs(placed: Sequence[Payment]) -> None:
    """In the month of the bill; at person and year, of the payment, at the latest in December."""
    counted = [payment for payment in placed if payment.payer in COUNTED_PAYERS]
    bills = {payment.bill for payment in placed if payment.bill}
    days = dict(Settlement.objects.filter(pk__in=bills).values_list("pk", "settled_on"))
    values: dict[str, Any] = {
        "people": [payment.person for payment in counted],
        "days": [days[p.bill] if p.bill else _in_year(p) for p in counted],
        "totals": [-payment.amount for payment in counted],
        "scopes": [-payment.in_scope for payment in counted],
    }
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS.format(rows=_ROWS), values)


def _in_year(payment: Payment) -> date:
    last, first = date(payment.year, 12, 31), date(payment.year, 1, 1)
    return max(first, min(payment.paid_on, last))


def _question(
    source: PayerSource,
    file: PayerFile,
    placed: Sequence[Payment],
    *,
    actor: User | None,
    at: datetime,
) -> None:
    """Stop the awards of these people and years that the bank has not been given (JN21 二(四)3)."""
    # Of this booking: rows of the same file that waited may be booked when its first stop is lifted.
    last = max(payment.id for payment in placed if payment.id is not None)
    touched = {(payment.root, payment.year) for payment in placed}
    roots = {root for root, _year in touched}
    awarded = Award.objects.filter(person__in=roots) | Award.objects.filter(
        person__merged_into__in=roots
    )
    years = {
        (award.person.merged_into_id or award.person_id, award.benefit_year)
        for award in awarded.select_related("person")
    }
    people = Person.objects.in_bulk({root for root, _year in touched & years})
    for root, year in sorted(touched & years):
        question_awards(
            people[root],
            year,
            source=f"payer:{file.pk}:{last}",
            reason=_("%(payer)s reported payments for the cost of the year after the award.")
            % {"payer": source},
            actor=actor,
            at=at,
        )
