"""The public page of progress: stage and date for who has both numbers, and one answer for all others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assistance.accounts.models import Tries
from assistance.accounts.operations import count_try
from assistance.cases.queries import written_case_number
from assistance.cases.queries.progress import PAID, STAGES
from assistance.cases.states import State
from tests.factories.at_once import at_once


def ask(client, number: str, tail: str, **headers):
    return client.post(reverse("public_progress"), {"number": number, "tail": tail}, **headers)


def test_number_and_digits_together_show_stage_and_date_only(desk, client):
    case = desk.submitted()
    page = ask(client, case.number, case.person.id_number[-4:])
    text = page.content.decode()
    assert page.status_code == 200
    assert page.context["found"].stage == STAGES[State.FIRST_REVIEW]
    assert "2026-03-02" in text
    assert case.person.name not in text
    assert case.person.id_number[-4:] not in text.replace(
        'value="' + case.person.id_number[-4:], ""
    )
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "no-store" in page.headers["Cache-Control"]


def test_every_stage_has_words_of_its_own_and_none_tells_of_an_objection():
    assert set(STAGES) == set(State)
    assert "bjection" not in str(STAGES[State.OBJECTED])


@pytest.mark.parametrize(
    "shape", [str.lower, lambda n: n.replace("-", " "), lambda n: n.replace("-", "")]
)
def test_the_number_is_read_however_it_is_typed(desk, client, shape):
    case = desk.submitted()
    assert ask(client, shape(case.number), case.person.id_number[-4:]).status_code == 200
    assert written_case_number(shape(case.number)) == case.number


def test_a_wrong_number_and_wrong_digits_get_the_same_answer(desk, client):
    case = desk.submitted()
    right = case.person.id_number[-4:]
    wrong = "0000" if right != "0000" else "1111"
    pages = [ask(client, case.number, wrong), ask(client, "331127-2026-00012-7KQ4", right)]
    assert [page.status_code for page in pages] == [422, 422]
    first, second = (list(page.context["form"].non_field_errors()) for page in pages)
    assert len(first) == 1
    assert first == second


def test_a_paid_case_says_so(desk, client):
    case = desk.approved()
    assert case.award is not None
    type(case.award).objects.filter(pk=case.award_id).update(state="paid")
    assert ask(client, case.number, case.person.id_number[-4:]).context["found"].stage == PAID


def test_one_number_is_tried_eight_times_an_hour_and_then_locked(desk, client):
    case = desk.submitted()
    right = case.person.id_number[-4:]
    wrong = "0000" if right != "0000" else "1111"
    answers = [ask(client, case.number, wrong).status_code for _n in range(9)]
    assert answers == [422] * 8 + [429]
    locked = ask(client, case.number, right)
    assert locked.status_code == 429
    assert locked.context.get("found") is None
    # A number that does not exist is locked in the same way.
    answers = [ask(client, "331127-2026-99999-7KQ4", wrong).status_code for _n in range(9)]
    assert answers == [422] * 8 + [429]
    Tries.objects.update(since=timezone.now() - timedelta(hours=1, minutes=1))
    assert ask(client, case.number, right).status_code == 200


def test_one_address_is_locked_after_forty_numbers(desk, client):
    for n in range(40):
        assert ask(client, f"331127-2026-{n:05d}-7KQ4", "1234").status_code == 422
    assert ask(client, "331127-2026-00077-7KQ4", "1234").status_code == 429
    elsewhere = ask(client, "331127-2026-00077-7KQ4", "1234", REMOTE_ADDR="10.1.2.3")
    assert elsewhere.status_code == 422


def test_a_forged_header_is_no_other_address(desk, client, settings):
    for n in range(41):
        page = ask(client, f"331127-2026-{n:05d}-7KQ4", "1234", HTTP_X_FORWARDED_FOR=f"1.2.3.{n}")
    assert page.status_code == 429
    settings.TRUSTED_PROXIES = 1
    page = ask(client, "331127-2026-00077-7KQ4", "1234", HTTP_X_FORWARDED_FOR="9.9.9.9, 8.8.8.8")
    assert page.status_code == 422


def test_the_page_is_english_for_who_wants_it(client, db):
    client.cookies["django_language"] = "en"
    assert "Progress of an application" in client.get(reverse("public_progress")).content.decode()


def test_the_receipt_says_where_to_look(desk, as_user):
    case = desk.draft()
    page = as_user(desk.cast.clerk).get(reverse("receipt", args=[case.number]))
    assert "http://testserver/progress/" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_all_counted():
    at = timezone.now()

    def one() -> int:
        return count_try("test", "somebody", within=timedelta(hours=1), at=at)

    assert sorted(at_once(*[one] * 8)) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.django_db
def test_tries_of_days_ago_are_forgotten():
    now = timezone.now()
    count_try("test", "old", within=timedelta(hours=1), at=now - timedelta(days=3))
    assert count_try("test", "new", within=timedelta(hours=1), at=now) == 1
    assert Tries.objects.count() == 1
