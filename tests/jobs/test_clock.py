"""The bell is rung as the console says, and who switches it off is told on the health page."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from assistance.jobs.clock import Clock
from assistance.jobs.models import Sweep
from assistance.jobs.operations import record_sweep
from assistance.jobs.queries import health_checks, stale_sweeps
from config import celery_app
from tests.factories.accounts import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")
LISTS, PERIODS = "screening.do_lists", "screening.write_periods"


def start_clock() -> dict[str, str]:
    """As whenever beat starts; what rings then, and when."""
    clock = Clock(app=celery_app, lazy=True)
    clock.setup_schedule()
    return {entry.task: str(entry.schedule) for entry in clock.schedule.values()}


# The clock ends transactions and connections as it likes.
@pytest.mark.django_db(transaction=True)
def test_what_the_console_says_outlasts_a_restart_of_the_clock(client):
    assert {LISTS, PERIODS} <= set(start_clock())
    row = PeriodicTask.objects.get(task=LISTS)
    slower = IntervalSchedule.objects.create(every=7, period=IntervalSchedule.MINUTES)
    client.force_login(Cast().administrator)
    page = reverse("admin:django_celery_beat_periodictask_change", args=[row.pk])
    assert client.get(page).status_code == 200
    posted = {"enabled": "on", "interval": slower.pk, "crontab": ""}
    assert client.post(page, posted).status_code == 302
    with record_sweep(PERIODS):
        pass
    # At a fixed time, five past every hour: two hours are too long.
    assert PERIODS not in {sweep.name for sweep in stale_sweeps(now() + timedelta(hours=1))}
    assert PERIODS in {sweep.name for sweep in stale_sweeps(now() + timedelta(hours=3))}
    PeriodicTask.objects.filter(task=PERIODS).update(enabled=False)
    rung = start_clock()
    assert "7.00 minutes" in rung[LISTS]
    assert PERIODS not in rung
    with record_sweep(LISTS):
        pass
    late = {sweep.name for sweep in stale_sweeps(now() + timedelta(minutes=30))}
    assert LISTS not in late
    assert LISTS in {sweep.name for sweep in stale_sweeps(now() + timedelta(minutes=40))}
    with translation.override("en"):
        off = [check.sentence for check in health_checks() if "switched off" in check.sentence]
    assert off == ["“writing down which lists are due” is switched off in the console."]


@pytest.mark.django_db
def test_work_of_every_week_or_month_is_late_after_its_own_day_and_none_that_is_switched_off():
    seen = datetime(2026, 11, 2, 4, 30, tzinfo=SHANGHAI)  # a Monday
    names = {"weekly": "files.sweep_orphans", "monthly": "jobs.purge_exports", "off": PERIODS}
    for name, task in names.items():
        days = {"day_of_week": "1"} if name == "weekly" else {"day_of_month": "2"}
        at = CrontabSchedule.objects.create(minute="20", hour="4", timezone=SHANGHAI, **days)
        PeriodicTask.objects.create(name=name, task=task, crontab=at, enabled=name != "off")
        Sweep.objects.create(name=task, started_at=seen, finished_at=seen)

    def late(day: int, month: int = 11) -> set[str]:
        at = datetime(2026, month, day, 5, tzinfo=SHANGHAI)
        stale = {sweep.name for sweep in stale_sweeps(at)}
        return {name for name, task in names.items() if task in stale}

    assert [late(8), late(10)] == [set(), {"weekly"}]
    assert [late(2, 12), late(3, 12)] == [{"weekly"}, {"weekly", "monthly"}]
    with translation.override("en"):
        said = [check.sentence for check in health_checks(seen + timedelta(days=40))]
    assert sum("writing down which lists are due" in sentence for sentence in said) == 1
