from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from assistance.entitlements.models import Bucket, Entry, PersonYear
from assistance.registry.models import Person

ZERO = Decimal("0.00")


def granted(person: Person, year: int, bucket: Bucket, *, without: str = "") -> Decimal:
    """What the account of `year` has been granted in `bucket`, less what was taken back, in yuan.

    A grant booked under the source `without`, and its reversal, are left out.
    """
    entries = Entry.objects.filter(account__person=person, account__year=year, bucket=bucket)
    if without:
        entries = entries.exclude(source=without).exclude(reverses__source=without)
    return entries.aggregate(total=Sum("amount", default=ZERO))["total"] or ZERO


def standing_grant(account: PersonYear, source: str) -> Entry | None:
    """The grant booked under `source`, unless it has been reversed."""
    return account.entries.filter(
        source=source, kind=Entry.Kind.GRANTED, reversed_by__isnull=True
    ).first()
