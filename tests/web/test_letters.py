"""The list and the page of letters, and what a case says of its letters."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.cases import operations
from assistance.registry.models import AccessLog
from tests.factories.letters import correction_letter, refusal_letter, refused, returned


def test_the_list_asks_as_often_for_many_letters_as_for_one(desk, as_user):
    browser = as_user(desk.cast.clerk)

    def asked() -> int:
        browser.get(reverse("letters"))
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("letters"))
        return len(captured)

    refusal_letter(desk, refused(desk))
    refused(desk)
    one = asked()
    for _n in range(3):
        correction_letter(desk, returned(desk))
        refused(desk)
    assert asked() == one


def test_the_list_shows_what_is_not_written_and_what_is_not_served(desk, as_user):
    served, unserved = (refusal_letter(desk, refused(desk)) for _n in range(2))
    unwritten = refused(desk)
    operations.record_service(
        served,
        served_on=desk.now.date(),
        how="post",
        actor=desk.cast.clerk,
        at=desk.now,
    )
    response = as_user(desk.cast.clerk).get(reverse("letters"), {"unserved": "on"})
    assert list(response.context["page"].rows) == [unserved]
    assert list(response.context["waiting"]) == [unwritten]


def test_an_export_names_nobody_who_took_a_letter(desk, as_user):
    letter = refusal_letter(desk, refused(desk))
    operations.record_service(
        letter,
        served_on=desk.now.date(),
        how="in_person",
        received_by="代收人",
        actor=desk.cast.clerk,
        at=desk.now,
    )
    response = as_user(desk.cast.clerk).get(reverse("letters"), {"format": "csv"})
    assert letter.number in response.content.decode()
    assert "代收人" not in response.content.decode()


def test_the_case_says_that_its_refusal_is_not_served(desk, as_user):
    case = refused(desk)
    browser = as_user(desk.cast.reviewer)
    page = browser.get(reverse("application", args=[case.number])).content.decode()
    assert reverse("issue_refusal", args=[case.number]) in page
    letter = refusal_letter(desk, case)
    page = browser.get(reverse("application", args=[case.number])).content.decode()
    assert reverse("letter", args=[letter.pk]) in page
    assert reverse("issue_refusal", args=[case.number]) not in page


def test_every_print_of_a_letter_is_noted_and_the_same(desk, as_user):
    letter = refusal_letter(desk, refused(desk))
    browser = as_user(desk.cast.clerk)
    address = reverse("letter_paper", args=[letter.pk])
    first, second = browser.get(address), browser.get(address)
    assert first.content == second.content
    assert first["Content-Disposition"].startswith("attachment")
    noted = AccessLog.objects.filter(kind=AccessLog.Kind.PRINT, person=letter.application.person)
    assert [line.subject for line in noted.order_by("id")] == [
        f"letter {letter.pk}",
        f"letter {letter.pk} (again)",
    ]


def test_a_refused_form_keeps_what_was_typed(desk, as_user):
    case = refused(desk)
    response = as_user(desk.cast.reviewer).post(
        reverse("issue_refusal", args=[case.number]),
        {"facts": "经审核。", "grounds": ["people"], "reasons": "未参保。"},
    )
    assert response.status_code == 422
    assert "未参保。" in response.content.decode()
