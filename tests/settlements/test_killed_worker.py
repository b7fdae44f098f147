"""A real worker, killed in the middle of a delivery; the next one finishes as if nothing had been."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from assistance.entitlements.models import Entry, PersonYear
from assistance.jobs.models import BackgroundJob
from assistance.settlements.models import BillImport, BillInDoubt, Settlement
from assistance.settlements.recount import account_differences
from assistance.settlements.tasks import EXECUTORS, do_bill_jobs
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.deliveries import (
    Unwatched,
    as_csv,
    bill_row,
    make_source,
    receive_file,
    refund_of,
)
from tests.factories.registry import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def everything() -> list[list[Any]]:
    """What a delivery leaves, without the numbers that the database gives."""
    bills = Settlement.objects.order_by("line", "id").values_list(
        "line", "source_id", "total", "assistance", "reverses__source_id"
    )
    accounts = PersonYear.objects.order_by("person", "year")
    entries = Entry.objects.order_by("source").values_list("source", "amount", "bucket")
    doubts = BillInDoubt.objects.order_by("line").values_list("line", "reason", "fault")
    return [
        list(bills),
        list(accounts.values_list("person", "year", "own_total", "own_in_scope")),
        list(entries),
        list(doubts),
    ]


def killed(steps: int) -> str:
    """A worker that is killed at the n-th step it tells; the step in words."""
    database = connection.settings_dict
    host = database["HOST"] or "localhost"
    address = f"postgres://{database['USER']}@/{database['NAME']}?host={host}"
    if not host.startswith("/"):
        address = f"postgres://{database['USER']}@{host}:{database['PORT']}/{database['NAME']}"
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.settlements.dying_worker",
            str(steps),
            str(settings.STORAGES["papers"]["OPTIONS"]["location"]),
        ],
        env=os.environ
        | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    said = worker.stdout.readline()
    worker.kill()
    worker.communicate()
    assert said.startswith("here:"), said
    return said


# After the rows are staged, and after everything is booked but not committed.
@pytest.mark.parametrize("steps", [3, 5])
def test_a_delivery_whose_worker_was_killed_is_finished_by_the_next(steps):
    people = [make_person() for _ in range(3)]
    rows = [bill_row(people[n % 3], maf_pay="10.00") for n in range(12)]
    rows += [bill_row(None), refund_of(rows[4]), bill_row(people[0], setl_time="昨天")]
    delivery = receive_file(make_source(), as_csv(*rows))
    job = BackgroundJob.objects.get()
    with transaction.atomic():
        EXECUTORS[job.kind](job, Unwatched())
        undisturbed = everything()
        transaction.set_rollback(True)
    killed(steps)
    assert everything() == [[], [], [], []]
    job.refresh_from_db()
    assert (job.state, job.worker) == ("running", "dying")
    BackgroundJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    do_bill_jobs()
    delivery.refresh_from_db()
    job.refresh_from_db()
    assert (delivery.state, job.state, job.attempts) == (BillImport.State.BOOKED, "done", 2)
    assert everything() == undisturbed
    assert list(account_differences()) == []


def test_of_two_uploads_of_a_source_at_once_one_is_taken_in():
    source, cast = make_source(), Cast()
    people = cast.reviewer, cast.second_reviewer
    files = as_csv(bill_row(None)), as_csv(bill_row(None))
    found = at_once(
        lambda: receive_file(source, files[0], actor=people[0]),
        lambda: receive_file(source, files[1], actor=people[1]),
    )
    assert sorted(isinstance(one, Refused) for one in found) == [False, True]
    assert BillImport.objects.count() == BackgroundJob.objects.count() == 1
