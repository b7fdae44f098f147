"""Recipient lists on real connections: two people at once, and workers killed wherever they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import claim_job, run_due_jobs
from assistance.jobs.queries import latest_job
from assistance.registry.models import ListImport, ListRow, Person, RecipientSpan
from assistance.registry.operations import lists, record_death
from assistance.registry.tasks import EXECUTORS, do_list_jobs
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.lists import applied, make_source, previewed, row, upload
from tests.factories.registry import new_number

pytestmark = pytest.mark.django_db(transaction=True)
Stage = ListImport.Stage


class Killed(BaseException):
    """The worker dies here: nothing after it is written, not even its end."""


class DyingTeller:
    """Work that is killed when it tells its progress for the n-th time."""

    def __init__(self, after: int) -> None:
        self.left = after

    def tell(self, **_progress: Any) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1


def die(listing: ListImport, after: int) -> bool:
    """Claim the work on a list and die in it; False when it was done before that many steps."""
    job = claim_job(EXECUTORS, worker="dying", at=timezone.now())
    assert job is not None
    assert job.target == listing.pk
    try:
        EXECUTORS[job.kind](job, DyingTeller(after))
    except Killed:
        return True
    return False


def lease_runs_out() -> None:
    BackgroundJob.objects.filter(state="running").update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def everything() -> list[Any]:
    people = Person.objects.order_by("name").values_list("name", flat=True)
    spans = RecipientSpan.objects.order_by("person__name", "id")
    return [list(people), list(spans.values_list("person__name", "first_day", "last_day"))]


@pytest.mark.parametrize("after", range(4))
def test_a_worker_killed_in_the_comparison_leaves_nothing_and_another_does_it(after):
    source, stays = make_source(), row(new_number())
    applied(source, stays, row(new_number(), "雷月桂"), as_of=date(2026, 10, 1))
    listing = upload(source, stays, row(new_number(), "钟有田"))
    died = die(listing, after)
    listing.refresh_from_db()
    assert listing.stage == (Stage.READING if died else Stage.PREVIEWED)
    assert listing.rows.exists() is not died
    assert run_due_jobs(EXECUTORS) == (0, 0)
    lease_runs_out()
    do_list_jobs()
    listing.refresh_from_db()
    assert (listing.stage, listing.counts["new"], listing.counts["ended"]) == (
        Stage.PREVIEWED,
        1,
        1,
    )
    assert listing.rows.count() == 2


@pytest.mark.parametrize("after", range(5))
def test_a_worker_killed_while_applying_leaves_nothing_and_another_does_it_once(after):
    source, stays = make_source(), row(new_number())
    applied(source, stays, row(new_number(), "雷月桂"), as_of=date(2026, 10, 1))
    listing = previewed(source, stays, row(new_number(), "钟有田"))
    before = everything()
    lists.apply_list(listing, actor=Cast().reviewer, at=timezone.now())
    died = die(listing, after)
    if died:
        assert everything() == before
    lease_runs_out()
    do_list_jobs()
    listing.refresh_from_db()
    assert listing.stage == Stage.APPLIED
    assert everything() == [
        ["蓝青山", "钟有田", "雷月桂"],
        [
            ("蓝青山", date(2026, 1, 1), None),
            ("钟有田", date(2026, 1, 1), None),
            ("雷月桂", date(2026, 1, 1), date(2026, 10, 31)),
        ],
    ]
    job = latest_job(listing.pk, "registry.apply_list")
    assert job is not None
    assert (job.state, job.attempts) == ("done", 2)


def test_of_two_uploads_at_once_one_is_taken_in():
    source, cast = make_source(), Cast()
    rows = [row(new_number())], [row(new_number())]
    found = at_once(
        lambda: upload(source, *rows[0], actor=cast.reviewer),
        lambda: upload(source, *rows[1], actor=cast.second_reviewer),
    )
    assert sorted(isinstance(one, Refused) for one in found) == [False, True]
    assert ListImport.objects.count() == 1


def test_of_two_workers_at_once_one_applies():
    listing = previewed(make_source(), *[row(new_number(), "蓝青山") for _ in range(20)])
    lists.apply_list(listing, actor=Cast().reviewer, at=timezone.now())
    job = latest_job(listing.pk, "registry.apply_list")
    assert job is not None

    def work() -> Any:
        return EXECUTORS[job.kind](job, DyingTeller(99))

    at_once(work, work)
    assert (Person.objects.count(), RecipientSpan.objects.count()) == (20, 20)
    assert ListImport.objects.get().stage == Stage.APPLIED


@pytest.mark.parametrize("step", ["undo", "death"])
def test_applying_and_another_change_at_once_end_in_one_order(step):
    source, number = make_source(), new_number()
    first = applied(source, row(number), as_of=date(2026, 10, 1))
    listing = previewed(source, row(number, last="2026-12-31"))
    lists.apply_list(listing, actor=Cast().reviewer, at=timezone.now())
    job = latest_job(listing.pk, "registry.apply_list")
    assert job is not None
    person = Person.objects.get()
    others: dict[str, Callable[[], Any]] = {
        "undo": lambda: lists.undo_list(
            first, reason="传错", actor=Cast().reviewer, at=timezone.now()
        ),
        "death": lambda: record_death(
            person, died_on=date(2026, 11, 2), actor=None, at=timezone.now()
        ),
    }
    at_once(lambda: EXECUTORS[job.kind](job, DyingTeller(99)), others[step])
    live = RecipientSpan.objects.filter(voided_at__isnull=True)
    assert live.count() == (0 if ListImport.objects.get(pk=first.pk).stage == Stage.UNDONE else 1)


def test_a_list_that_kills_every_worker_is_given_up_and_can_be_discarded():
    listing = upload(make_source(), row(new_number()))
    for _attempt in range(3):
        assert die(listing, 0)
        lease_runs_out()
    assert run_due_jobs(EXECUTORS) == (0, 0)
    job = latest_job(listing.pk, "registry.preview_list")
    assert job is not None
    assert job.state == "failed"
    lists.discard_list(listing, reason="读不出", actor=Cast().reviewer, at=timezone.now())
    assert ListRow.objects.count() == 0
