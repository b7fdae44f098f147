"""Papers, families and half-typed forms, as the clerk meets them at the desk."""

from __future__ import annotations

import io
import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from assistance.cases import operations
from assistance.cases.models import Application, Evidence
from assistance.registry.models import Person
from assistance.registry.operations import add_household_member, found_household
from tests.browser.screen import Screen
from tests.browser.steps import hands_in_papers
from tests.factories.accounts import PASSWORD
from tests.factories.cases import Desk, declared, other_ill
from tests.factories.registry import SINCE, make_bill, make_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
HEAD, WIFE, CHILD = "钟大山", "雷月桂", "钟小满"


@pytest.fixture
def family(desk: Desk) -> dict[str, Person]:
    """Father, mother and a child of one household; nobody is on the civil-affairs register."""
    at, clerk = desk.now, desk.cast.clerk
    people = {
        HEAD: make_person(HEAD, born_on=date(1984, 3, 3), at=at),
        WIFE: make_person(WIFE, sex="2", born_on=date(1986, 7, 1), at=at),
        CHILD: make_person(CHILD, born_on=date(2016, 9, 9), category="DIBAO", at=at),
    }
    head = people[HEAD]
    found_household(head, first_day=SINCE, number="0578-12", actor=clerk, at=at)
    for name, relation in ((WIFE, "spouse"), (CHILD, "child")):
        member = people[name]
        first = max(SINCE, member.born_on)
        add_household_member(
            head, member=member, relation=relation, first_day=first, actor=clerk, at=at
        )
    return people


