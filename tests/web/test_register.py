from __future__ import annotations

import re

from django.urls import reverse
from django.utils.timezone import localdate

from assistance.cases.models import Application
from tests.factories.cases import Desk


def given(desk: Desk, **changes: str) -> dict[str, str]:
    today = localdate()
    return {
        "programme": "jn21",
        "benefit_year": str(today.year),
        "received_on": today.isoformat(),
        "township": str(desk.cast.township.pk),
        "applicant_relation": "self",
        "applicant_name": "",
    } | changes


def test_a_guardian_without_a_name_does_not_become_the_patient(desk, as_user):
    person = desk.person()
    address = reverse("register", args=[person.pk])
    clerk = as_user(desk.cast.clerk)
    response = clerk.post(address, given(desk, applicant_relation="guardian"))
    assert list(response.context["form"].errors) == ["applicant_name"]
    assert not Application.objects.exists()


def test_somebody_else_is_not_the_patient_himself(desk, as_user):
    person = desk.person()
    address = reverse("register", args=[person.pk])
    response = as_user(desk.cast.clerk).post(address, given(desk, applicant_name="蓝某某"))
    assert list(response.context["form"].errors) == ["applicant_relation"]
    assert not Application.objects.exists()


def test_a_guardian_with_a_name_is_on_the_application(desk, as_user):
    person = desk.person()
    address = reverse("register", args=[person.pk])
    wanted = given(desk, applicant_relation="guardian", applicant_name="蓝某某")
    as_user(desk.cast.clerk).post(address, wanted)
    assert Application.objects.get().applicant_name == "蓝某某"


def test_whoever_registers_again_sees_the_first_application(desk, as_user):
    case = desk.draft()
    page = as_user(desk.cast.clerk).get(reverse("register", args=[case.person_id]))
    assert re.findall(r'class="alert-link" href="([^"]+)"', page.content.decode()) == [
        reverse("application", args=[case.number])
    ]


def test_another_name_under_a_known_number_is_pointed_out(desk, as_user):
    person = desk.person()
    sent = {"id_number": person.id_number, "name": person.name + "某"}
    page = as_user(desk.cast.clerk).post(reverse("register_find"), sent, follow=True)
    warnings = [str(message) for message in page.context["messages"]]
    assert [person.name in line and person.name + "某" in line for line in warnings] == [True]


def test_an_address_that_only_takes_forms_says_so(desk, as_user):
    case = desk.draft()
    page = as_user(desk.cast.clerk).get(reverse("submit", args=[case.number]))
    assert page.status_code == 405
    assert page["Allow"] == "POST"
    assert "405.html" in [template.name for template in page.templates]
