"""What the screens take in: registering, facts, bills, decisions, notices."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from assistance.cases.models import Application, FactSheet, Notice
from assistance.cases.states import State
from assistance.registry.models import CertificateType, Person
from assistance.shared.identity_numbers import demo_number
from tests.factories.cases import declared
from tests.factories.registry import new_account_number


@pytest.fixture
def clerk(desk, as_user):
    return as_user(desk.cast.clerk)


def number_of(person: Person) -> str:
    return person.id_number


def fresh(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


def test_a_known_patient_is_found_by_number_and_name(desk, clerk):
    person = desk.person()
    response = clerk.post(
        reverse("register_find"), {"id_number": number_of(person), "name": person.name}
    )
    assert response.headers["Location"] == reverse("register", args=[person.pk])


def test_a_wrong_number_says_what_is_wrong_and_keeps_the_name(desk, clerk):
    response = clerk.post(reverse("register_find"), {"id_number": "123", "name": "蓝小雨"})
    assert response.status_code == 200
    assert response.context["form"].errors["id_number"]
    assert response.context["form"]["name"].value() == "蓝小雨"


def test_somebody_new_is_entered_and_registered(desk, clerk):
    assert desk.cast.agency.areas.exists()
    number = demo_number(born_on=localdate() - timedelta(days=20000), sex="2", serial=77)
    found = clerk.post(reverse("register_find"), {"id_number": number, "name": "蓝小雨"})
    assert found.context["form"].initial == {
        "id_number": number,
        "name": "蓝小雨",
        "certificate_type": CertificateType.RESIDENT_ID,
    }
    entered = clerk.post(
        reverse("register_person"),
        {
            "id_number": number,
            "name": "蓝小雨",
            "since": "2010-01-01",
            "hukou_township": desk.cast.township.pk,
        },
    )
    person = Person.objects.get(name="蓝小雨")
    assert entered.headers["Location"] == reverse("register", args=[person.pk])


def test_registering_leads_to_the_receipt(desk, clerk):
    person = desk.person()
    today = localdate()
    response = clerk.post(
        reverse("register", args=[person.pk]),
        {
            "programme": "jn21",
            "benefit_year": today.year,
            "received_on": today.isoformat(),
            "township": desk.cast.township.pk,
            "applicant_relation": "self",
            "applicant_name": "",
            "applicant_phone": "",
        },
    )
    case = Application.objects.get(person=person)
    assert response.headers["Location"] == reverse("receipt", args=[case.number])
    assert case.applicant_name == person.name


def facts_of(case: Application, **changes: str) -> dict[str, str]:
    return {
        "version": str(case.version),
        "group": "HARDSHIP",
        "hukou_in_county": "true",
        "insured_in_county": "true",
        "other_aid": "0",
    } | changes


def test_facts_are_saved(desk, clerk):
    case = desk.draft()
    clerk.post(reverse("save_facts", args=[case.number]), facts_of(case, other_aid="120.50"))
    assert declared(case).other_aid == Decimal("120.50")


def test_an_outdated_form_is_refused_and_keeps_what_was_typed(desk, clerk):
    case = desk.draft()
    facts = facts_of(case, note="第二次入户", version=str(case.version - 1))
    response = clerk.post(reverse("save_facts", args=[case.number]), facts)
    assert response.status_code == 422
    form = response.context["facts_form"]
    assert form["note"].value() == "第二次入户"
    assert form["version"].value() == str(case.version)
    assert declared(case).note == ""


def test_the_estimate_follows_what_is_typed_and_saves_nothing(desk, clerk):
    case = desk.draft()
    before = clerk.post(reverse("estimate", args=[case.number]), facts_of(case))
    after = clerk.post(reverse("estimate", args=[case.number]), facts_of(case, other_aid="10000"))
    difference = before.context["explanation"].amount - after.context["explanation"].amount
    assert difference == Decimal("5000.00")
    assert declared(case).other_aid == 0


def test_the_estimate_is_not_for_readers(desk, as_user):
    case = desk.draft()
    response = as_user(desk.cast.city_supervisor).post(
        reverse("estimate", args=[case.number]), facts_of(case)
    )
    assert response.status_code == 403


def bill_of(case: Application, **changes: str) -> dict[str, str]:
    return {
        "version": str(case.version),
        "token": "a" * 32,
        "settled_on": "2025-11-03",
        "setting": "inpatient",
        "institution": "县人民医院",
        "total": "3000.00",
        "in_scope": "2500.00",
        "basic": "1000.00",
        "supplementary": "0",
        "big_illness": "0",
        "assistance": "0",
        "invoice_number": "00012345",
        "designated": "on",
    } | changes


def test_a_typed_bill_enters_the_case(desk, clerk):
    case = desk.draft()
    clerk.post(reverse("add_bill", args=[case.number]), bill_of(case))
    totals = declared(case).items.values_list("total", flat=True).order_by("total")
    assert totals[0] == Decimal("3000.00")


def test_a_bill_of_another_year_is_refused_with_its_sentence(desk, clerk):
    case = desk.draft()
    bill = bill_of(case, settled_on="2024-11-03")
    response = clerk.post(reverse("add_bill", args=[case.number]), bill)
    assert response.status_code == 422
    assert len(response.context["bill_form"].non_field_errors()) == 1
    assert response.context["bill_form"]["institution"].value() == "县人民医院"


def test_a_judgement_takes_the_bill_out_of_the_estimate(desk, clerk):
    case = desk.draft()
    item = declared(case).items.get()
    clerk.post(
        reverse("judge_bill", args=[case.number, item.pk]),
        {
            "version": case.version,
            "exclusion": "WORK_INJURY",
            "other_aid": "0",
            "therapeutic": "on",
        },
    )
    page = clerk.get(reverse("application", args=[case.number]))
    assert page.context["explanation"].amount == 0


def test_a_bill_of_another_case_does_not_exist_here(desk, clerk):
    case, other = desk.draft(), desk.draft()
    item = declared(other).items.get()
    response = clerk.get(reverse("judge_bill", args=[case.number, item.pk]))
    assert response.status_code == 404


def test_the_steps_of_a_case_lead_to_agreement(desk, as_user):
    case = desk.draft()
    steps = [
        ("submit", desk.cast.clerk, {}),
        ("sign_first_review", desk.cast.leader, {"opinion": "属实"}),
        ("propose", desk.cast.reviewer, {"opinion": "拟同意"}),
        ("agree", desk.cast.approver, {"opinion": "同意"}),
    ]
    for name, user, typed in steps:
        address = reverse(name, args=[case.number])
        as_user(user).post(address, typed | {"version": fresh(case).version})
    assert fresh(case).state == State.PUBLICITY


def test_a_step_of_somebody_else_is_refused(desk, as_user):
    case = desk.submitted()
    response = as_user(desk.cast.clerk).post(
        reverse("sign_first_review", args=[case.number]),
        {"opinion": "属实", "version": case.version},
    )
    assert response.status_code == 422
    assert fresh(case).state == State.FIRST_REVIEW


def test_a_return_without_a_reason_is_refused(desk, as_user):
    case = desk.submitted()
    response = as_user(desk.cast.leader).post(
        reverse("return_application", args=[case.number]), {"reason": "", "version": case.version}
    )
    assert response.status_code == 422
    assert fresh(case).state == State.FIRST_REVIEW


def test_steps_are_posted(desk, clerk):
    case = desk.draft()
    assert clerk.get(reverse("submit", args=[case.number])).status_code == 405


def test_the_county_accepts_other_figures_with_a_note(desk, as_user):
    case = desk.reviewed_first()
    item = case.fact_sheets.get(kind=FactSheet.Kind.ACCEPTED).items.get()
    figures = {
        "version": case.version,
        "setting": "inpatient",
        "total": str(item.total - 100),
        "insurance": str(item.insurance),
        "assistance": str(item.assistance),
        "other_aid": "0",
        "therapeutic": "on",
        "exclusion": "",
    }
    reviewer = as_user(desk.cast.reviewer)
    address = reverse("judge_bill", args=[case.number, item.pk])
    assert reviewer.post(address, figures | {"note": ""}).status_code == 422
    assert reviewer.post(address, figures | {"note": "与清单不符"}).status_code == 302
    page = reviewer.get(reverse("facts", args=[case.number]))
    assert [row.differs for row in page.context["bills"]] == [True]


def test_a_notice_is_drawn_up_and_posted(desk, clerk):
    desk.agreed()
    drawn = clerk.post(
        reverse("draw_up_notice"), {"township": desk.cast.township.pk, "programme": "jn21"}
    )
    notice = Notice.objects.get()
    assert drawn.headers["Location"] == reverse("notice", args=[notice.number])
    day = localdate(notice.drawn_up_at)
    clerk.post(
        reverse("post_notice", args=[notice.number]),
        {"posted_on": day.isoformat(), "place": "村务公开栏"},
    )
    notice.refresh_from_db()
    assert notice.state == Notice.State.POSTED


def test_certifying_too_early_shows_the_sentence(desk, as_user):
    desk.agreed()
    notice = desk.notice()
    Notice.objects.filter(pk=notice.pk).update(last_day=localdate() + timedelta(days=3))
    response = as_user(desk.cast.leader).post(
        reverse("certify_notice", args=[notice.number]), {"text": "已张贴"}
    )
    assert response.status_code == 422
    assert len(response.context["certify_form"].non_field_errors()) == 1


def test_aid_and_account_are_kept_while_typed_and_forgotten_once_sent(desk, as_user):
    case, browser = desk.draft(), as_user(desk.cast.clerk)
    page = reverse("facts", args=[case.number])
    typed = {"aid": {"amount": "1200.50", "paper": "总工会文"}, "new_account": {"bank": "农商行"}}
    for name, values in typed.items():
        address = reverse("save_draft", args=[name, case.number])
        assert browser.post(address, values).status_code == 200
        form = browser.get(page).context[f"{name}_form"]
        assert form.helper.attrs["data-draft"] == address
        assert {key: form.initial[key] for key in values} == values
    aid = {"version": case.version, "giver": "union", "amount": "1200.50", "given_on": "2025-06-01"}
    browser.post(reverse("add_aid", args=[case.number]), aid | {"paper": "总工会文"})
    account = {"bank": "农商行", "number": new_account_number(), "is_social_security_card": "on"}
    browser.post(reverse("new_account", args=[case.number]), account)
    shown = browser.get(page).context
    assert shown["aid_restored"] is None
    assert shown["new_account_restored"] is None


def test_who_may_not_mend_the_account_keeps_nothing_of_it(desk, as_user):
    case = desk.draft()
    address = reverse("save_draft", args=["new_account", case.number])
    assert as_user(desk.cast.leader).post(address, {"bank": "农商行"}).status_code == 403
    assert as_user(desk.cast.neighbour_clerk).post(address, {"bank": "农"}).status_code == 404
