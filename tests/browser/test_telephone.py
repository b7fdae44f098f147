"""A migrant one day short of three years: refused on the page, told on the telephone, looked up with the receipt."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assistance.calculation.dates import add_months
from assistance.cases.models import Application
from assistance.registry.models import Enrolment, Person
from assistance.registry.operations import Place, enrol, recognise, register_person
from tests.browser.screen import Screen
from tests.factories.accounts import division
from tests.factories.cases import Desk
from tests.factories.registry import make_account, make_bill, make_category, new_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
NAME, PHONE = "钟远来", "13800000001"


def migrant(desk: Desk) -> Person:
    """Registered in Kunshan, where no agency of ours is, and insured in Jingning since three years ago tomorrow."""
    cast, at = desk.cast, desk.now
    assert cast.agency.pk
    person = register_person(
        name=NAME,
        id_number=new_number(),
        since=date(2015, 1, 1),
        hukou=Place(division("320583100", "玉山镇", "township"), "二村"),
        living=Place(cast.township, "一村"),
        phone=PHONE,
        actor=None,
        at=at,
    )
    since = add_months(localdate() + timedelta(days=1), -36)
    kind = Enrolment.Kind.RESIDENT
    enrol(person, kind=kind, county=cast.county, first_day=since, actor=None, at=at)
    recognise(
        person,
        category=make_category("DIBAO"),
        recognised_by="景宁畲族自治县民政局",
        first_day=date(desk.year, 1, 1),
        actor=None,
        at=at,
    )
    make_bill(person, "60000.00", settled_on=date(desk.year, 2, 20), at=at)
    make_account(person, entered_by=cast.second_clerk, checked_by=cast.payer, at=at)
    return person


def test_one_day_short_of_three_years_is_shown_told_and_looked_up(screen: Screen, desk: Desk):
    person = migrant(desk)
    case = desk.draft(person)
    reads_what_is_short(screen, desk, case)
    is_asked_on_the_telephone(screen, desk, case)
    looks_it_up(screen, case)


def reads_what_is_short(screen: Screen, desk: Desk, case: Application) -> None:
    screen.log_in(desk.cast.clerk)
    screen.looks_up(case.number)
    alert = screen.page.locator(".yz-estimate .alert-warning", has_text="差1天满三年")
    expect(alert).to_contain_text("连续参保差1天满三年")
    tomorrow = localdate() + timedelta(days=1)
    expect(alert).to_contain_text(f"自{tomorrow.isoformat()}起至")


def is_asked_on_the_telephone(screen: Screen, desk: Desk, case: Application) -> None:
    """By the phone the caller gives; the note is on the case afterwards."""
    screen.log_in(desk.cast.window)
    screen.follow("电话查询")
    screen.send("查找", words=f"zyl {PHONE}")
    expect(screen.heading).to_have_text(NAME)
    expect(screen.page.locator("body")).to_contain_text("138****0001")
    expect(screen.page.locator("body")).not_to_contain_text(PHONE)
    expect(screen.page.locator("body")).not_to_contain_text(case.person.id_number)
    screen.send(
        "登记来电", caller="relative", asked="能不能补助", told="差一天满三年，明天可以重新申请"
    )
    screen.says("来电已登记。")
    screen.follow(case.number)
    expect(screen.section("来电记录")).to_contain_text("明天可以重新申请")


def looks_it_up(screen: Screen, case: Application) -> None:
    screen.press("退出登录")
    screen.page.goto(reverse("public_progress"))
    screen.send("查询进度", number=case.number.lower(), tail="0000")
    expect(screen.form("查询进度")).to_contain_text("没有查到")
    screen.send("查询进度", number=case.number.lower(), tail=case.person.id_number[-4:])
    expect(screen.page.locator(".alert-success")).to_contain_text("已受理，正在整理材料")
    expect(screen.page.locator("body")).not_to_contain_text(NAME)


def test_many_cases_are_signed_at_once_and_taken_back(screen: Screen, desk: Desk):
    cases = [desk.submitted(), desk.submitted()]
    screen.log_in(desk.cast.leader, at=reverse("applications"))
    screen.page.get_by_label("选择本页全部").check()
    screen.send("先试办", kind="sign_first_review", words="情况属实，同意上报")
    expect(screen.page.get_by_role("row").filter(has_text="可办理")).to_have_count(len(cases))
    screen.press("执行2行")
    screen.says("已执行，每行均注明结果。")
    expect(screen.page.get_by_role("row").filter(has_text="已办理")).to_have_count(len(cases))
    screen.press("撤回本次操作")
    expect(screen.page.get_by_role("row").filter(has_text="已撤回")).to_have_count(len(cases))
    states = Application.objects.values_list("state", flat=True)
    assert set(states) == {"first_review"}
