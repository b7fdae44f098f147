"""Cases that did not come over the township's desk on the day they were typed: the employer, 30 June, civil affairs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assistance.cases import operations
from assistance.cases.models import Application
from assistance.payments.models import Programme
from assistance.registry.models import Enrolment
from assistance.registry.operations import enrol
from tests.browser.screen import Screen
from tests.factories.cases import Desk, hand_in_papers
from tests.factories.files import picture
from tests.factories.registry import SINCE, make_account, make_bill, make_category, make_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
CREDIT_CODE = "91331127MA2E0ABC1K"
SCAN = {"name": "扫描件.png", "mimeType": "image/png", "buffer": picture()}
SUNDAY = date(2024, 6, 30)


def opens(screen: Screen, case: Application) -> None:
    screen.page.goto(reverse("application", args=[case.number]))


def test_an_employee_comes_under_the_employers_first_review(screen: Screen, desk: Desk):
    cast, case = desk.cast, employees_draft(desk)
    screen.log_in(cast.window)
    opens(screen, case)
    form = screen.fill(
        "凭单位初审意见上报",
        employer="景宁山泉水务有限公司",
        credit_code=CREDIT_CODE[:-1] + "2",
        opinion="情况属实，同意上报",
    )
    form.locator("[name=scan]").set_input_files(SCAN)
    screen.press("凭单位初审意见上报")
    refused = screen.form("凭单位初审意见上报").locator(".alert")
    expect(refused).to_contain_text("统一社会信用代码有误")
    form.locator("[name=scan]").set_input_files(SCAN)
    screen.send("凭单位初审意见上报", credit_code=CREDIT_CODE)
    screen.says("已凭单位初审意见上报，案件已转县级审核。")
    screen.log_in(cast.reviewer)
    screen.follow(case.number)
    paper = screen.section("单位初审")
    expect(paper).to_contain_text("景宁山泉水务有限公司")
    expect(paper).to_contain_text(CREDIT_CODE)
    expect(screen.page.locator(".yz-estimate .yz-figure")).to_contain_text("25,000.00")
    screen.press("按此金额拟批")
    screen.says("已提出拟批意见，案件已转审批。")


def employees_draft(desk: Desk) -> Application:
    cast, at = desk.cast, desk.now
    person = make_person("雷建工", enrolled=False, category="DIBAO", at=at)
    kind = Enrolment.Kind.EMPLOYEE
    enrol(person, kind=kind, county=cast.county, first_day=SINCE, actor=None, at=at)
    make_bill(person, "60000.00", settled_on=date(desk.year, 5, 20), at=at)
    make_account(person, entered_by=cast.clerk, checked_by=cast.payer, at=at)
    case = operations.register_application(
        programme=Programme.JINGNING,
        benefit_year=desk.year,
        person=person,
        township=cast.township,
        received_on=at.date(),
        applicant_name=person.name,
        applicant_relation=Application.Relation.SELF,
        actor=cast.window,
        at=at,
    )
    hand_in_papers(case, at=at)
    return case


@pytest.fixture
def summer(transactional_db: None) -> Desk:
    """A desk for the cost of the year before the last June; today is past the last day to apply."""
    today = localdate()
    last = today.year if today > date(today.year, 7, 8) else today.year - 1
    return Desk(start=today, year=last - 1)


def test_papers_of_30_june_typed_later_are_in_time(screen: Screen, summer: Desk):
    """Late by the day they were typed; in time once the leader has compared the proof."""
    cast, june = summer.cast, date(summer.year + 1, 6, 30)
    person = summer.person()
    screen.log_in(cast.clerk, at=reverse("register", args=[person.pk]))
    form = screen.fill(
        "登记并打印回执",
        benefit_year=str(summer.year),
        received_on=june.isoformat(),
        late_reason="停电，手工收件后补录",
    )
    form.locator("[name=late_proof]").set_input_files(SCAN)
    screen.press("登记并打印回执")
    expect(screen.heading).to_have_text("医疗救助申请受理回执")
    case = Application.objects.get(person=person)
    opens(screen, case)
    claim, estimate = screen.section("受理日期补录"), screen.page.locator(".yz-estimate")
    expect(claim).to_contain_text(june.isoformat())
    expect(estimate).to_contain_text(
        f"受理日期 {localdate().isoformat()}，超过截止日 {june.isoformat()}"
    )
    screen.log_in(cast.leader)
    opens(screen, case)
    expect(screen.page.get_by_text("您的岗位不能对本件进行此操作。")).to_have_count(0)
    screen.send("确定受理日期", confirmed="true")
    screen.says("受理日期已确定。")
    expect(claim).to_contain_text(str(cast.leader))
    expect(estimate).to_contain_text(
        f"受理日期 {june.isoformat()}，在截止日 {june.isoformat()} 之内"
    )
    expect(estimate.locator(".yz-figure")).to_contain_text("25,000.00")


def test_30_june_on_a_sunday_moves_to_the_monday(screen: Screen, transactional_db: None):
    """Cost of 2023, handed in on Monday 1 July 2024: in time; a day later it would have been late."""
    desk = Desk(start=localdate(), year=2023)
    monday = desk.draft(received_on=SUNDAY + timedelta(days=1))
    tuesday = desk.draft(received_on=SUNDAY + timedelta(days=2))
    screen.let_in(desk.cast.clerk)
    opens(screen, monday)
    estimate = screen.page.locator(".yz-estimate")
    expect(estimate).to_contain_text("2024-06-30 为休息日，申请截止日顺延至 2024-07-01")
    expect(estimate.locator(".yz-figure")).to_contain_text("25,000.00")
    opens(screen, tuesday)
    expect(estimate).to_contain_text("受理日期 2024-07-02，超过截止日 2024-07-01")
    expect(estimate.locator(".yz-figure")).to_contain_text("0.00")


def test_a_decision_pending_on_30_june_makes_no_case_late(screen: Screen, summer: Desk):
    """Received in time, the clock stands still until civil affairs has decided, however long that takes."""
    cast, june = summer.cast, date(summer.year + 1, 6, 30)
    kind = make_category("DIBIAN")
    person = summer.person(category="", own_cost="90000.00")
    case = summer.draft(person, received_on=june)
    screen.log_in(cast.clerk)
    opens(screen, case)
    screen.unfold("等待民政认定")
    applied = june - timedelta(days=5)
    screen.send("等待民政认定", what=kind.name, applied_on=applied.isoformat())
    screen.says("案件等待民政认定，受理日期不变，暂停计时。")
    screen.page.goto(reverse("stopped"))
    expect(screen.page.get_by_role("row", name=case.number)).to_contain_text(june.isoformat())
    opens(screen, case)
    expect(screen.page.get_by_text("已停止计时")).to_be_visible()
    screen.send(
        "登记认定结果并继续办理",
        outcome="negative",
        authority="景宁畲族自治县民政局",
        paper="不予确认通知书 2026-31",
    )
    screen.says("认定结果已登记，案件继续办理。")
    estimate = screen.page.locator(".yz-estimate")
    expect(estimate).to_contain_text(
        f"受理日期 {june.isoformat()}，在截止日 {june.isoformat()} 之内"
    )
    expect(estimate.locator(".yz-figure")).to_contain_text("16,000.00")
