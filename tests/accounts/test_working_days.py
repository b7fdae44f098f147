"""The database counts working days as the calendar does."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.utils.timezone import make_aware, now

from assistance.accounts.models import CalendarDay
from assistance.accounts.queries import work_calendar
from assistance.accounts.working_days import working_days_since
from assistance.jobs.models import Sweep

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def holidays() -> None:
    """National Day of 2026 with its make-up days, whatever is seeded."""
    CalendarDay.objects.all().delete()
    rest = [date(2026, 10, day) for day in range(1, 8)]
    CalendarDay.objects.bulk_create(
        [
            *(CalendarDay(day=day, is_workday=False, name="国庆节") for day in rest),
            CalendarDay(day=date(2026, 9, 27), is_workday=True, name="国庆节调休"),
            CalendarDay(day=date(2026, 10, 10), is_workday=True, name="国庆节调休"),
        ]
    )


def test_every_day_of_two_months_counts_as_in_the_calendar():
    calendar = work_calendar()
    days = [TODAY - timedelta(days=n) for n in range(60)]
    moments = {day: make_aware(datetime.combine(day, time(23, 59))) for day in days}
    Sweep.objects.all().delete()
    for n, day in enumerate(days):
        Sweep.objects.create(name=f"{n}", started_at=now(), finished_at=moments[day])
    found = dict(
        Sweep.objects.annotate(n=working_days_since("finished_at", TODAY)).values_list(
            "finished_at", "n"
        )
    )
    wanted = {moments[day]: calendar.working_days_between(day, TODAY) for day in days}
    assert found == wanted


def test_a_day_to_come_counts_nothing():
    Sweep.objects.create(
        name="x",
        started_at=now(),
        finished_at=make_aware(datetime.combine(date(2026, 11, 1), time(12))),
    )
    rows = Sweep.objects.annotate(n=working_days_since("finished_at", TODAY))
    assert rows.get().n == 0
