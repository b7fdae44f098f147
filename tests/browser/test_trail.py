"""The auditor asks who changed a telephone number, who looked, and whether the records are whole."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import expect

from assistance.registry.operations import change_phone
from assistance.shared.acting import acting
from assistance.trail.operations import check_and_note, seal
from tests.browser.screen import Screen
from tests.factories.cases import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_the_auditor_follows_a_change_from_before_to_after(screen: Screen, desk: Desk) -> None:
    cast, person = desk.cast, desk.person()
    with acting(user=cast.clerk.pk, request="0123456789abcdef", reason="当事人来电更换号码"):
        change_phone(person, phone="13900009876", actor=cast.clerk, at=now())
    seal(at=now())
    check_and_note(at=now())
    screen.log_in(cast.auditor)
    page = screen.page
    assert page.goto(f"/people/{person.pk}/history/").status == 404
    page.goto(f"/trail/?person={person.pk}")
    expect(screen.heading).to_have_text("变更记录")
    changed = page.get_by_role("row").filter(has_text="139****9876")
    expect(changed).to_contain_text("→ 139****9876")
    expect(changed).to_contain_text(cast.clerk.full_name)
    expect(changed).to_contain_text("当事人来电更换号码")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "139****9876" in download.value.path().read_text("utf-8-sig")
    page.get_by_role("link", name="查阅记录").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("trail")
    page.get_by_role("link", name="登录记录").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text(cast.auditor.username)
    for name, heading in (
        ("登录失败", "登录失败"),
        ("账号变更", "账号变更"),
        ("后台操作", "后台操作"),
    ):
        page.get_by_role("link", name=name).click()
        expect(screen.heading).to_have_text(heading)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="封存记录").click()
    expect(page.get_by_role("row").last).to_contain_text("正常")
    expect(page.locator('a[href="/trail/"]')).not_to_have_count(0)
    for business in ("applications", "people", "awards", "list_imports"):
        expect(page.locator(f'a[href="{reverse(business)}"]')).to_have_count(0)
