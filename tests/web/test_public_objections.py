"""The public form for objections: who fills in what people do not see, and who sends too many."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from assistance.cases.models import NoticeLine, Objection
from assistance.cases.queries import objection_code
from assistance.web.views.public_objections import MOST_ASKED, MOST_SENT
from tests.factories.cases import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(db: None) -> NoticeLine:
    """Under notice today, which the public form goes by."""
    today = localdate()
    desk = Desk(start=today, year=today.year - 1 if today.month <= 6 else today.year)
    desk.agreed()
    return desk.notice().lines.get()


def sent(client: Client, line: NoticeLine, **values: Any) -> int:
    """The status of the answer; each time with a mark of its own unless told otherwise."""
    mark = f"mark-{Objection.objects.count()}"
    given = {"line": line.pk, "category": "means", "content": "名下有车", "token": mark, **values}
    address = reverse("object_publicly", args=[line.notice.token])
    return client.post(address, given).status_code


def test_a_robot_that_fills_in_the_hidden_field_is_turned_away(client: Client, line: NoticeLine):
    assert sent(client, line, homepage="https://example.invalid/") == 422
    assert not Objection.objects.exists()
    assert sent(client, line) == 302


def test_the_same_form_sent_twice_is_one_objection(client: Client, line: NoticeLine):
    assert [sent(client, line, token="once") for _time in range(2)] == [302, 302]
    assert Objection.objects.count() == 1


def test_more_than_a_village_sends_in_an_hour_is_refused(client: Client, line: NoticeLine):
    statuses = [sent(client, line) for _time in range(MOST_SENT + 1)]
    assert statuses == [302] * MOST_SENT + [429]
    assert Objection.objects.count() == MOST_SENT


def test_a_line_of_another_notice_is_refused(client: Client, line: NoticeLine):
    token = line.notice.token
    other = {"line": line.pk + 1, "category": "means", "content": "名下有车", "token": "mark"}
    assert client.post(reverse("object_publicly", args=[token]), other).status_code == 422


def test_a_wrong_code_looks_like_a_wrong_number_and_guessing_ends(client: Client, line: NoticeLine):
    sent(client, line)
    objection = Objection.objects.get()
    right = {"number": objection.number, "code": objection_code(objection)}
    address = reverse("objection_status")
    answers = [
        client.post(address, right | wrong) for wrong in ({"code": "AAAA"}, {"number": "331127-Y1"})
    ]
    told = [answer.context["form"].non_field_errors() for answer in answers]
    assert told[0] == told[1]
    assert client.post(address, right).status_code == 200
    for _time in range(MOST_ASKED - 3):
        client.post(address, right | {"code": "AAAA"})
    assert client.post(address, right).status_code == 429
