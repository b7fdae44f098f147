"""Amounts that change after the agreement, walked by the people who find out, decide and pay."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils.timezone import localdate, now
from playwright.sync_api import expect

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.models import Application, Notice
from assistance.payments.models import Recovery
from tests.browser.screen import Screen
from tests.factories.cases import Desk, accepted
from tests.factories.paying import pay, step
from tests.factories.registry import make_bill

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def opens(screen: Screen, user: User, case: Application) -> None:
    screen.log_in(user)
    screen.looks_up(case.number)
    expect(screen.page.locator(".page-pretitle")).to_contain_text(case.number)


def reread(case: Application) -> Application:
    return Application.objects.select_related("award", "person").get(pk=case.pk)


def approved(desk: Desk, case: Application) -> Application:
    """With its award: no screen hurries the days of a notice, so the rows themselves are moved back."""
    closed(desk, desk.notice())
    return reread(case)


def closed(desk: Desk, notice: Notice) -> None:
    back = timedelta(days=20)
    days = {day: F(day) - back for day in ("drawn_up_at", "posted_on", "first_day", "last_day")}
    Notice.objects.filter(pk=notice.pk).update(**days)
    operations.certify_notice(notice, text="已张贴满期", actor=desk.cast.leader, at=now())
    operations.close_due_notices(at=now())


def test_amount_corrected_after_publicity(screen: Screen, desk: Desk):
    case, cast = desk.agreed(), desk.cast
    desk.notice()
    opens(screen, cast.reviewer, case)
    screen.send("报告金额有误", kind="figures", finding="一次住院费用重复计入")
    screen.says("已报告，由审批人员决定是否更正。")
    opens(screen, cast.approver, case)
    screen.unfold("责令更正")
    screen.send("责令更正", opinion="同意更正后再次公示")
    screen.says("案件已退回县级审核，原登记金额已冲回。")
    item = accepted(case).items.get()
    operations.judge_item(
        item,
        values={"total": Decimal("40000.00"), "note": "剔除重复"},
        actor=cast.reviewer,
        at=now(),
        version=None,
    )
    opens(screen, cast.reviewer, case)
    screen.press("按此金额拟批")
    screen.says("已提出拟批意见，案件已转审批。")
    opens(screen, cast.approver, case)
    screen.press("同意")
    card = screen.section("金额更正")
    expect(card).to_contain_text("25,000.00 → 15,000.00")
    expect(card).to_contain_text("一次住院费用重复计入")
    screen.log_in(cast.clerk, at=reverse("draw_up_notice"))
    screen.go(screen.page.locator("form [type=submit]").last)
    expect(screen.page.get_by_role("row", name=case.number)).to_contain_text("15,000.00")


def test_second_application_after_payment(screen: Screen, desk: Desk):
    first = pay(desk, approved(desk, desk.agreed()))
    make_bill(first.person, "20000.00", settled_on=date(desk.year, 5, 25), at=now())
    opens(screen, desk.cast.clerk, first)
    screen.follow("登记再次申请")
    screen.send("登记再次申请", received_on=localdate().isoformat())
    screen.says("已建立，请补充情况后提交。")
    expect(screen.section("同年度其他案件")).to_contain_text("核定 25,000.00 元")
    expect(screen.page.locator(".yz-estimate .yz-figure")).to_contain_text("10,000.00")


def test_overpayment_is_claimed_back_and_confirmed_by_another(screen: Screen, desk: Desk):
    cast, first = desk.cast, pay(desk, approved(desk, desk.agreed()))
    opens(screen, cast.clerk, first)
    screen.follow("发起依职权更正")
    screen.send("发起更正", reason="内部检查发现重复计入")
    case = first.further.get()
    step(desk, operations.submit, case, cast.clerk)
    step(desk, operations.sign_first_review, case, cast.leader, opinion="属实")
    accepted(case).items.update(total=Decimal("40000.00"))
    opens(screen, cast.reviewer, case)
    screen.unfold("提出追回意见")
    screen.send("提出追回意见", kind="figures", opinion="重复计入，应予追回")
    screen.says("已提出追回意见，待审批。")
    opens(screen, cast.approver, case)
    screen.press("同意")
    recovery = Recovery.objects.get()
    screen.log_in(cast.payer)
    screen.follow("追回")
    screen.follow(recovery.number)
    screen.follow("登记退回款")
    screen.send("录入退回款", amount="4000.00", reference="进账单1")
    screen.says("已录入，待财政监督人员确认。")
    screen.log_in(cast.fund, at=reverse("recovery", args=[recovery.number]))
    screen.follow("确认")
    screen.press("已核对，确认")
    screen.says("已确认。")
    expect(screen.page.locator(".card-sm", has_text="尚待追回")).to_contain_text("6,000.00")


def reports_aid(screen: Screen, desk: Desk, case: Application) -> None:
    """Help of the trade union that the clerk hears of."""
    screen.log_in(desk.cast.clerk, at=reverse("record_aid", args=[case.person_id]))
    form = screen.page.locator("form", has=screen.page.locator("[name=giver]"))
    for name, value in (
        ("benefit_year", str(desk.year)),
        ("amount", "5000"),
        ("given_on", f"{desk.year}-06-01"),
        ("paper", "工会1号"),
    ):
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=giver]").select_option("union")
    screen.go(form.locator("[type=submit]"))
    expect(screen.page.locator(".alert-success")).to_be_visible()


def test_aid_reported_during_publicity_is_seen_when_the_notice_ends(screen: Screen, desk: Desk):
    """The second look at closing sends the case back instead of granting what is no longer owed."""
    case, notice = desk.agreed(), desk.notice()
    reports_aid(screen, desk, case)
    closed(desk, notice)
    opens(screen, desk.cast.reviewer, case)
    expect(screen.page.locator(".yz-timeline")).to_contain_text("其他部门救助")
    screen.follow("核定数据")
    screen.send("保存事实", other_aid="5000")
    screen.says("事实已保存。")
    expect(screen.page.locator("#estimate .yz-figure")).to_contain_text("22,500.00")
    screen.follow("概览")
    screen.press("按此金额拟批")
    screen.says("已提出拟批意见，案件已转审批。")


def test_aid_reported_after_the_award_stops_the_payment(screen: Screen, desk: Desk):
    case = approved(desk, desk.agreed())
    cast = desk.cast
    reports_aid(screen, desk, case)
    opens(screen, cast.approver, case)
    screen.says("核定后新增其他部门救助 5,000.00 元。")
    screen.send("照常发放", opinion="该项救助已在票据中扣除")
    screen.says("已解除暂停，可照常发放。")
    assert reread(case).award.state == "due"


def test_fund_exhausted_in_november(screen: Screen, transactional_db: None):
    desk = Desk(money="20000.00", start=localdate(), year=_year())
    desk.now = now()
    case, cast = desk.proposed(), desk.cast
    opens(screen, cast.approver, case)
    screen.press("同意")
    expect(screen.page.locator(".datagrid").get_by_text("等待资金")).to_be_visible()
    screen.log_in(cast.fund)
    screen.follow("资金")
    screen.follow("等待资金")
    expect(screen.page.locator(".card-sm", has_text="需追加")).to_contain_text("5,000.00")
    screen.page.goto(reverse("book_budget", args=[desk.fund.pk]))
    form = screen.page.locator("form", has=screen.page.locator("[name=kind]"))
    form.locator("[name=kind]").select_option("top_up")
    form.locator("[name=amount]").fill("5000")
    form.locator("[name=reference]").fill("景财社11号")
    screen.go(form.locator("[type=submit]"))
    operations.continue_waiting(at=now())
    opens(screen, cast.approver, case)
    expect(screen.page.locator(".datagrid").get_by_text("公示")).to_be_visible()


def _year() -> int:
    today = localdate()
    return today.year - 1 if today.month <= 6 else today.year
