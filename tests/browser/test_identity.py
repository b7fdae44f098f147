"""A number is corrected and two records are merged; a registration moved out before the application."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assistance.registry.models import Residence
from assistance.registry.operations import Place, move_residence
from tests.browser.screen import Screen
from tests.factories.cases import Desk
from tests.factories.files import picture
from tests.factories.registry import make_bill, make_person, new_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_a_number_is_corrected_and_the_records_are_merged(screen: Screen, desk: Desk):
    cast, right = desk.cast, new_number()
    case = desk.reviewed_first()
    person = case.person
    twin = make_person(person.name)
    make_bill(twin, 8000, settled_on=localdate() - timedelta(days=1))
    old, page = person.id_number, reverse("person", args=[person.pk])
    screen.log_in(cast.clerk, at=page)
    screen.follow("变更证件号码")
    paper = {"name": "证明.png", "mimeType": "image/png", "buffer": picture()}
    screen.form("提交另一人确认").locator("[name=paper]").set_input_files(paper)
    day = localdate().isoformat()
    screen.send("提交另一人确认", number=right, reason="wrong_number", first_day=day)
    screen.says("新号码已录入，等待另一人确认。")
    screen.log_in(cast.leader, at=page)
    screen.follow("确认变更")
    screen.send("与证明材料一致", typed=right)
    screen.says("变更已确认并生效。")
    screen.looks_up(old)
    expect(screen.section("人员").get_by_text("按曾用号码查到。")).to_be_visible()
    screen.log_in(cast.reviewer, at=page)
    screen.follow("合并重复档案")
    screen.send("提请合并", other=str(twin.pk), keep="this", reason="同一人重复建档")
    screen.says("已提请合并，等待审批。")
    screen.log_in(cast.approver, at=page)
    screen.follow("确认合并")
    screen.press("确认")
    screen.says("档案已合并。")
    screen.page.goto(reverse("person", args=[twin.pk]))
    screen.says("已并入本档案")
    expect(screen.heading).to_contain_text(person.name)


def test_a_number_is_shown_for_a_reason_and_compared(screen: Screen, desk: Desk):
    person = make_person("蓝青山", phone="10012345678")
    screen.log_in(desk.cast.clerk, at=reverse("person", args=[person.pk]))
    expect(screen.page.get_by_text(person.id_number)).to_have_count(0)
    screen.page.get_by_role("link", name="身份证号：比对或查看").click()
    box = screen.page.locator(".yz-number")
    box.locator("[name=typed]").fill(person.id_number)
    box.get_by_role("button", name="比对").click()
    expect(box.get_by_text("一致", exact=True)).to_be_visible()
    box.locator("[name=reason]").select_option("paper")
    box.get_by_role("button", name="查看完整号码").click()
    expect(box.get_by_text(person.id_number)).to_be_visible()
    screen.page.reload()
    expect(screen.page.get_by_text(person.id_number)).to_have_count(0)


def test_a_registration_that_left_before_the_application_is_shown(screen: Screen, desk: Desk):
    person = desk.person()
    for kind, place in (
        (Residence.Kind.LIVING, desk.cast.township),
        (Residence.Kind.HUKOU, desk.cast.city),
    ):
        move_residence(
            person,
            kind=kind,
            place=Place(place),
            first_day=localdate() - timedelta(days=1),
            actor=None,
            at=desk.now,
        )
    case = desk.draft(person)
    screen.log_in(desk.cast.clerk, at=reverse("application", args=[case.number]))
    section = screen.section("关键日期户籍情况")
    expect(section.get_by_text("丽水市")).to_be_visible()
    expect(section.get_by_text("受理日期", exact=False).first).to_be_visible()
