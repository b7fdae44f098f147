"""What was granted is not what our own rule gives: judged, given back, agreed to, and put right by the sender."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from assistance.accounts.models import User
from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from tests.browser.screen import Screen
from tests.factories.cases import Desk
from tests.factories.deliveries import bill_row, deliver, make_source, refund_of
from tests.factories.registry import make_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_a_difference_is_judged_agreed_to_and_put_right_by_the_sender(screen: Screen, desk: Desk):
    """80 % of 9,000 - 6,000 is 2,400 (ZS22-2.1.4); the sender had granted 1,000."""
    cast, page = desk.cast, screen.page
    source, person = make_source(city="zhoushan"), make_person("雷三妹", category="DIBAO")
    row = bill_row(person, maf_pay="1000.00")
    deliver(source, row)

    def open_differences() -> None:
        page.goto(reverse("bill_differences"))

    judges(screen, cast.reviewer, "平台未认低保身份")
    expect(row_of(page)).to_contain_text("等待第二人同意")

    screen.log_in(cast.approver)
    open_differences()
    screen.go(row_of(page).get_by_role("link", name="退回", exact=True))
    screen.send("确认", reason="请附平台答复")
    screen.says("已退回审核人员。")

    judges(screen, cast.reviewer, "平台 5 月 20 日函复，重新结算")
    screen.log_in(cast.approver)
    open_differences()
    expect(row_of(page)).to_contain_text("平台 5 月 20 日函复，重新结算")
    screen.go(row_of(page).get_by_role("link", name="同意", exact=True))
    screen.press("同意")
    screen.says("差异已办结。")
    expect(page.get_by_text("没有待处理的差异。")).to_be_visible()
    assert granted(person, 2025, Bucket.INPATIENT) == 1000

    deliver(source, refund_of(row), bill_row(person, maf_pay="2400.00"))
    page.goto(reverse("bill_differences") + "?seen=all")
    expect(page.get_by_text("没有待处理的差异。")).to_be_visible()
    page.goto(reverse("person_costs", args=[person.pk]))
    expect(page.get_by_text("2,400.00").first).to_be_visible()
    assert granted(person, 2025, Bucket.INPATIENT) == 2400


def row_of(page: Page) -> Locator:
    return page.get_by_role("row", name="雷三妹")


def judges(screen: Screen, reviewer: User, reason: str) -> None:
    """The sender takes the bill back, from which money follows: a second person agrees."""
    screen.log_in(reviewer)
    screen.page.goto(reverse("bill_differences"))
    screen.go(row_of(screen.page).get_by_role("link", name="判定差异", exact=True))
    expect(screen.page.locator(".datagrid-item", has_text="已支付减本系统计算")).to_contain_text(
        "-1,400.00"
    )
    screen.page.get_by_label("由来源冲回后重新结算（须审批人员同意）").check()
    screen.send("判定差异", reason=reason)
    screen.says("判定已保存。")
