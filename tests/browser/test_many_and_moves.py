"""Cases given to a reviewer and put on notices, many at once, and a case that goes to another township."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from assistance.cases.models import Application, Notice
from tests.browser.screen import Screen
from tests.factories.cases import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_cases_are_given_to_a_reviewer_and_agreed_ones_put_on_a_notice(screen: Screen, desk: Desk):
    waiting = [desk.reviewed_first(), desk.reviewed_first()]
    agreed = [desk.agreed(), desk.agreed()]
    reviewer = desk.cast.second_reviewer
    screen.log_in(desk.cast.approver)
    chooses(screen, waiting, kind="assign", reviewer=str(reviewer.pk))
    screen.press("执行2行")
    screen.says("已执行，每行均注明结果。")

    case = waiting[0].number
    screen.looks_up(case)
    expect(screen.page.locator(".datagrid-item", has_text="分派给")).to_contain_text(str(reviewer))
    screen.follow("分派给审核人员")
    screen.send("分派", reviewer="")
    screen.says("分派情况已登记。")
    expect(screen.page.locator(".datagrid-item", has_text="分派给")).to_have_count(0)

    chooses(screen, agreed, kind="notice")
    screen.press("执行2行")
    number = Notice.objects.get().number
    expect(screen.page.get_by_role("link", name=number)).to_have_count(2)
    screen.press("撤回本次操作")
    screen.says("已撤回（后续环节已办理的除外）。")
    assert not Notice.objects.get().lines.filter(outcome="open").exists()


def chooses(screen: Screen, cases: list[Application], **values: str) -> None:
    """Ticks the cases in the list and tries the step."""
    screen.page.goto("/cases/")
    for case in cases:
        screen.page.get_by_role("checkbox", name=case.number).check()
    screen.send("先试办", **values)
    expect(screen.page.get_by_role("row").get_by_role("link")).to_have_count(len(cases))


def test_a_case_goes_to_the_other_township_with_its_clock(screen: Screen, desk: Desk):
    case, there = desk.submitted(), desk.cast.other_township
    screen.log_in(desk.cast.leader)
    screen.looks_up(case.number)
    screen.follow("移交其他乡镇（街道）")
    screen.send("提出移交", to_township=str(there.pk), reason="已迁居")
    screen.says("已提出移交，对方接收后生效。")

    screen.log_in(desk.cast.neighbour_leader, at="/hand-overs/")
    expect(screen.page.get_by_role("row", name=case.number)).to_contain_text("已迁居")
    screen.follow("接收案件")
    screen.press("接收案件")
    screen.says("案件已由您所在乡镇（街道）接收。")
    screen.looks_up(case.number)
    deadline = screen.page.locator(".datagrid-item", has_text="办理期限")
    assert case.deadline_on
    expect(deadline).to_contain_text(case.deadline_on.isoformat())
    screen.press("签署初审意见")
    screen.says("已签署，案件已转县级审核。")
