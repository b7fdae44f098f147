"""What the papers show: the form field by field, amounts, opinions, masks, pages."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.models import Application, Notice
from assistance.payments.operations import change_account
from assistance.payments.states import AccountChange
from assistance.registry.models import AccessLog, HouseholdMember, Residence
from assistance.registry.operations import (
    Place,
    add_household_member,
    found_household,
    move_residence,
)
from assistance.web.paper.papers import FORM, NOTICE_SHEET, RECEIPT, ROSTER, STATEMENT
from assistance.web.paper.words import place_of
from tests.factories.cases import Desk, accepted
from tests.factories.payments import make_award, make_batch, make_fund_year
from tests.factories.registry import make_account, make_bill, make_person
from tests.web.paper.read import bare, pages, text

TABLE = Path(__file__).with_name("form_fields.csv")
ON = date(2026, 3, 30)
HOSPITAL = "浙江大学医学院附属第一医院（庆春院区）"


def fields() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def read(application: Application) -> Application:
    related = ("person", "agency", "township", "account", "award", "entered_by")
    return Application.objects.select_related(*related).get(pk=application.pk)


def printed(paper, subject, user: User) -> str:
    return bare(text(paper.made(subject, user, ON)))


@pytest.fixture
def story(desk: Desk) -> Application:
    """A member of a household with two bills, helped before, publicised and approved."""
    head = make_person("雷月桂", sex="2", at=desk.now)
    patient = make_person("蓝青山", phone="13800001234", category="DIBAO", at=desk.now)
    move_residence(
        patient,
        place=Place(desk.cast.other_township, "三村"),
        kind=Residence.Kind.LIVING,
        first_day=date(2020, 1, 1),
        actor=desk.cast.window,
        at=desk.now,
    )
    since = {"first_day": date(2016, 1, 1), "actor": desk.cast.clerk, "at": desk.now}
    found_household(head, **since)
    add_household_member(head, member=patient, relation=HouseholdMember.Relation.SPOUSE, **since)
    make_bill(
        patient,
        "72345.60",
        in_scope="65000",
        basic="20000",
        assistance="3000",
        institution=HOSPITAL,
        service_from=date(2025, 5, 2),
        service_to=date(2025, 5, 20),
        settled_on=date(2025, 5, 20),
        at=desk.now,
    )
    make_bill(patient, "800", assistance="100", setting="outpatient", at=desk.now)
    make_account(patient, entered_by=desk.cast.clerk, checked_by=desk.cast.payer, at=desk.now)
    case = desk.agreed(patient)
    Application.objects.filter(pk=case.pk).update(applicant_phone="13800001234")
    accepted(case).application.fact_sheets.update(
        gate_authority="景宁畲族自治县民政局",
        gate_outcome="positive",
        gate_paper="低保证 2024-7",
        note="独居",
    )
    desk.certified()
    operations.close_due_notices(at=desk.now)
    return read(case)


def wanted(case: Application) -> dict[str, str]:
    """What each value of the table is in the story."""
    head, number = case.person.memberships.get().household.members.earliest("id").person, "****"
    account = case.account
    assert account is not None
    born = case.person.born_on
    return {
        "place": "景宁畲族自治县红星街道",
        "head": "雷月桂",
        "head_number": f"{head.id_number[:3]}{'*' * 11}{head.id_number[-4:]}",
        "phone": "138****1234",
        "because": "因病",
        "living": "澄照乡三村",
        "hukou": "红星街道一村",
        "members": "2",
        "bank": "景宁农商银行",
        "holder": "蓝青山",
        "account": f"{number}{account.number[-4:]}",
        "note": "独居",
        "spouse": f"蓝青山{HouseholdMember.Relation.SPOUSE.label}男1960",
        "category": "最低生活保障家庭成员",
        "programme": "困难群众高额医疗费补助",
        "settings": "住院、普通门诊",
        "insurance": "城乡居民基本医疗保险（景宁畲族自治县）",
        "afterwards": "事后报销",
        "group": "在册困难人员",
        "granted": "—0.000",
        "inpatient_aid": "45,000.003,000.001",
        "outpatient_aid": "800.00100.001",
        "hospital": HOSPITAL,
        "service_from": "2025-05-02",
        "service_to": "2025-05-20",
        "total": "72,345.60",
        "beyond": "7,345.60",
        "insured": "20,000.00",
        "burden": "42,700.00元",
        "amount": "19,672.80元（大写：壹万玖仟陆佰柒拾贰元捌角）",
        "last_day": "2026年3月9日",
        "first_review": "属实",
        "county_review": "拟同意（19,672.80元）",
        "approval": "同意（19,672.80元）",
        "gate": "景宁畲族自治县民政局，予以认定，低保证2024-7",
        "printed_on": "2026年3月30日",
        "printed_by": "clerk",
        "patient": "蓝青山",
        "patient_number": f"{case.person.id_number[:3]}{'*' * 11}{case.person.id_number[-4:]}",
        "born_on": f"{born.year}年{born.month}月{born.day}日",
        "insured_since": "2015年1月1日",
        "sex": "男",
        "computation": "×50%=19,672.80",
    }


def test_the_form_carries_every_field_of_the_trade(story, desk):
    """Each field of the forms in use is on ours with its value, or the table says why it is not."""
    shown, values = printed(FORM, story, desk.cast.clerk), wanted(story)
    wrong = {}
    for row in fields():
        place = (row["source"], row["field"])
        if row["reason"]:
            assert row["label"] + row["value"] == "", place
            continue
        words = bare(row["label"]) + bare(values[row["value"]] if row["value"] else "")
        assert words, place
        if words not in shown:
            wrong[place] = words
    assert wrong == {}, shown


def test_every_value_of_the_story_is_asked_for_by_a_field(story):
    assert {row["value"] for row in fields()} - {""} == set(wanted(story))


def test_no_full_number_is_printed(story, desk):
    account = story.account
    for paper in (FORM, RECEIPT, STATEMENT):
        shown = printed(paper, story, desk.cast.clerk)
        assert story.person.id_number not in shown
        assert "13800001234" not in shown
        assert account.number not in shown


def test_papers_name_the_account_that_is_paid_to(story, desk):
    cast, old = desk.cast, story.account
    made = {"entered_by": cast.clerk, "checked_by": cast.payer, "at": desk.now}
    new = make_account(story.person, **made)
    change = {"reason": AccountChange.CARD_REPLACED, "actor": cast.second_payer, "at": desk.now}
    change_account(story.award, new, **change)
    for paper in (FORM, STATEMENT):
        shown = printed(paper, read(story), cast.clerk)
        assert f"****{new.number[-4:]}" in shown
        assert f"****{old.number[-4:]}" not in shown


def test_room_is_left_for_opinions_that_are_not_given_yet(desk):
    shown = printed(FORM, read(desk.draft()), desk.cast.clerk)
    assert shown.count("经办（签字）：（盖章）年月日") == 4
    assert "（测算，未经审批）" in shown


def test_an_opinion_that_no_longer_stands_is_not_printed(desk):
    case = desk.proposed()
    assert "拟同意" in printed(FORM, read(case), desk.cast.clerk)
    operations.send_back(case, reason="复核", actor=desk.cast.approver, at=desk.now, version=None)
    shown = printed(FORM, read(case), desk.cast.clerk)
    assert "属实" in shown
    assert "拟同意" not in shown
    operations.return_application(
        case, reason="缺件", actor=desk.reviewer, at=desk.now, version=None
    )
    assert "属实" not in printed(FORM, read(case), desk.cast.clerk)


def test_thirty_bills_go_on_over_pages_under_their_heading(desk):
    person = desk.person()
    for n in range(1, 31):
        make_bill(person, 1000 + n, settled_on=date(2025, 7, n), at=desk.now)
    case = read(desk.draft(person))
    found = [bare(page) for page in pages(FORM.made(case, desk.cast.clerk, ON))]
    assert sum("费用总额自理自费" in page for page in found) >= 2
    assert all(f"第{n}页共{len(found)}页" in page for n, page in enumerate(found, start=1))
    assert "1,030.00" in "".join(found)


def test_statement_shows_the_amount_in_capitals_and_how_it_arises(story, desk):
    shown = printed(STATEMENT, story, desk.cast.clerk)
    for words in (
        "救助金额小写19,672.80元",
        "救助金额大写壹万玖仟陆佰柒拾贰元捌角",
        "×50%=19,672.80",
        "（二（二）2）",
        HOSPITAL,
        "负责人：approver",
    ):
        assert words in shown


def test_no_statement_before_an_amount_is_proposed(desk):
    case = read(desk.draft())
    assert not STATEMENT.exists(case)


def test_papers_are_chinese_whatever_the_screen(story, desk):
    with translation.override("en"):
        english = FORM.made(story, desk.cast.clerk, ON)
    assert english == FORM.made(story, desk.cast.clerk, ON)


def test_the_notice_shows_what_the_public_may_see_and_nothing_else(story, desk):
    shown = printed(NOTICE_SHEET, Notice.objects.get(), desk.cast.clerk)
    for words in ("蓝*山", "一村", "19,672.80", "2026年3月3日至2026年3月9日"):
        assert words in shown
    for secret in ("蓝青山", "低保", story.person.id_number[-4:], HOSPITAL, story.number):
        assert secret not in shown


def test_roster_is_masked_marked_and_summed_per_page_and_in_all(desk):
    fund = make_fund_year(desk.cast)
    awards = [make_award(desk.cast, fund) for _n in range(20)]
    batch = make_batch(desk.cast, awards)
    found = [bare(page) for page in pages(ROSTER.made(batch, desk.cast.payer, ON))]
    assert len(found) == 2
    amounts = [line.amount for line in batch.lines.order_by("position")]
    for page, part in zip(found, (amounts[:18], amounts[18:]), strict=True):
        assert page.count("内部资料，不得公示") == 2
        assert f"本页合计（{len(part)}笔）{sum(part):,.2f}" in page
    assert "合计（20笔）大写：" in found[1]
    assert f"{sum(amounts):,.2f}" in found[1]
    assert "合计（20笔）" not in found[0]
    for line in batch.lines.select_related("award__person"):
        assert line.account_number not in "".join(found)
        assert line.award.person.id_number not in "".join(found)


@pytest.mark.parametrize(
    ("clause", "place"),
    [
        ("JN21-2.2.1", "二（二）1"),
        ("JN21-2.2.2", "二（二）2"),
        ("JN21-2.1", "二（一）"),
        ("JN21-4", "四"),
        ("B-13", "B-13"),
        ("", ""),
    ],
)
def test_a_clause_is_cited_as_the_document_counts(clause, place):
    assert place_of(clause) == place


def test_printing_is_a_file_nobody_keeps_and_is_noted(story, desk, as_user):
    response = as_user(desk.cast.clerk).get(reverse("paper_form", args=[story.number]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    line = AccessLog.objects.get(kind=AccessLog.Kind.PRINT)
    assert (line.user, line.person) == (desk.cast.clerk, story.person)
    assert story.number in line.subject


def test_without_fonts_the_page_says_so(desk, as_user, settings, tmp_path):
    case = desk.draft()
    settings.FONTS_ROOT = tmp_path
    browser = as_user(desk.cast.clerk)
    response = browser.get(reverse("paper_form", args=[case.number]), follow=True)
    assert response.redirect_chain == [(reverse("application", args=[case.number]), 302)]
    assert "NotoSerifSC" in response.content.decode()


def test_a_statement_that_does_not_exist_is_not_found(desk, as_user):
    case = desk.draft()
    address = reverse("paper_statement", args=[case.number])
    assert as_user(desk.cast.clerk).get(address).status_code == 404


def test_the_award_leads_to_its_statement(story, desk, as_user):
    assert story.award is not None
    browser = as_user(desk.cast.payer)
    page = browser.get(reverse("award", args=[story.award.number])).content.decode()
    address = reverse("paper_statement", args=[story.number])
    assert f'href="{address}"' in page
    assert browser.get(address)["Content-Type"] == "application/pdf"
