"""A refusal reaches the applicant in writing: written by the county, served by the township."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assistance.cases.models import Letter
from tests.browser.screen import Screen
from tests.factories.cases import Desk
from tests.factories.letters import make_head, refused
from tests.web.paper.read import bare, text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_a_refusal_is_written_printed_and_served(screen: Screen, desk: Desk):
    case = refused(desk, "年度自付费用8,000.00元，未超过起付标准。")
    make_head(desk.cast.agency)
    screen.log_in(desk.cast.reviewer, at=reverse("application", args=[case.number]))
    todo = screen.page.get_by_role("status").filter(has_text="不予补助决定书")
    expect(todo).to_contain_text("尚未制作、尚未送达")
    screen.follow("制作不予补助决定书")
    screen.page.get_by_label("未超过困难人员起付标准", exact=True).check()
    screen.press("制作决定书")
    screen.says("决定书已制作：请打印、送达并登记送达情况。")
    expect(todo).to_contain_text("尚未送达")
    letter = Letter.objects.get()
    shown = prints(screen, case.number, letter)
    assert "年度自付费用8,000.00元，未超过起付标准。" in shown
    assert "自收到本决定书之日起60日内" in shown
    serves(screen, desk, letter)


def prints(screen: Screen, number: str, letter: Letter) -> str:
    """What the file says that the browser gets."""
    screen.page.get_by_role("button", name="打印", exact=True).click()
    entry = screen.page.get_by_role("link", name="医疗救助申请审批表（PDF）")
    expect(entry).to_be_visible()
    screen.follow("查看文书")
    printed = screen.download("link", "打印文书")
    assert printed.suggested_filename == f"{letter.number}.pdf"
    return bare(text(printed.path().read_bytes()))


def serves(screen: Screen, desk: Desk, letter: Letter) -> None:
    screen.log_in(desk.cast.clerk, at=reverse("letters"))
    screen.follow(letter.number)
    expect(screen.page.get_by_role("status")).to_contain_text("尚未送达")
    screen.follow("登记送达")
    screen.page.set_viewport_size({"width": 390, "height": 900})
    on = letter.made_at.date().isoformat()
    screen.send("登记送达", served_on=on, how="in_person", received_by="林秋禾")
    screen.says("送达已登记，期限自次日起计算。")
    for label in ("行政复议期限至", "行政诉讼期限至"):
        expect(screen.page.locator(".datagrid-item", has_text=label)).to_be_visible()
