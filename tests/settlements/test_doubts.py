from __future__ import annotations

import json

import pytest
from django.utils import timezone

from assistance.entitlements.models import PersonYear
from assistance.settlements.models import BillInDoubt, Settlement
from assistance.settlements.operations import book_waiting, mend_doubt, set_aside
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.deliveries import bill_row, deliver, make_source, refund_of
from tests.factories.registry import make_person, new_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(cast):
    return make_source()


def test_a_mended_row_is_booked_and_settled(cast, source):
    deliver(source, bill_row(make_person(), medfee_sumamt="10000,00"))
    doubt = BillInDoubt.objects.get()
    values = {"medfee_sumamt": "10000.00"}
    delivery = mend_doubt(doubt, values=values, actor=cast.reviewer, at=timezone.now())
    doubt.refresh_from_db()
    assert (delivery.booked, doubt.settled_by) == (1, cast.reviewer)
    assert Settlement.objects.count() == 1
    with pytest.raises(Refused):
        mend_doubt(doubt, values=values, actor=cast.reviewer, at=timezone.now())


def test_a_number_in_the_wrong_column_is_masked_in_what_is_wrong(cast, source):
    number = new_number()
    deliver(source, bill_row(make_person(), medfee_sumamt=number))
    fault = BillInDoubt.objects.get().fault
    assert number[-4:] in fault
    assert number not in fault


def test_a_row_mended_wrongly_stays_in_doubt(cast, source):
    deliver(source, bill_row(make_person(), medfee_sumamt="10000,00"))
    doubt = BillInDoubt.objects.get()
    with pytest.raises(Refused):
        mend_doubt(doubt, values={"medfee_sumamt": "1.00"}, actor=cast.reviewer, at=timezone.now())
    doubt.refresh_from_db()
    assert (doubt.settled_at, Settlement.objects.count()) == (None, 0)
    assert BillInDoubt.objects.count() == 1


def test_a_row_put_aside_needs_a_reason(cast, source):
    deliver(source, bill_row())
    doubt = BillInDoubt.objects.get()
    with pytest.raises(Refused):
        set_aside(doubt, reason=" ", actor=cast.reviewer, at=timezone.now())
    set_aside(doubt, reason="外地人员", actor=cast.reviewer, at=timezone.now())
    doubt.refresh_from_db()
    assert (doubt.outcome, doubt.settled_by) == ("外地人员", cast.reviewer)


@pytest.mark.parametrize("who", ["clerk", "approver", "payer", "auditor"])
def test_only_a_reviewer_settles_doubts(cast, source, who):
    deliver(source, bill_row())
    doubt = BillInDoubt.objects.get()
    with pytest.raises(NotAllowed):
        set_aside(doubt, reason="外地人员", actor=getattr(cast, who), at=timezone.now())
    with pytest.raises(NotAllowed):
        mend_doubt(doubt, values={}, actor=getattr(cast, who), at=timezone.now())


def test_rows_of_a_person_registered_later_are_booked(cast, source):
    number = new_number()
    row = bill_row(None, certno=number, psn_name="陈某")
    deliver(source, row, refund_of(bill_row(None, certno=number)))
    assert book_waiting(source, actor=None, at=timezone.now()) == 0
    person = make_person("陈某", id_number=number)
    assert book_waiting(source, actor=None, at=timezone.now()) == 1
    assert book_waiting(source, actor=None, at=timezone.now()) == 0
    assert Settlement.objects.get().person == person
    assert PersonYear.objects.get(person=person).own_total[11] == 400_000
    still = BillInDoubt.objects.get(settled_at__isnull=True)
    assert json.loads(still.payload)["refd_setl_flag"] == "1"


def test_a_refund_waits_for_its_bill(cast, source):
    person = make_person()
    row = bill_row(person)
    deliver(source, refund_of(row))
    deliver(source, row)
    assert book_waiting(source, actor=None, at=timezone.now()) == 1
    assert PersonYear.objects.get().own_total == [0] * 12
    assert Settlement.objects.filter(reverses__isnull=False).count() == 1
