"""Broker and database go away for real while a real worker draws up a list: the list is as if nothing had been."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from celery import Celery
from django.db import connection
from django.utils import timezone

from assistance.jobs.models import BackgroundJob
from assistance.screening.models import ListRun, Period
from assistance.screening.operations import KIND, start_run
from assistance.screening.states import ListKind, PeriodState, RunKind, RunState
from assistance.screening.tasks import do_lists
from config.local.migrated import put_migrated
from config.local.processes import Child, wait_until
from config.local.servers import PostgreSQL, Valkey
from tests.factories import stock
from tests.factories.drawn import draw, listed, make_period, zhoushan_township
from tests.factories.registry import make_bill, make_person

PEOPLE, LISTED = 6, 4
# Everything of a list is written then, and nothing of it committed.
BEFORE_THE_END = "LOCK TABLE screening_period IN SHARE MODE"
PATIENCE = 90


class Site:
    """A database, a broker and a worker of their own. A crash of this database loses nothing that was committed."""

    def __init__(self, folder: Path) -> None:
        self.database = PostgreSQL(folder / "postgres", fsync=True)
        self.broker = Valkey(folder / "valkey")
        put_migrated(self.database)
        self.database.start()
        self.broker.start()
        self.bell = Celery("bell", broker=self.broker.url, set_as_current=False)
        worker = ["celery", "--app", "config", "worker", "--concurrency", "1", "--loglevel", "INFO"]
        env = os.environ | {
            "DATABASE_URL": self.database.url,
            "BROKER_URL": self.broker.url,
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
        }
        quiet = ["--without-gossip", "--without-mingle"]
        command = [sys.executable, "-m", *worker, *quiet]
        self.worker = Child(
            "worker",
            command,
            log=folder / "worker.log",
            env=env,
            stop_signal=signal.SIGQUIT,
            patience=1,
        )
        self.worker.start()

    def stop(self) -> None:
        for process in (self.worker, self.broker, self.database):
            process.stop()

    def ring(self) -> None:
        self.bell.send_task(do_lists.name)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.database.sockets), user="app", dbname="app")

    @contextlib.contextmanager
    def held_before_the_end(self) -> Iterator[None]:
        """The worker is rung for and comes to the end of its list, where it has to wait."""
        with contextlib.closing(self.connect()) as ours:
            ours.execute(BEFORE_THE_END)
            self.ring()
            assert wait_until(self.somebody_waits, seconds=PATIENCE), self.worker.said()
            yield

    def somebody_waits(self) -> bool:
        with contextlib.closing(self.connect()) as looking:
            found = looking.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
        return bool(found and found[0])


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Site]:
    """This process works in the database of the site as long as the module lasts."""
    ours = dict(connection.settings_dict)
    site = Site(tmp_path_factory.mktemp("site"))
    with django_db_blocker.unblock(), stock.elsewhere():
        connection.close()
        connection.settings_dict.update(
            NAME="app", USER="app", HOST=str(site.database.sockets), PORT=""
        )
        try:
            people = [make_person(township=zhoushan_township()) for _ in range(PEOPLE)]
            for n, person in enumerate(people):
                make_bill(person, 28_000 + 1_000 * n, settled_on=date(2024, 1, 9))
            yield site
        finally:
            connection.close()
            connection.settings_dict.update(ours)
            site.stop()


def queued(month: int) -> tuple[ListRun, str]:
    """A list that waits for the worker, and the digest of one drawn up undisturbed."""
    period = make_period(ListKind.ZHIPIN, 2024, month)
    Period.objects.exclude(pk=period.pk).update(state=PeriodState.DONE)
    undisturbed = draw(period, kind=RunKind.TRIAL)
    assert len(listed(undisturbed)) == LISTED
    return start_run(period, actor=None, at=timezone.now()), undisturbed.digest


def finished(run: ListRun) -> bool:
    """The list is committed first, the end of its job is written after it."""
    return not BackgroundJob.objects.get(kind=KIND, target=run.pk).is_live


def assert_whole(run: ListRun, digest: str, *, attempts: int) -> None:
    run.refresh_from_db()
    assert (run.state, run.digest) == (RunState.DONE, digest)
    assert len(listed(run)) == run.entries.count() == LISTED
    assert run.period.runs.exclude(kind=RunKind.TRIAL).count() == 1
    job = BackgroundJob.objects.get(target=run.pk)
    assert (job.state, job.attempts) == ("done", attempts)


def test_a_broker_that_is_restarted_delays_nothing_that_was_begun_and_is_heard_again(site):
    run, digest = queued(1)
    with site.held_before_the_end():
        site.broker.kill()
        site.broker.start()
    assert wait_until(lambda: finished(run), seconds=PATIENCE), site.worker.said()
    assert_whole(run, digest, attempts=1)
    # The worker comes back to the broker by itself and hears the next message.
    second, digest = queued(2)
    site.ring()
    assert wait_until(lambda: finished(second), seconds=PATIENCE), site.worker.said()
    assert_whole(second, digest, attempts=1)


def test_a_list_whose_database_crashed_under_it_is_begun_again_and_is_the_same(site):
    run, digest = queued(3)
    with site.held_before_the_end():
        site.database.kill()
    connection.close()
    site.database.start()
    run.refresh_from_db()
    assert (run.state, run.entries.count()) == (RunState.QUEUED, 0)
    # Its lease would end within a minute.
    BackgroundJob.objects.filter(target=run.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    site.ring()
    assert wait_until(lambda: finished(run), seconds=PATIENCE), site.worker.said()
    assert_whole(run, digest, attempts=2)
