"""A partner answers about the people it was told of, and the reviewer sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.timezone import localdate, now
from playwright.sync_api import expect

from assistance.screening.models import Push
from assistance.screening.operations import push_run
from assistance.screening.states import ListKind
from tests.browser.screen import Screen
from tests.factories.cases import Desk
from tests.factories.files import pdf
from tests.factories.registry import make_person
from tests.factories.screening import make_office, make_period, make_run, seat

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_a_partner_answers_and_the_reviewer_sees_it(screen: Screen, desk: Desk, tmp_path: Path):
    office = make_office(name="景宁畲族自治县民政局")
    member = seat(office, "minzheng")
    watched = make_person("钟低保", category="DIBAO")
    push_run(make_run(None, make_person("蓝致贫"), make_person("雷超标")), at=now())
    push_run(make_run(make_period(ListKind.WATCH), watched, burden="12800.00"), at=now())
    page = screen.page

    screen.log_in(member)
    expect(page.get_by_text("待本部门反馈")).to_be_visible()
    screen.follow("推送与反馈")
    expect(screen.heading).to_have_text("推送给本部门的人员")
    expect(page.get_by_role("link", name="钟低保")).to_be_visible()
    page.get_by_role("row", name="雷超标").get_by_role("checkbox").check()
    screen.send("批量反馈", answer="not_recognised", note="家庭收入超过低边标准")
    screen.says("已反馈1人。")

    screen.follow("蓝致贫")
    screen.follow("反馈")
    form = screen.form("提交反馈")
    form.get_by_label("已认定").check()
    screen.press("提交反馈")
    screen.says("已反馈。")

    screen.follow("推送与反馈")
    screen.follow("钟低保")
    screen.follow("反馈")
    paper = tmp_path / "临时救助审批.pdf"
    paper.write_bytes(pdf())
    form = screen.fill("提交反馈", amount="3000", given_on=localdate().isoformat())
    form.get_by_label("已给予救助").check()
    form.locator("[name=paper]").set_input_files(paper)
    screen.press("提交反馈")
    screen.says("已反馈。")
    expect(page.get_by_text("3,000.00")).to_be_visible()

    screen.log_in(desk.cast.reviewer)
    screen.follow("推送与反馈")
    row = page.get_by_role("row", name="钟低保")
    expect(row.get_by_text("已给予救助")).to_be_visible()
    expect(row.get_by_text("3,000.00")).to_be_visible()
    expect(page.get_by_role("row", name="雷超标").get_by_text("未予认定")).to_be_visible()
    screen.follow("规则成效")
    expect(page.get_by_role("row", name="因病致贫风险潜在库").get_by_text("50.0 %")).to_be_visible()
    states = Push.objects.order_by("id").values_list("state", flat=True)
    assert sorted(states) == ["aided", "not_recognised", "recognised"]
