"""The monthly list of civil affairs, from the reviewer's file to the register."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assistance.registry.models import ListImport, Person
from tests.browser.screen import Screen
from tests.factories.cases import Desk
from tests.factories.lists import applied, as_csv, make_source, row, work
from tests.factories.registry import new_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_a_monthly_list_is_compared_guarded_applied_and_undone(
    screen: Screen, desk: Desk, tmp_path: Path
):
    cast, page = desk.cast, screen.page
    month = localdate().replace(day=1)
    source = make_source("DIBAO", guard_percent=Decimal(5))
    stays, gone = row(new_number()), new_number()
    before = (month - timedelta(days=1)).replace(day=1)
    applied(source, stays, row(gone, "雷月桂", first=before), as_of=before)
    file = tmp_path / "低保名单.csv"
    rows = [stays, row(new_number(), "钟有田", first=month), row("33112719900307", "吴满仓")]
    file.write_bytes(as_csv(*rows, encoding="gbk"))

    screen.log_in(cast.reviewer)
    screen.follow("救助对象名单")
    expect(page.get_by_text("待报送").or_(page.get_by_text("超期"))).to_be_visible()
    screen.follow("上传名单")
    form = screen.fill("上传并比对", source=str(source.pk), as_of=month.isoformat())
    form.locator("[name=file]").set_input_files(file)
    screen.press("上传并比对")
    expect(page.get_by_text("等待中")).to_be_visible()
    listing = work(ListImport.objects.latest("id"))
    page.reload()
    table = page.get_by_role("table")
    expect(table.get_by_role("row", name="钟有田").get_by_text("新增")).to_be_visible()
    expect(table.get_by_role("row", name="雷月桂").get_by_text("终止")).to_be_visible()
    expect(table.get_by_role("row", name="吴满仓").get_by_text("身份证号")).to_be_visible()
    expect(page.get_by_text("须由审批人员确认")).to_be_visible()

    screen.log_in(cast.approver, at=f"/lists/{listing.pk}/")
    screen.follow("确认终止")
    screen.press("已核对，确认终止")
    screen.says("已确认，审核人员可以应用该名单。")

    screen.log_in(cast.reviewer, at=f"/lists/{listing.pk}/")
    screen.follow("应用")
    screen.press("应用名单")
    screen.says("名单正在应用。")
    work(listing)
    page.reload()
    expect(page.get_by_text("已应用 2 行。")).to_be_visible()
    assert Person.objects.get(name="雷月桂").recipient_spans.get().last_day < month
    screen.follow("撤销")
    screen.fill("确认", reason="传错月份")
    screen.press("确认")
    screen.says("名单已撤销：各项认定恢复原状。")
    assert Person.objects.get(name="雷月桂").recipient_spans.get().last_day is None
