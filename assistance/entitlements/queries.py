from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from assistance.entitlements.models import Bucket, Entry
from assistance.registry.models import Person
from assistance.registry.queries import records

ZERO = Decimal("0.00")


def granted(person: Person, year: int, bucket: Bucket, *, without: str = "") -> Decimal:
    """What this human has been granted for `year` in `bucket`, less what was taken back, in yuan.

    Counts the accounts of all his records: the maximum is one however often he was registered.

    A grant booked under the source `without`, and its reversal, are left out.
    """
    entries = Entry.objects.filter(
        account__person__in=records(person).values("pk"), account__year=year, bucket=bucket
    )
    if without:
        entries = entries.exclude(source=without).exclude(reverses__source=without)
    return entries.aggregate(total=Sum("amount", default=ZERO))["total"] or ZERO


def standing_grant(source: str) -> Entry | None:
    """The grant booked under `source`, unless it has been reversed; on whichever record it stands."""
    return Entry.objects.filter(
        source=source, kind=Entry.Kind.GRANTED, reversed_by__isnull=True
    ).first()
