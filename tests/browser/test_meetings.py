"""A bottom-line case from the list to the money: reviewed, sealed, decided in the joint meeting, paid."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now
from playwright.sync_api import expect

from assistance.payments.models import Award, Batch
from assistance.registry.models import Person
from assistance.screening.models import BottomLineCase, Meeting
from tests.browser.screen import Screen
from tests.browser.steps import reads_answer
from tests.factories.bottom_line import City, departments, make_fund, make_listed, make_run
from tests.factories.files import picture
from tests.factories.registry import make_bill
from tests.web.paper.read import bare, text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_a_case_goes_from_the_list_through_the_meeting_to_the_money(
    screen: Screen, transactional_db: None
):
    city = City()
    person = prepares(city)
    reviews(screen, city)
    case = BottomLineCase.objects.get(person=person)
    marks_and_adds_aid(screen, case)
    seals(screen, city)
    meeting = meets(screen, city)
    prints_and_files(screen, meeting)
    releases(screen, city, meeting)
    pays(screen, city)
    screen.log_in(city.approver, at=reverse("bottom_line_list", args=[case.list_id]))
    expect(screen.page.locator(".datagrid-item", has_text="化解率")).to_contain_text("100.00%")


def prepares(city: City) -> Person:
    """A list of the quarter before last: 62,000.00 in one bill and 9,000.00 in another."""
    today = localdate()
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last_day = first - timedelta(days=1)
    departments()
    assert city.city_supervisor.agency == city.agency.parent
    make_fund(city, year=today.year, at=now())
    person = make_listed(
        city, "62000.00", name="蓝桂英", settled_on=last_day.replace(day=3), booked_at=now()
    )
    make_bill(person, "9000.00", settled_on=last_day.replace(day=9), at=now())
    make_run(city.agency, person, last_day=last_day, at=now())
    return person


def reviews(screen: Screen, city: City) -> None:
    screen.log_in(city.reviewer)
    screen.follow("拟兜底保障清单")
    screen.press("开始核查")
    expect(screen.page.get_by_role("cell", name="21,000.00")).to_be_visible()


def marks_and_adds_aid(screen: Screen, case: BottomLineCase) -> None:
    screen.follow(case.number)
    row = screen.page.get_by_role("row").filter(has_text="9,000.00")
    screen.go(row.get_by_role("link", name="不合理费用"))
    screen.send("标记为不合理", amount="1000.00", reason="自行点名的高值耗材")
    screen.says("已标记，前后两个数字均予保留。")
    screen.follow("登记其他救助")
    scan = {"name": "证明.png", "mimeType": "image/png", "buffer": picture()}
    screen.form("登记救助").locator("[name=scan]").set_input_files(scan)
    screen.send("登记救助", giver="charity", amount="5000.00", paper="慈善总会〔2026〕12号")
    screen.says("救助已登记，金额已重新计算。")
    figures = screen.section("金额（元）")
    for label, amount in (
        ("各方支付后的政策范围内个人负担", "71,000.00"),
        ("减：不合理费用", "1,000.00"),
        ("减：其他救助", "5,000.00"),
        ("建议金额", "15,000.00"),
    ):
        expect(figures.get_by_role("row").filter(has_text=label)).to_contain_text(amount)


def seals(screen: Screen, city: City) -> None:
    screen.log_in(city.approver)
    screen.follow("拟兜底保障清单")
    screen.go(screen.page.locator("tbody a").first)
    screen.follow("封存清单")
    screen.send("封存清单")
    screen.says("清单已封存，案件等待联席会议。")


def meets(screen: Screen, city: City) -> Meeting:
    screen.log_in(city.city_supervisor)
    screen.follow("联席会议")
    screen.follow("召集会议")
    screen.send("召集会议", chair="严望山", place="市医保局三楼会议室")
    screen.says("会议已召集，待上会案件已列入议程。")
    meeting = Meeting.objects.get()
    screen.follow("到会情况")
    rows = list(meeting.attendance.order_by("department__position"))
    names = {f"department_{row.department_id}": "张代表" for row in rows[:-1]}
    screen.send("保存到会情况", **names)
    screen.says("到会情况已登记。")
    screen.follow("登记决议")
    screen.send("登记决议", amount="16000.00", reason="家中两名重病患者")
    screen.says("决议已登记。")
    screen.page.set_viewport_size({"width": 390, "height": 900})
    expect(screen.page.get_by_text("家中两名重病患者")).to_be_visible()
    screen.page.set_viewport_size({"width": 1280, "height": 900})
    screen.follow("结束表决")
    screen.send("结束表决")
    screen.says("表决已结束：请打印会议纪要并签字。")
    return meeting


def prints_and_files(screen: Screen, meeting: Meeting) -> None:
    minutes = screen.download("link", "会议纪要 PDF")
    assert minutes.suggested_filename == f"{meeting.number}.pdf"
    shown = bare(text(minutes.path().read_bytes()))
    for words in ("兜底保障联席会议纪要", "蓝桂英", "16,000.00", "缺席", "壹万陆仟元整"):
        assert words in shown
    screen.follow("归档签字纪要")
    scan = {"name": "纪要.png", "mimeType": "image/png", "buffer": picture()}
    screen.form("归档签字纪要").locator("[name=scan]").set_input_files(scan)
    screen.press("归档签字纪要")
    screen.says("纪要已归档，各经办机构可以放款。")


def releases(screen: Screen, city: City, meeting: Meeting) -> None:
    screen.log_in(city.approver, at=reverse("meeting", args=[meeting.number]))
    screen.press("放款")
    screen.says(f"已形成待支付款项 {Award.objects.get().number}。")


def pays(screen: Screen, city: City) -> None:
    """As any other award: drawn up, confirmed by another, handed to the bank, answered."""
    screen.log_in(city.payer, at=reverse("draw_up_batch"))
    screen.follow("兜底保障")
    screen.page.get_by_label("全部可发放").check()
    expect(screen.page.locator("[data-sum]")).to_have_text("16,000.00")
    screen.press("编制批次")
    batch = Batch.objects.get()
    screen.log_in(city.second_payer)
    screen.go(screen.page.get_by_role("link", name=batch.number))
    screen.follow("复核批次")
    screen.send("已核对无误，确认批次")
    screen.download("button", "导出银行文件")
    screen.page.goto(reverse("batch", args=[batch.number]))
    reads_answer(screen, batch, failed={})
    assert Award.objects.get().state == "paid"
