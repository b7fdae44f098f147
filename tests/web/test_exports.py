"""Large lists are taken out by a worker: as shown, for their owner alone, and only for some days."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assistance.jobs.models import BackgroundJob, ListExport
from assistance.jobs.operations import purge_exports
from assistance.jobs.operations.exports import KEPT
from assistance.registry.models import AccessLog
from assistance.web.tasks import do_exports
from tests.factories.accounts import Cast
from tests.factories.registry import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_people(settings) -> list[str]:
    settings.EXPORT_AT_ONCE = 2
    return [make_person(name=name).name for name in ("蓝一", "蓝二", "雷三")]


def ordered(browser, **query: str) -> str:
    response = browser.get(reverse("people"), {"format": "csv"} | query)
    assert response.status_code == 302
    return str(response.url)


def written(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_large_list_is_made_later_as_it_was_shown_and_fetched_by_its_owner(
    as_user, three_people, settings
):
    browser, other = as_user(Cast().reviewer), as_user(Cast().second_reviewer)
    page = ordered(browser)
    assert ordered(browser) == page
    do_exports()
    assert "已写入 3 行" in browser.get(page).content.decode()
    export = ListExport.objects.get()
    address = reverse("export_file", args=[export.pk])
    assert f'"{address}"' in browser.get(page).content.decode()
    rows = written(browser.get(address))
    settings.EXPORT_AT_ONCE = 5_000
    assert rows == written(browser.get(reverse("people"), {"format": "csv"}))
    assert {row[0] for row in rows[1:]} == set(three_people)
    assert other.get(address).status_code == 404
    assert other.get(page).status_code == 404
    logged = AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT, user=Cast().reviewer)
    assert logged.count() == 3, "made, fetched, and the short way"


def test_the_file_is_gone_after_a_week(as_user, three_people):
    browser = as_user(Cast().reviewer)
    ordered(browser)
    do_exports()
    export = ListExport.objects.get()
    assert purge_exports(at=timezone.now() + KEPT - timedelta(minutes=1)) == 0
    assert purge_exports(at=timezone.now() + KEPT + timedelta(minutes=1)) == 1
    page = browser.get(reverse("export_file", args=[export.pk]), follow=True)
    assert page.redirect_chain == [(reverse("jobs"), 302)]


@pytest.mark.parametrize("role_is_lost", [True, False])
def test_whoever_lost_role_or_account_gets_nothing(as_user, three_people, role_is_lost):
    user = Cast().reviewer
    ordered(as_user(user))
    if role_is_lost:
        user.groups.clear()
    else:
        user.is_active = False
        user.save()
    do_exports()
    job = BackgroundJob.objects.get()
    export = ListExport.objects.get()
    if role_is_lost:
        assert (job.state, export.rows) == ("done", 0)
    else:
        assert (job.state, export.file) == ("failed", None)
