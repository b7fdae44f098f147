from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assistance.entitlements.models import Bucket, Entry
from assistance.entitlements.operations import grant, lock_year, reverse
from assistance.entitlements.queries import granted, standing_grant
from tests.factories.registry import make_person

AMOUNT = Decimal("25000.00")


@pytest.fixture
def person(db):
    return make_person()


def _grant(person, source: str = "case/1", amount: Decimal = AMOUNT) -> Entry:
    with transaction.atomic():
        account = lock_year(person, 2025)
        return grant(
            account,
            bucket=Bucket.JINGNING,
            amount=amount,
            source=source,
            actor=None,
            at=timezone.now(),
        )


def test_grant_counts_in_its_year_and_bucket(person):
    _grant(person)
    assert granted(person, 2025, Bucket.JINGNING) == AMOUNT
    assert granted(person, 2024, Bucket.JINGNING) == 0


def test_a_retried_grant_books_once(person):
    assert _grant(person).pk == _grant(person).pk
    assert granted(person, 2025, Bucket.JINGNING) == AMOUNT


def test_a_reversal_restores_the_account_and_keeps_both_entries(person):
    entry = _grant(person)
    reverse(entry, actor=None, at=timezone.now())
    reverse(entry, actor=None, at=timezone.now())
    assert granted(person, 2025, Bucket.JINGNING) == 0
    assert Entry.objects.count() == 2
    assert standing_grant("case/1") is None


def test_a_case_looks_at_the_year_without_its_own_booking(person):
    _grant(person, "case/1")
    _grant(person, "case/2", Decimal("100.00"))
    assert granted(person, 2025, Bucket.JINGNING, without="case/1") == Decimal("100.00")


def test_an_entry_cannot_be_changed_or_deleted(person):
    entry = _grant(person)
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
