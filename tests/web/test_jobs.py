"""The task centre: long work survives the window it was begun in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import queue_job
from tests.factories.accounts import Cast

pytestmark = pytest.mark.django_db
State = BackgroundJob.State


def make_job(target: int = 1, **changes: object) -> BackgroundJob:
    cast = Cast()
    job = queue_job(
        "registry.preview_list",
        target=target,
        subject="民政 · 低保名单",
        filename="名单.xlsx",
        agency=cast.agency,
        actor=cast.reviewer,
        at=timezone.now(),
        task="tests.wait",
    )
    BackgroundJob.objects.filter(pk=job.pk).update(**changes)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("size", [1, 4])
def test_the_list_asks_the_same_number_of_questions_for_any_length(
    as_user, django_assert_max_num_queries, size
):
    for target in range(size):
        make_job(target)
    browser = as_user(Cast().reviewer)
    browser.get(reverse("jobs"))
    with django_assert_max_num_queries(8):
        page = browser.get(reverse("jobs"))
    assert page.content.decode().count("名单.xlsx") == size


def test_running_work_is_asked_for_again_and_finished_work_is_not(as_user):
    job = make_job(
        state=State.RUNNING,
        started_at=timezone.now() - timedelta(seconds=10),
        done=500,
        total=1000,
    )
    browser = as_user(Cast().reviewer)
    page = browser.get(reverse("job", args=[job.pk])).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert 'value="50"' in page
    assert "500 / 1000" in page
    BackgroundJob.objects.update(state=State.DONE, finished_at=timezone.now(), message="已完成")
    answer = browser.get(reverse("job_progress", args=[job.pk]))
    assert answer["HX-Refresh"] == "true"
    assert "hx-trigger" not in answer.content.decode()
    assert "已完成" in answer.content.decode()


def test_stopping_waiting_work_from_the_page(as_user):
    job = make_job()
    browser = as_user(Cast().second_reviewer)
    assert reverse("cancel_job", args=[job.pk]) in str(
        browser.get(reverse("job", args=[job.pk])).content
    )
    browser.post(reverse("cancel_job", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_the_reason_of_a_failure_stands_in_the_list(as_user):
    make_job(state=State.FAILED, message="第 3 行读不出")
    assert "第 3 行读不出" in as_user(Cast().approver).get(reverse("jobs")).content.decode()
