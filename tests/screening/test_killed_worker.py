"""A worker that is killed for real while it draws up a list; the next one finishes, and nobody is missing or twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from assistance.jobs.models import BackgroundJob
from assistance.screening.models import ListDeparture, ListEntry, ListRun, Period
from assistance.screening.states import ListKind, PeriodState, RunState
from assistance.screening.tasks import do_lists
from tests.factories.drawn import make_period, zhoushan_township
from tests.factories.registry import make_bill, make_person

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import django
django.setup()
from assistance.screening.tasks import do_lists
do_lists()
"""


def start_worker() -> subprocess.Popen[bytes]:
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    env = os.environ | {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=env)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # Of this database alone: others are tested on the same server at the same time.
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks"
            " WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return bool(cursor.fetchone()[0])


def rows() -> list[Any]:
    """The list as it stands, without the numbers that the database gives."""
    entries = ListEntry.objects.order_by("run__period__number", "person")
    gone = ListDeparture.objects.order_by("run__period__number", "person")
    return [
        *entries.values_list("run__period__number", "person", "burden", "movement"),
        *gone.values_list("run__period__number", "person", "why"),
    ]


# Everything is written and nothing committed; and while it commits, which it then does without its worker.
BEFORE_THE_END = "LOCK TABLE screening_period IN SHARE MODE"
AT_THE_COMMIT = "SELECT 1 FROM registry_person FOR UPDATE"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", [BEFORE_THE_END, AT_THE_COMMIT])
def test_a_list_whose_worker_was_killed_is_finished_by_the_next_as_if_nothing_had_been(where):
    people = [make_person(township=zhoushan_township()) for _ in range(6)]
    for n, person in enumerate(people):
        make_bill(person, 28_000 + 1_000 * n, settled_on=date(2024, 1, 9))
    period = make_period(ListKind.ZHIPIN, 2024, 1)
    Period.objects.exclude(pk=period.pk).update(state=PeriodState.DONE)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(where)
        worker = start_worker()
        try:
            while not somebody_waits():
                assert worker.poll() is None, "it ended before it came to the lock"
        finally:
            worker.send_signal(signal.SIGKILL)
            assert worker.wait() == -signal.SIGKILL
    assert BackgroundJob.objects.get().state == "running"
    if where == BEFORE_THE_END:
        assert rows() == []
    BackgroundJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    # No message woke it, as after a restart of the broker: the sweep finds the row.
    do_lists()
    run, job = ListRun.objects.get(), BackgroundJob.objects.get()
    assert (run.state, job.state, job.attempts) == (RunState.DONE, "done", 2)
    found = rows()
    assert [row[1] for row in found] == [person.pk for person in people[2:]]
    do_lists()
    assert rows() == found
