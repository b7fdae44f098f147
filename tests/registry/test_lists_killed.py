"""A worker that is killed for real while it applies a list, and a disk that takes nothing more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from assistance.jobs.models import BackgroundJob
from assistance.registry.models import ListImport, Person, RecipientSpan
from assistance.registry.operations import lists
from assistance.registry.tasks import do_list_jobs
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.lists import applied, make_source, previewed, row, upload
from tests.factories.registry import new_number

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import django
django.setup()
from assistance.registry.tasks import do_list_jobs
do_list_jobs()
"""


def database_url() -> str:
    """The test database, for another process: beside the one that the settings were read with."""
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    return f"{server}/{connection.settings_dict['NAME']}"


def start_worker() -> subprocess.Popen[bytes]:
    env = os.environ | {
        "DATABASE_URL": database_url(),
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


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_list_is_followed_by_the_next():
    source, stays = make_source(), row(new_number())
    applied(source, stays, as_of=timezone.localdate() - timedelta(days=60))
    ended = row(stays[0], last="2026-12-31")
    listing = previewed(source, ended, row(new_number(), "钟有田"))
    lists.apply_list(listing, actor=Cast().reviewer, at=timezone.now())
    with transaction.atomic():
        Person.objects.select_for_update().get(name="蓝青山")
        worker = start_worker()
        try:
            while not somebody_waits():
                assert worker.poll() is None, "it ended before it came to the lock"
        finally:
            worker.send_signal(signal.SIGKILL)
            assert worker.wait() == -signal.SIGKILL
    listing.refresh_from_db()
    assert (listing.stage, Person.objects.count()) == (ListImport.Stage.APPLYING, 1)
    job = BackgroundJob.objects.get(kind="registry.apply_list", state="running")
    BackgroundJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    do_list_jobs()
    listing.refresh_from_db()
    job.refresh_from_db()
    assert (listing.stage, job.state, job.attempts) == (ListImport.Stage.APPLIED, "done", 2)
    assert RecipientSpan.objects.filter(voided_at__isnull=True).count() == 2


@pytest.mark.django_db
def test_a_disk_that_takes_nothing_more_refuses_the_upload_and_frees_the_lane(settings, tmp_path):
    (tmp_path / "full").write_text("no folder", encoding="utf-8")
    source, good = make_source(), settings.STORAGES
    full = {**good["papers"], "OPTIONS": {"location": tmp_path / "full" / "papers"}}
    settings.STORAGES = {**good, "papers": full}
    with pytest.raises(Refused, match="磁盘"):
        upload(source, row(new_number()))
    assert not ListImport.objects.exists()
    settings.STORAGES = good
    assert upload(source, row(new_number())).file is not None
