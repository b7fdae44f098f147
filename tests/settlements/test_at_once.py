from __future__ import annotations

from datetime import datetime
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from assistance.entitlements.operations import lock_year
from assistance.settlements import queries
from assistance.settlements.models import InvoiceUse, Settlement
from assistance.settlements.operations import reverse_bill
from assistance.shared.errors import Refused
from tests.factories.at_once import at_once
from tests.factories.registry import make_aid, make_bill, make_person

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("attempt", range(5))
def test_one_invoice_booked_for_two_people_at_once(cast, attempt):
    people = [make_person(), make_person()]
    results = at_once(
        *(lambda person=person: make_bill(person, invoice_number="123") for person in people)
    )
    assert sorted(type(result).__name__ for result in results) == ["Refused", "Settlement"]
    assert (Settlement.objects.count(), InvoiceUse.objects.count()) == (1, 1)


def test_one_form_sent_twice_at_once(cast):
    person = make_person()
    results = at_once(
        *[lambda: make_bill(person, token="form-1", invoice_number="123") for _ in range(3)]
    )
    assert len({result.pk for result in results}) == 1
    assert Settlement.objects.count() == 1


def test_bill_reversed_by_two_at_once(cast):
    row = make_bill(make_person())
    results = at_once(
        *[lambda: reverse_bill(row, reason="重复", actor=cast.clerk, at=AT) for _ in range(3)]
    )
    assert sum(isinstance(result, Refused) for result in results) == 2
    assert Settlement.objects.count() == 2


@pytest.mark.parametrize("write", [make_bill, make_aid])
def test_whoever_computes_a_year_sees_a_stable_set(cast, write):
    """A bill or aid that arrives during a computation waits for the lock of the person-year."""
    person, locked, written = make_person(), Event(), Event()

    def compute():
        with transaction.atomic():
            lock_year(person, 2025)
            locked.set()
            # A write that did not wait would be done long before this.
            assert not written.wait(timeout=0.5)
            bills = list(queries.bills_of_year(person, 2025))
            aid = list(queries.aid_of_year(person, 2025))
        return bills + aid

    def book():
        locked.wait(timeout=10)
        row = write(person)
        written.set()
        return row

    seen, row = at_once(compute, book)
    assert seen == []
    assert row.pk
