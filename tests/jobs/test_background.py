"""Long work: the row is the queue, the claim is a lease, and nothing is done twice or lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import (
    Cancelled,
    Outcome,
    cancel_job,
    claim_job,
    queue_job,
    run_due_jobs,
)
from assistance.jobs.operations import progress as beating
from assistance.jobs.operations.background import LEASE, MOST_ATTEMPTS
from assistance.jobs.queries import jobs_visible_to, pace
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once

KIND = "tests.count"
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
State = BackgroundJob.State


def queue(target: int = 1, at: datetime = NOON, **fields: Any) -> BackgroundJob:
    cast = Cast()
    values = {"agency": cast.agency, "actor": cast.reviewer, **fields}
    return queue_job(KIND, target=target, subject="名单", at=at, task="tests.count", **values)


def claim(at: datetime = NOON, worker: str = "w1") -> BackgroundJob | None:
    return claim_job([KIND], worker=worker, at=at)


@pytest.mark.django_db
def test_the_oldest_job_is_claimed_first_and_only_once():
    first, second = queue(1), queue(2)
    assert [claim(), claim(worker="w2"), claim()] == [first, second, None]


@pytest.mark.django_db
def test_a_kind_that_one_does_not_do_is_left():
    queue()
    assert claim_job(["tests.other"], worker="w1", at=NOON) is None


@pytest.mark.django_db
def test_queueing_the_same_work_again_gives_the_waiting_job_and_refuses_beside_a_running_one():
    job = queue()
    assert queue() == job
    claim()
    with pytest.raises(Refused):
        queue()
    assert BackgroundJob.objects.count() == 1


@pytest.mark.django_db
def test_the_job_of_a_killed_worker_is_claimed_again_when_its_lease_has_run_out():
    job = queue()
    claim()
    assert claim(at=NOON + LEASE, worker="w2") is None
    again = claim(at=NOON + LEASE + timedelta(seconds=1), worker="w2")
    assert again == job
    assert (again.worker, again.attempts) == ("w2", 2)


@pytest.mark.django_db
def test_a_job_that_takes_its_worker_down_is_given_up_with_a_reason():
    job, at = queue(), NOON
    for _attempt in range(MOST_ATTEMPTS):
        assert claim(at=at) == job
        at += LEASE + timedelta(seconds=1)
    assert claim(at=at) is None
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert str(MOST_ATTEMPTS) in job.message


@pytest.mark.django_db
def test_cancel_stops_waiting_work_at_once_and_finished_work_not_at_all():
    job = queue()
    reviewer = Cast().second_reviewer
    assert cancel_job(job, actor=reviewer, at=NOON).state == State.CANCELLED
    assert claim() is None
    with pytest.raises(Refused):
        cancel_job(job, actor=reviewer, at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["outside_reviewer", "payer", "clerk", "auditor"])
def test_cancel_is_for_the_owner_and_the_reviewers_of_the_agency(who):
    job = queue()
    with pytest.raises(NotAllowed):
        cancel_job(job, actor=getattr(Cast(), who), at=NOON)


@pytest.mark.django_db
def test_a_job_is_seen_by_its_owner_and_its_agency():
    cast = Cast()
    job = queue(actor=cast.clerk)
    seen = ["clerk", "reviewer", "city_supervisor"]
    unseen = ["second_clerk", "outside_reviewer", "auditor", "partner"]
    assert [who for who in seen if job in jobs_visible_to(getattr(cast, who))] == seen
    assert [who for who in unseen if job in jobs_visible_to(getattr(cast, who))] == []


@pytest.mark.django_db
def test_pace_tells_rows_per_second_and_the_time_left():
    job = queue()
    job.state, job.started_at, job.done, job.total = State.RUNNING, NOON, 300, 1000
    percent, per_second, left = pace(job, NOON + timedelta(seconds=3))
    assert (percent, per_second, left) == (30, 100.0, timedelta(seconds=7))
    assert pace(BackgroundJob(total=0), NOON) == (None, None, None)


@pytest.fixture
def quick(monkeypatch):
    """A heart that beats so often that a test sees it."""
    monkeypatch.setattr(beating, "BEAT_SECONDS", 0.02)


def until(found: Callable[[], bool]) -> None:
    """Until another connection shows it; whoever never does fails the test."""
    waited = Event()
    for _try in range(500):
        if found():
            return
        waited.wait(0.02)
    pytest.fail("it never came")


@pytest.mark.django_db(transaction=True)
def test_progress_shows_while_the_transaction_of_the_work_is_open(quick):
    job = queue(at=timezone.now())
    seen: list[int] = []

    def work(job: BackgroundJob, progress: Any) -> Outcome:
        with transaction.atomic():
            BackgroundJob.objects.filter(pk=-1).update(done=0)
            progress.tell(done=40, total=100, message="第40行")
            read_elsewhere(job, seen, 40)
        return Outcome("完成", {"rows": 100})

    assert run_due_jobs({KIND: work}) == (1, 0)
    job.refresh_from_db()
    assert seen == [40]
    assert (job.state, job.message, job.result) == (State.DONE, "完成", {"rows": 100})
    assert job.lease_until is None


def read_elsewhere(job: BackgroundJob, seen: list[int], wanted: int) -> None:
    def look() -> None:
        try:
            until(lambda: BackgroundJob.objects.get(pk=job.pk).done == wanted)
            seen.append(BackgroundJob.objects.get(pk=job.pk).done)
        finally:
            connections.close_all()

    thread = Thread(target=look)
    thread.start()
    thread.join(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_running_work_stops_at_its_next_step_and_leaves_nothing(quick):
    cast = Cast()
    job = queue(at=timezone.now())

    def work(job: BackgroundJob, progress: Any) -> Outcome:
        with transaction.atomic():
            Cast().agency.areas.all().delete()
            cancel_elsewhere(job)
            until(lambda: stopped(progress))
            progress.tell(done=1)
        raise AssertionError("it went on")

    def stopped(progress: Any) -> bool:
        try:
            progress.tell(done=1)
        except Cancelled:
            return True
        return False

    def cancel_elsewhere(job: BackgroundJob) -> None:
        assert at_once(lambda: cancel_job(job, actor=cast.reviewer, at=timezone.now()))

    assert run_due_jobs({KIND: work}) == (0, 1)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert cast.agency.areas.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_lease_was_lost_neither_goes_on_nor_writes_the_end(quick):
    job = queue(at=timezone.now())

    def work(job: BackgroundJob, progress: Any) -> Outcome:
        later = timezone.now() + 2 * LEASE
        assert claim(at=later, worker="another") == job
        return Outcome("zu spät")

    assert run_due_jobs({KIND: work}) == (0, 1)
    job.refresh_from_db()
    assert (job.state, job.worker, job.message) == (State.RUNNING, "another", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("error", "message"), [(Refused("第3行有误"), "第3行有误"), (ZeroDivisionError(), None)]
)
def test_a_failure_is_written_with_its_reason_and_the_next_job_is_done(error, message):
    bad, good = queue(1, at=timezone.now()), queue(2, at=timezone.now())

    def work(job: BackgroundJob, progress: Any) -> Outcome:
        if job == bad:
            raise error
        return Outcome("完成")

    assert run_due_jobs({KIND: work}) == (1, 1)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (State.FAILED, State.DONE)
    assert bad.message == message or (message is None and "ZeroDivision" not in bad.message)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_two_jobs():
    for target in (1, 2):
        queue(target)
    found = at_once(lambda: claim(worker="w1"), lambda: claim(worker="w2"))
    assert {job.target for job in found} == {1, 2}
    assert connection.in_atomic_block is False