def test_two_patients_in_one_household(screen: Screen, desk: Desk, family: dict[str, Person]):
    make_bill(family[HEAD], "90000", settled_on=date(desk.year, 5, 20), at=desk.now)
    case = desk.draft(family[HEAD])
    operations.save_facts(
        case,
        declared(case).kind,
        values=other_ill(family[HEAD]),
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    screen.log_in(desk.cast.clerk, at=reverse("person", args=[family[HEAD].pk]))
    expect(screen.section("家庭户 0578-12").get_by_text("配偶", exact=True)).to_be_visible()
    screen.page.goto(reverse("application", args=[case.number]))
    screen.follow("为同户成员另行申请")
    wife = str(family[WIFE].pk)
    screen.send(
        "为该成员建立草稿", member=wife, applicant_relation="agent", applicant_kinship="配偶"
    )
    screen.says(f"已为{WIFE}建立草稿，同户共用材料已带入。")
    made = Application.objects.get(person=family[WIFE])
    expect(screen.page.locator(".datagrid").first).to_contain_text(f"{HEAD} · 代办人（配偶）")
    screen.follow("材料")
    expect(screen.page.get_by_text("取自其他案件", exact=True)).to_have_count(3)
    authority = screen.page.get_by_role("listitem").filter(has_text="授权委托书").first
    expect(authority.get_by_text("缺少", exact=True)).to_be_visible()
    assert (declared(made).items.count(), made.account, made.amount) == (0, None, None)
    _look(screen.page, "household")


def test_a_guardian_files_for_a_minor(screen: Screen, desk: Desk, family: dict[str, Person]):
    child = family[CHILD]
    make_bill(child, "40000", settled_on=date(desk.year, 5, 20), at=desk.now)
    screen.log_in(desk.cast.clerk)
    screen.follow("受理登记")
    screen.send("下一步", id_number=child.id_number, name=CHILD)
    screen.send(
        "登记并打印回执",
        applicant_relation="guardian",
        applicant_name=HEAD,
        applicant_kinship="父亲",
        applicant_id_number=family[HEAD].id_number,
    )
    case = Application.objects.get(person=child)
    screen.page.goto(reverse("evidence", args=[case.number]))
    needed = screen.page.get_by_role("listitem")
    proof = needed.filter(has_text="监护关系证明").first
    expect(proof).to_contain_text(f"系统已证明，无需提交：{HEAD}与患者为同户父母子女关系。")
    expect(needed.filter(has_text="民政部门认定").first).to_contain_text(
        "认定为最低生活保障家庭成员"
    )
    _look(screen.page, "missing")
    hands_in_papers(screen)
    _look(screen.page, "complete")
    screen.page.set_viewport_size({"width": 390, "height": 844})
    _look(screen.page, "narrow")
    screen.page.set_viewport_size({"width": 1280, "height": 800})
    looks_at_a_paper(screen, case)
    screen.page.goto(reverse("application", args=[case.number]))
    screen.press("提交初审")
    screen.says("已提交初审。")


def looks_at_a_paper(screen: Screen, case: Application) -> None:
    """The invoice is shown, taken along, and its original kept and given back by name."""
    row = case.evidence.get(kind="invoice")
    screen.page.goto(reverse("paper", args=[case.number, row.pk]))
    shown = screen.page.get_by_role("img", name="发票，第 1 页")
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("picture => picture.naturalWidth") > 0
    copy = screen.download("link", "下载")
    assert Image.open(io.BytesIO(copy.path().read_bytes())).format == "PNG"
    screen.send("登记", original="kept", note="第 3 号盒")
    screen.says("原件去向已登记。")
    screen.send("登记", original="returned")
    expect(screen.page.get_by_role("heading", name="原件：已退还")).to_be_visible()
    _look(screen.page, "paper")


def test_what_is_no_scan_is_refused_by_name(screen: Screen, desk: Desk):
    case = desk.draft()
    screen.let_in(desk.cast.clerk)
    screen.page.goto(reverse("evidence", args=[case.number]))
    page = {"name": "票据.pdf", "mimeType": "application/pdf", "buffer": b"<html></html>"}
    form = screen.form("添加材料")
    form.locator("[name=papers]").set_input_files([page])
    screen.press("添加材料")
    refused = screen.form("添加材料").locator(".alert")
    expect(refused).to_contain_text("票据.pdf：无论文件名如何，其内容不是 PDF, JPG, PNG 文件。")
    assert not Evidence.objects.filter(kind="other").exists()


def test_what_is_typed_survives_a_closed_browser(screen: Screen, desk: Desk, new_context):
    case = desk.draft()
    address = reverse("facts", args=[case.number])
    screen.log_in(desk.cast.clerk, at=address)
    screen.fill("保存事实", note="写到一半")
    expect(screen.form("保存事实").get_by_text(re.compile("已自动保留，尚未提交"))).to_be_visible()
    screen.page.close()
    operations.save_facts(
        case,
        declared(case).kind,
        values={"hukou_in_county": False},
        actor=desk.cast.second_clerk,
        at=desk.now,
        version=None,
    )
    again = Screen(new_context().new_page(), screen.origin)
    again.page.goto(address)
    again.send("登录", username=desk.cast.clerk.username, password=PASSWORD)
    expect(again.form("保存事实").locator("[name=note]")).to_have_value("写到一半")
    restored = again.page.locator(".alert", has_text="尚未提交的内容已恢复")
    expect(restored).to_contain_text("second_clerk")
    expect(restored).to_contain_text("“是” → “否”")
    _look(again.page, "restored")
    again.press("放弃已恢复的内容")
    expect(again.form("保存事实").locator("[name=note]")).to_have_value("")


def test_a_stale_form_says_who_changed_what(screen: Screen, desk: Desk):
    case = desk.draft()
    screen.let_in(desk.cast.clerk)
    screen.page.goto(reverse("facts", args=[case.number]))
    operations.save_facts(
        case,
        declared(case).kind,
        values={"note": "他人所写"},
        actor=desk.cast.second_clerk,
        at=desk.now,
        version=None,
    )
    screen.send("保存事实", note="我写的")
    refused = screen.form("保存事实").locator(".alert")
    expect(refused).to_contain_text("该案件已被他人修改。")
    expect(refused).to_contain_text("second_clerk")
    expect(refused).to_contain_text("“—” → “他人所写”")
    expect(screen.form("保存事实").locator("[name=note]")).to_have_value("我写的")


def _look(page: Page, name: str) -> None:
    """A picture for whoever wants to see the page: SCREENS names the folder."""
    folder = os.environ.get("SCREENS")
    if folder:
        page.screenshot(path=Path(folder) / f"evidence-{name}.png", full_page=True)
