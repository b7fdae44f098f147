"""An objection on the public page: sent by a neighbour, looked into by the county, answered by number and code."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assistance.cases.models import Objection
from tests.browser.screen import Screen
from tests.factories.cases import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
NEIGHBOUR, CONTACT = "雷某某", "0578-0000009"


def test_an_objection_on_the_public_page_is_looked_into_and_answered(screen: Screen, desk: Desk):
    case = desk.agreed()
    notice = desk.notice()
    number, code = objects(screen, notice.token)
    investigates(screen, desk, number)
    screen.press("退出登录")
    screen.page.goto(reverse("objection_status"))
    screen.send("查询结果", number=number, code="AAAA")
    expect(screen.form("查询结果").locator(".alert")).to_be_visible()
    screen.send("查询结果", number=number, code=code)
    expect(screen.page.get_by_text("您反映的情况经核查不能认定。")).to_be_visible()
    expect(screen.page.locator("body")).not_to_contain_text(case.person.name)
    case.refresh_from_db()
    assert case.state == "publicity"


def objects(screen: Screen, token: str) -> tuple[str, str]:
    """From the notice as it hangs on the web; number and code are shown once."""
    page = screen.page
    page.goto(reverse("public_notice", args=[token]))
    screen.follow("对公示提出异议")
    expect(page.locator("[name=homepage]")).not_to_be_in_viewport()
    line = page.locator("[name=line] option").last.get_attribute("value")
    screen.send(
        "提交异议",
        line=line or "",
        category="other_payer",
        content="该户患者系交通事故受伤，医疗费已由肇事方赔付。",
        objector=NEIGHBOUR,
        contact=CONTACT,
    )
    expect(screen.heading).to_have_text("异议已收到")
    number, code = page.locator(".yz-code").all_inner_texts()
    assert (Objection.objects.get().number, Objection.objects.get().channel) == (number, "web")
    return number, code


def investigates(screen: Screen, desk: Desk, number: str) -> None:
    """By a reviewer who has had no part in the case; who objects is shown on demand alone."""
    screen.log_in(desk.cast.second_reviewer)
    screen.follow("异议")
    screen.follow(number)
    expect(screen.section("异议内容")).to_contain_text("交通事故")
    expect(screen.page.locator("body")).not_to_contain_text(NEIGHBOUR)
    screen.press("由我核查")
    screen.says("该异议已由您核查。")
    screen.press("查看异议人（记入访问日志）")
    expect(screen.section("异议人")).to_contain_text(CONTACT)
    screen.send("处理", outcome="unfounded", finding="经调取病历，系自身疾病，无第三方责任。")
    screen.says("异议已处理。")
