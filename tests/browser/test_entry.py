"""An approver sets the second factor up, comes back with it, and is told before his session ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assistance.accounts import totp
from assistance.accounts.models import User, UserSession
from assistance.accounts.sessions import SessionStore
from tests.browser.screen import Screen
from tests.factories.accounts import PASSWORD
from tests.factories.cases import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
UNTIL_ASKED = (15 * 60 - 120 + 1) * 1000


def test_the_second_factor_and_the_end_of_a_session(screen: Screen, desk: Desk, settings: Any):
    settings.SECOND_FACTOR = True
    approver, page = desk.cast.approver, screen.page
    page.clock.install()
    page.goto("/")
    typed = page.locator("#id_password")
    page.locator("[data-show-password]").click()
    expect(typed).to_have_attribute("type", "text")
    page.locator("[data-show-password]").click()
    expect(typed).to_have_attribute("type", "password")
    screen.type_password(approver, PASSWORD)
    expect(screen.heading).to_have_text("设置双因素验证")
    expect(page.get_by_role("img", name="密钥二维码")).to_be_visible()
    screen.send("完成设置", code="000000")
    expect(page.get_by_text("验证码不正确。请核对手机时间后重试。")).to_be_visible()
    secret = page.locator("code").inner_text().replace(" ", "")
    screen.send("完成设置", code=totp.code_at(secret, timezone.now()))
    expect(screen.heading).to_have_text("恢复码")
    expect(page.locator("li code")).to_have_count(10)
    screen.follow("继续")
    expect(screen.heading).to_have_text("工作台")
    screen.press("退出登录")

    screen.type_password(approver, PASSWORD)
    expect(screen.heading).to_have_text("双因素验证")
    # The code of the step before was used; the next one is good half a minute early.
    screen.send("登录", code=totp.code_at(secret, timezone.now() + timedelta(seconds=30)))
    expect(screen.heading).to_have_text("工作台")
    screen.follow("我的账号")
    expect(page.get_by_text("本会话")).to_be_visible()
    expect(page.get_by_text("还剩 10 个恢复码。")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    worked_last(approver, minutes=14)
    page.clock.fast_forward(UNTIL_ASKED)
    expect(page.get_by_text("两分钟内将自动退出")).to_be_visible()
    page.get_by_role("button", name="继续办理").first.click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    UserSession.objects.all().delete()
    page.clock.fast_forward(UNTIL_ASKED)
    expect(page.get_by_text("已填写的内容仍保留在本页")).to_be_visible()
    screen.page.goto("/")
    expect(screen.heading).to_have_text("登录")


def worked_last(user: User, *, minutes: int) -> None:
    session = SessionStore(UserSession.objects.get(user=user).session_key)
    session["seen"] -= minutes * 60
    session.save()
