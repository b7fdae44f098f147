"""The to-do lists of recipients and the ledgers of the trade, on screen and as files."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from assistance.registry.models import Subsidy
from assistance.registry.operations import subsidise
from assistance.registry.queries.duties import digest_of
from assistance.settlements.models import Settlement
from tests.factories.accounts import Cast
from tests.factories.deliveries import bill_row, deliver, make_source
from tests.factories.drawn import make_office
from tests.factories.identity import merge
from tests.factories.payers import make_payer, paid_row, received
from tests.factories.registry import make_bill, make_person

pytestmark = pytest.mark.django_db
PREMIUMS = (
    "姓名 身份证号码 镇街 村居 医疗救助身份 资助参保身份 身份变更 纳入资助时间 身份取消时间 缴费时间 居民医保缴费金额"
    " 资助金额 参保类别 是否参保 未参保原因 是否符合资助 是否获得资助 资助方式 区外备注 死亡备注 人工备注"
)
DETAILS = (
    "项目代码 医保分类 清算期 费款所属期 结算id 认定地 镇街 参保地 参保类别 身份证号 姓名 救助身份 就诊地"
    " 就诊医疗机构名称 医保就诊类别 医疗救助类别 病种编码 病种名称 入院日期 出院日期 结算日期 费用总额"
    " 符合医保报销金额 基本医疗保险报销 大病报销 大额报销 进入医疗救助金额 医疗救助 倾斜救助 扶贫济困 惠民险"
    " 个人账户 个人现金"
)


def table(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def queries_for(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_somebody_is_assigned_then_finished_with_a_reason_and_leaves_the_list(as_user):
    cast = Cast()
    person = make_person("蓝未保", category="DIBAO", enrolled=False)
    leader, clerk = as_user(cast.leader), as_user(cast.clerk)
    page = leader.get(reverse("duties"))
    address = reverse("duty_note", args=["insure", person.pk, f"{localdate():%Y-%m}"])
    assert f'"{address}"' in page.content.decode()
    assert leader.post(address, {"assigned_to": cast.clerk.pk}).status_code == 302
    assert "蓝未保" in clerk.get(reverse("duties"), {"state": "mine"}).content.decode()
    assert clerk.post(address, {"outcome": "other"}).status_code == 422
    clerk.post(address, {"outcome": "employee", "note": "已核实"})
    assert "蓝未保" not in clerk.get(reverse("duties")).content.decode()
    done = clerk.get(reverse("duties"), {"state": "done"}).content.decode()
    assert "参加职工医保 · 已核实" in done
    assert as_user(cast.neighbour_clerk).get(address).status_code == 404


def test_the_premiums_of_the_list_are_recorded_and_stand_in_the_ledger(as_user):
    make_person("蓝在保", category="DIBAO", recognised_on=date(2020, 1, 1))
    browser = as_user(Cast().reviewer)
    today = localdate()
    page = browser.get(reverse("subsidise_all"), {"on": today.isoformat()})
    assert page.context["due"] == 1
    posted = {
        **page.context["form"].initial,
        "basic": "400",
        "big_illness": "80",
        "way": "paid_for",
    }
    assert browser.post(reverse("subsidise_all"), posted).status_code == 302
    refused = browser.post(reverse("subsidise_all"), posted)
    assert refused.status_code == 422
    # What is on screen now is the list as it is now.
    assert refused.context["form"]["seen"].value() == digest_of([]) != posted["seen"]
    assert Subsidy.objects.get().year == today.year
    head, row = table(browser.get(reverse("premium_ledger"), {"format": "csv"}))
    # After the columns of the trade those of 惠民保.
    assert head[:-2] == PREMIUMS.split()
    line = dict(zip(head, row, strict=True))
    assert (line["资助参保身份"], line["居民医保缴费金额"], line["是否获得资助"]) == (
        "最低生活保障家庭成员",
        "",
        "是",
    )
    assert line["身份证号码"].count("*") > 8
    assert line["资助金额"] == "480.00"
    # Only where the document has the public pay the whole premium is it known from what was paid.
    make_office(Cast().agency)
    head, row = table(browser.get(reverse("premium_ledger"), {"format": "csv"}))
    assert dict(zip(head, row, strict=True))["居民医保缴费金额"] == "480.00"


def test_a_premium_paid_ahead_for_who_left_before_the_year_is_told(as_user):
    """AMB-46: flagged, nothing is taken back by itself."""
    browser, year = as_user(Cast().reviewer), localdate().year
    for name, last in (("蓝先退出", date(year - 1, 12, 30)), ("蓝年底", date(year - 1, 12, 31))):
        person = make_person(name, category="DIBAO", recognised_on=date(2020, 1, 1))
        person.recipient_spans.update(last_day=last)
        subsidise(
            person,
            year=year,
            basic=Decimal(400),
            big_illness=Decimal(80),
            paid_on=date(year - 1, 11, 3),
            way="paid_for",
            actor=Cast().clerk,
            at=now(),
        )
    head, *rows = table(browser.get(reverse("premium_ledger"), {"format": "csv"}))
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    told = {
        one["姓名"]: (one["身份变更"], one["是否符合资助"], one["是否获得资助"]) for one in lines
    }
    assert told == {"蓝先退出": ("取消", "否", "是"), "蓝年底": ("取消", "是", "是")}


def test_the_list_of_premiums_is_of_the_coming_year_in_autumn_only(as_user):
    make_person("蓝在保", category="DIBAO", recognised_on=date(2020, 1, 1))
    browser, year = as_user(Cast().reviewer), localdate().year
    asked = {"on": f"{year - 1}-11-05", "year": "next"}
    page = browser.get(reverse("unpaid_premiums"), asked)
    assert "蓝在保" in page.content.decode()
    page = browser.get(reverse("subsidise_all"), asked)
    assert (page.context["due"], page.context["form"].initial["year"]) == (1, year)
    page = browser.get(reverse("unpaid_premiums"), asked | {"on": f"{year - 1}-09-05"})
    assert list(page.context["form"].errors) == ["year"]
    assert "蓝在保" not in page.content.decode()


def test_what_stands_on_a_merged_record_is_in_lists_and_ledger(as_user):
    record = make_person("蓝两次", category="DIBAO", recognised_on=date(2020, 1, 1))
    into = make_person("蓝两次", enrolled=False)
    merge(record, into)
    browser = as_user(Cast().reviewer)
    for person in (record, into):
        make_bill(person, 1000, settled_on=localdate())
    head, *rows = table(browser.get(reverse("assistance_ledger"), {"format": "csv"}))
    place = head.index("救助身份")
    assert [row[place] for row in rows] == ["最低生活保障家庭成员"] * 2
    head, *rows = table(browser.get(reverse("unpaid_premiums"), {"format": "csv"}))
    assert len(rows) == 1
    assert {"最低生活保障家庭成员", "2020-01-01"} <= set(rows[0])
    head, *rows = table(browser.get(reverse("premium_ledger"), {"format": "csv"}))
    assert len(rows) == 1
    line = dict(zip(head, rows[0], strict=True))
    assert (line["医疗救助身份"], line["是否参保"], line["是否符合资助"]) == (
        "最低生活保障家庭成员",
        "是",
        "是",
    )


def test_what_was_paid_after_the_bill_stands_in_the_ledger_of_assistance(as_user):
    person, today = make_person("蓝补付", category="DIBAO"), localdate()
    when = {"setl_time": today.isoformat()}
    visit, source = bill_row(person, **when), make_source()
    deliver(source, visit, visit | {"setl_id": "Z1", "setl_type": "3", "maf_pay": "800.00"})
    number = Settlement.objects.get().source_id.split(":")[1]
    paid = paid_row(person, "1000.00", 结算ID=number, 赔付日期=today.isoformat())
    received(make_payer(), paid)
    given = {"format": "csv", "assisted": "on"}
    head, row = table(as_user(Cast().reviewer).get(reverse("assistance_ledger"), given))
    line = dict(zip(head, row, strict=True))
    assert (line["医疗救助"], line["惠民险"], line["个人现金"]) == ("800.00", "1000.00", "2200.00")


def test_the_ledger_of_assistance_has_the_columns_of_the_trade(as_user):
    person = make_person("蓝费用", category="DIBAO")
    make_bill(person, 1000, basic=600, assistance=100, in_scope=900, settled_on=localdate())
    browser = as_user(Cast().reviewer)
    head, row = table(browser.get(reverse("assistance_ledger"), {"format": "csv"}))
    assert head == DETAILS.split()
    line = dict(zip(head, row, strict=True))
    assert (line["进入医疗救助金额"], line["医疗救助"], line["个人现金"]) == (
        "300.00",
        "100.00",
        "300.00",
    )


@pytest.mark.parametrize(
    "name",
    [
        "duties",
        "unpaid_premiums",
        "unassisted",
        "without_huimin",
        "premium_ledger",
        "assistance_ledger",
    ],
)
def test_a_list_asks_equally_often_for_one_row_and_three(as_user, name):
    def somebody(n: int) -> None:
        insured = name != "duties"
        person = make_person("蓝" + "甲乙丙"[n - 1], category="DIBAO", enrolled=insured)
        if insured:
            make_bill(person, 1000, settled_on=localdate())

    browser = as_user(Cast().reviewer)
    somebody(1)
    one = queries_for(browser, reverse(name))
    somebody(2)
    somebody(3)
    assert queries_for(browser, reverse(name)) == one


def test_the_history_tells_how_it_was(as_user):
    person = make_person("蓝经历", category="DIBAO")
    make_bill(person, 1000, basic=600, settled_on=date(2025, 3, 1))
    page = as_user(Cast().clerk).get(reverse("person_history", args=[person.pk]))
    text = page.content.decode()
    for words in (
        "最低生活保障家庭成员",
        "2025 年度费用",
        "1 笔，总费用 1,000.00，保险支付 600.00",
    ):
        assert words in text
