from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection

from assistance.accounts.models import CalendarYear
from assistance.jobs.models import Sweep
from assistance.jobs.operations import record_sweep
from assistance.jobs.queries import StaleSweep, health_checks, stale_sweeps
from assistance.jobs.queries import health as queries
from config.local.servers import start_valkey

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
SWEEP = "cases.close_due_notices"


@pytest.fixture(autouse=True)
def one_sweep(settings):
    settings.CELERY_BEAT_SCHEDULE = {"a": {"task": SWEEP, "schedule": 60.0}}


def test_record_sweep_writes_what_was_done():
    with record_sweep(SWEEP) as sweep:
        sweep.handled = 3
        sweep.failed = 1
        assert Sweep.objects.get(name=SWEEP).finished_at is None
    row = Sweep.objects.get(name=SWEEP)
    assert (row.handled, row.failed) == (3, 1)
    assert row.finished_at >= row.started_at


def test_record_sweep_counts_an_exception_and_lets_it_through():
    def fail_after_two():
        with record_sweep(SWEEP) as sweep:
            sweep.handled = 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_two()
    row = Sweep.objects.get(name=SWEEP)
    assert (row.handled, row.failed) == (2, 1)


def test_record_sweep_again_keeps_one_row():
    for _number in range(2):
        with record_sweep(SWEEP):
            pass
    assert Sweep.objects.count() == 1


def test_stale_sweeps_without_any_run():
    assert stale_sweeps(NOON) == [StaleSweep(SWEEP, None)]


@pytest.mark.parametrize(("seconds", "stale"), [(300, []), (301, [SWEEP])])
def test_stale_sweeps_after_five_minutes(seconds, stale):
    with time_machine.travel(NOON, tick=False), record_sweep(SWEEP):
        pass
    found = stale_sweeps(NOON + timedelta(seconds=seconds))
    assert [sweep.name for sweep in found] == stale


def test_stale_sweeps_counts_a_run_that_died():
    Sweep.objects.create(name=SWEEP, started_at=NOON, finished_at=None)
    assert stale_sweeps(NOON + timedelta(minutes=1)) == []
    assert stale_sweeps(NOON + timedelta(minutes=6)) == [StaleSweep(SWEEP, None)]


def test_stale_sweeps_waits_five_intervals_of_a_slow_one(settings):
    settings.CELERY_BEAT_SCHEDULE = {"a": {"task": SWEEP, "schedule": timedelta(hours=1)}}
    with time_machine.travel(NOON, tick=False), record_sweep(SWEEP):
        pass
    assert stale_sweeps(NOON + timedelta(hours=5)) == []
    assert len(stale_sweeps(NOON + timedelta(hours=5, seconds=1))) == 1


def test_health_names_what_is_wrong(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    CalendarYear.objects.filter(year=2026).delete()
    database, broker, sweeps, calendar, fonts, disk = health_checks(NOON)
    assert [database.ok, fonts.ok, disk.ok] == [True, True, True]
    assert [broker.ok, sweeps.ok, calendar.ok] == [False, False, False]
    assert "2026, 2027" in calendar.sentence


def test_health_tells_of_a_sweep_in_the_past():
    with time_machine.travel(NOON, tick=False), record_sweep(SWEEP):
        pass
    sentences = [check.sentence for check in health_checks(NOON + timedelta(days=1))]
    assert any("2026-11-22 12:00" in sentence for sentence in sentences)


def test_health_without_a_database(monkeypatch):
    def refuse(*_args, **_options):
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)
    checks = health_checks(NOON)
    database, _broker, _fonts, _disk = checks
    assert database.ok is False


def test_health_of_missing_fonts(settings, tmp_path):
    settings.FONTS_ROOT = tmp_path
    fonts = health_checks(NOON)[-2]
    assert fonts.ok is False
    assert "NotoSerifSC" in fonts.sentence


def test_health_of_a_full_disk(monkeypatch):
    monkeypatch.setattr(queries, "ENOUGH_DISK", 1024**6)
    assert health_checks(NOON)[-1].ok is False


def test_health_of_a_living_broker(settings, tmp_path):
    with start_valkey(tmp_path) as server:
        settings.CELERY_BROKER_URL = server.url
        assert health_checks(NOON)[1].ok is True
        server.kill()
        assert health_checks(NOON)[1].ok is False
