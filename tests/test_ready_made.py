"""What the tests find ready made is what they would have made, and what they commit is taken back."""

from __future__ import annotations

import pytest

from assistance.accounts.models import CalendarDay, User
from tests import put_back
from tests.factories import ready
from tests.factories.cases import Desk
from tests.factories.registry import make_person


@pytest.mark.django_db
def test_a_way_that_is_put_there_has_the_rows_of_the_way_that_was_gone():
    ready.forget()
    desk = Desk()
    case = desk.approved()
    gone, now = put_back.sums(), desk.now
    assert gone["cases_statuschange"] != put_back.found("cases_statuschange")
    desk.draft()
    assert put_back.sums() != gone
    assert ready.put_last(step="approved").pk == case.pk
    assert (put_back.sums(), desk.now > now) == (gone, False)


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_is_taken_back_and_what_was_there_before_stays():
    before = put_back.sums()
    assert before["registry_person"] is None
    make_person()
    User.objects.filter(username="clerk").update(full_name="别人")
    CalendarDay.objects.filter(day__year=2026).delete()
    changed = {table for table, rows in put_back.sums().items() if rows != before[table]}
    assert {
        "registry_person",
        "accounts_user",
        "accounts_calendarday",
        "shared_rowchange",
    } <= changed
    put_back.put_back()
    assert put_back.sums() == before
