"""From the desk to the money, in Chinese, each step by its own person at his own screen."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django.urls import reverse
from playwright.sync_api import expect

from assistance.cases.models import Notice
from assistance.cases.tasks import close_due_notices
from assistance.payments.models import Batch
from tests.browser.screen import Screen
from tests.browser.steps import checks_account, hands_in_papers, reads_answer
from tests.factories.cases import Desk
from tests.factories.registry import make_category, new_account_number, new_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
NAME = "蓝秋禾"
# Two stays; the second does not count. 120,000 − 30,000 = 90,000 of own cost, 10,000 of other aid,
# 50,000 deductible, of the rest 40 in a hundred (JN21 2.2.2).
COUNTED = {"total": "120000", "in_scope": "100000", "basic": "30000"}
NOT_COUNTED = {"total": "8000", "in_scope": "8000"}
AMOUNT = "12,000.00"


def test_an_application_travels_from_the_desk_to_the_money(screen: Screen, desk: Desk, tmp_path):
    make_category("DIBIAN")
    card = new_account_number()
    case = registers(screen, desk)
    types_bills(screen, desk)
    submits_too_early(screen)
    types_facts(screen)
    enters_account(screen, card)
    hands_in_papers(screen)
    submits(screen)
    signs(screen, desk, case)
    reviews(screen, desk, case)
    checks_account(screen, desk.cast.second_reviewer, name=NAME, card=card)
    agrees(screen, desk, case)
    notice = posts(screen, desk, case)
    reads_in_public(screen, notice)
    let_the_days_pass(notice)
    certifies(screen, desk, notice)
    close_due_notices()
    batch = pays(screen, desk)
    sent = hands_out(screen, desk, batch, tmp_path)
    assert [(row["姓名"], row["账号"], row["金额"]) for row in sent] == [(NAME, card, "12000.00")]
    reads_answer(screen, batch, failed={})
    sees_it_paid(screen, desk, case)


def registers(screen: Screen, desk: Desk) -> str:
    """Somebody nobody knows yet; returns the number on the receipt."""
    screen.log_in(desk.cast.clerk)
    expect(screen.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    screen.follow("受理登记")
    screen.send("下一步", id_number=new_number(), name=NAME)
    screen.send("保存人员并继续", since="2015-01-01", hukou_village="王金垟村")
    expect(screen.heading).to_have_text(f"为{NAME}办理受理登记")
    screen.send("登记并打印回执")
    expect(screen.heading).to_have_text("医疗救助申请受理回执")
    number = screen.page.get_by_role("row", name="受理编号").get_by_role("cell").inner_text()
    assert re.fullmatch(r"331127-\d{4}-00001-[0-9A-Z]{4}", number)
    return number


def types_bills(screen: Screen, desk: Desk) -> None:
    """Both count until the second is found to be cosmetic: 98,000 − 50,000, then 90,000 − 50,000."""
    screen.follow("继续录入事实与票据")
    stay = {"settled_on": f"{desk.year}-05-20", "institution": "丽水市中心医院"}
    screen.send("添加票据", **stay, **COUNTED)
    screen.says("票据已添加。")
    screen.unfold("录入票据")
    later = {"settled_on": f"{desk.year}-06-18", "institution": "景宁畲族自治县人民医院"}
    screen.send("添加票据", **later, **NOT_COUNTED)
    screen.page.get_by_role("row", name="景宁畲族自治县人民医院").get_by_role(
        "link", name="认定"
    ).click()
    screen.send("保存认定", exclusion="COSMETIC", note="隆鼻")
    row = screen.page.get_by_role("row", name="景宁畲族自治县人民医院")
    expect(row.get_by_text("整形美容", exact=True)).to_be_visible()


def submits_too_early(screen: Screen) -> None:
    screen.follow("概览")
    screen.press("提交初审")
    missing = screen.form("提交初审").locator(".alert")
    expect(missing).to_contain_text("请选择患者所属对象类别。")
    screen.follow("事实与票据")


def types_facts(screen: Screen) -> None:
    """The estimate follows the typing; nothing is saved until the button is pressed."""
    figure = screen.page.locator("#estimate .yz-figure")
    screen.fill(
        "保存事实",
        group="OTHER_ILL",
        hukou_in_county="true",
        insured_in_county="true",
        gate_applied_on="2025-11-03",
        gate_kind=make_category("DIBIAN").name,
        gate_authority="景宁畲族自治县民政局",
        gate_outcome="negative",
        gate_paper="不予确认通知书 2025-118",
    )
    expect(figure).to_contain_text("16,000.00")
    screen.fill("保存事实", other_aid="10000")
    expect(figure).to_contain_text(AMOUNT)
    line = screen.page.locator("#estimate li", has_text="80,000.00 − 起付标准 50,000.00")
    expect(line).to_contain_text("= 30,000.00 元")
    expect(line.locator(".yz-clause")).to_have_text("[JN21-2.2.2]")
    screen.send("保存事实")
    screen.says("事实已保存。")
    expect(figure).to_contain_text(AMOUNT)


def enters_account(screen: Screen, card: str) -> None:
    screen.unfold("录入新账户")
    screen.send("添加账户", bank="景宁农商银行", number=card)
    screen.says("账户已添加，须由另一人核对。")
    account = screen.form("使用此账户").locator("select option").last.get_attribute("value")
    assert account
    screen.send("使用此账户", account=account)
    screen.says("已选择收款账户。")


def submits(screen: Screen) -> None:
    screen.follow("概览")
    screen.press("提交初审")
    screen.says("已提交初审。")


def signs(screen: Screen, desk: Desk, case: str) -> None:
    screen.log_in(desk.cast.leader)
    screen.follow(case)
    screen.press("签署初审意见")
    screen.says("已签署，案件已转县级审核。")


def reviews(screen: Screen, desk: Desk, case: str) -> None:
    """Compares what was declared with what he accepts, then proposes the same amount."""
    screen.log_in(desk.cast.reviewer)
    screen.follow(case)
    screen.follow("核定数据")
    screen.send("保存事实", gate_paper="不予确认通知书 景民〔2025〕118号")
    compared = screen.page.get_by_role("row", name="景民〔2025〕118号")
    expect(compared).to_contain_text("不予确认通知书 2025-118")
    expect(compared).to_contain_text("不一致")
    screen.follow("概览")
    screen.press("按此金额拟批")
    screen.says("已提出拟批意见，案件已转审批。")


def agrees(screen: Screen, desk: Desk, case: str) -> None:
    screen.log_in(desk.cast.approver)
    screen.follow(case)
    expect(screen.page.locator(".yz-figure")).to_contain_text(AMOUNT)
    screen.press("同意")
    screen.says("已同意。")


def posts(screen: Screen, desk: Desk, case: str) -> Notice:
    screen.log_in(desk.cast.clerk)
    screen.looks_up(case)
    screen.follow("拟制公示")
    screen.send("拟制公示")
    screen.send("登记张贴", place="村务公开栏")
    screen.says("已登记张贴，公示期自张贴次日起算。")
    return Notice.objects.get()


def reads_in_public(screen: Screen, notice: Notice) -> None:
    """Anybody may, without logging in, and reads no name in full."""
    screen.press("退出登录")
    expect(screen.heading).to_have_text("登录")
    screen.page.goto(reverse("public_notice", args=[notice.token]))
    expect(screen.page.get_by_role("row", name="蓝*禾")).to_contain_text(AMOUNT)
    expect(screen.page.locator("body")).not_to_contain_text(NAME)


def let_the_days_pass(notice: Notice) -> None:
    """No screen lets anybody hurry the days of a notice, so the rows themselves are moved back."""
    back = timedelta(days=20)
    days = ("drawn_up_at", "posted_on", "first_day", "last_day")
    Notice.objects.filter(pk=notice.pk).update(**{day: F(day) - back for day in days})


def certifies(screen: Screen, desk: Desk, notice: Notice) -> None:
    screen.log_in(desk.cast.leader)
    screen.go(screen.page.get_by_role("link", name=notice.number))
    screen.press("出具证明")
    screen.says("已出具证明，案件将在一分钟内办结。")


def pays(screen: Screen, desk: Desk) -> Batch:
    """One officer draws the batch up, a second one compares and confirms."""
    screen.log_in(desk.cast.payer, at=reverse("draw_up_batch"))
    screen.page.get_by_label("全部可发放").check()
    expect(screen.page.locator("[data-sum]")).to_have_text(AMOUNT)
    screen.press("编制批次")
    screen.says("批次已编制，请由另一名发放经办人员复核。")
    batch = Batch.objects.get()
    screen.log_in(desk.cast.second_payer)
    screen.go(screen.page.get_by_role("link", name=batch.number))
    screen.follow("复核批次")
    screen.send("已核对无误，确认批次")
    screen.says("批次已复核，可以导出银行文件。")
    return batch


def hands_out(screen: Screen, desk: Desk, batch: Batch, folder: Path) -> list[dict[str, str]]:
    """The rows of the file that is downloaded; the page then shows by itself that it is out."""
    download = screen.download("button", "导出银行文件")
    path = folder / download.suggested_filename
    download.save_as(path)
    expect(screen.page.locator(".datagrid").get_by_text("已送银行").first).to_be_visible()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sees_it_paid(screen: Screen, desk: Desk, case: str) -> None:
    """On the page of the case, and on that of the award."""
    screen.log_in(desk.cast.clerk)
    screen.looks_up(case)
    payment = screen.section("发放")
    expect(payment).to_contain_text(AMOUNT)
    expect(payment.get_by_text("已发放", exact=True)).to_be_visible()
    screen.go(payment.get_by_role("link"))
    expect(screen.heading).to_have_text(f"{NAME} · {AMOUNT} 元")
    state = screen.page.locator(".datagrid-item", has_text="状态")
    expect(state.get_by_text("已发放", exact=True)).to_be_visible()
