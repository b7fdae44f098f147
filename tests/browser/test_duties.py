"""Premiums paid from the list that the system makes, and the half-yearly reconciliation, by the real roles."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assistance.registry.models import ListImport, Reconciliation, Subsidy
from tests.browser.screen import Screen
from tests.factories.cases import Desk
from tests.factories.lists import applied, as_csv, make_source, row, work
from tests.factories.registry import make_person, new_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_a_township_works_off_its_list_and_the_county_records_the_premiums(
    screen: Screen, desk: Desk
):
    make_person("蓝未保", category="DIBAO", enrolled=False)
    make_person("钟应资", category="DIBAO")
    page, clerk = screen.page, desk.cast.clerk

    screen.log_in(desk.cast.leader)
    screen.follow("应保应资应享")
    expect(screen.heading).to_have_text("应保尽保：已认定未参保")
    screen.follow("指派或办结")
    screen.send("保存", assigned_to=str(clerk.pk))
    screen.says("已记录。")

    screen.log_in(clerk, at="/duties/?state=mine")
    screen.follow("指派或办结")
    screen.send("保存", outcome="elsewhere", note="在杭州随子女参保")
    expect(page.get_by_text("清单上没有人。")).to_be_visible()

    screen.log_in(desk.cast.reviewer, at="/duties/")
    screen.follow("应资尽资")
    expect(page.get_by_role("link", name="钟应资")).to_be_visible()
    screen.follow("全部登记资助参保")
    screen.send("全部登记资助参保", basic="400", big_illness="80")
    screen.says("已登记 1 人的资助参保。")
    screen.follow("资助参保台账")
    expect(page.get_by_role("row", name="钟应资").get_by_text("480.00").first).to_be_visible()
    assert Subsidy.objects.get().person.name == "钟应资"


def test_a_full_list_is_reconciled_and_signed(screen: Screen, desk: Desk, tmp_path: Path):
    page, reviewer = screen.page, desk.cast.reviewer
    month = localdate().replace(day=1)
    source = make_source("DIBAO")
    stays = row(new_number())
    earlier = (month - timedelta(days=1)).replace(day=1)
    applied(source, stays, row(new_number(), "雷月桂", first=earlier), as_of=earlier)
    file = tmp_path / "名单.csv"
    file.write_bytes(as_csv(stays, row(new_number(), "钟有田", first=month)))

    screen.log_in(reviewer)
    screen.follow("救助对象名单")
    screen.follow("名单核对")
    expect(page.get_by_text("未开展")).to_be_visible()
    page.goto("/lists/upload/")
    form = screen.fill("上传并比对", source=str(source.pk), as_of=month.isoformat())
    form.locator("[name=file]").set_input_files(file)
    screen.press("上传并比对")
    expect(page.get_by_text("等待中")).to_be_visible()
    listing = work(ListImport.objects.latest("id"))
    page.goto(f"/lists/{listing.pk}/")
    screen.follow("半年核对")
    screen.press("保存差异并开始核对")
    made = Reconciliation.objects.get()
    page.goto(f"/reconciliations/{made.pk}/")
    for name, decision in (("雷月桂", "以部门名单为准"), ("钟有田", "与部门核实后变更")):
        page.get_by_role("row", name=name).get_by_role("checkbox").check()
        screen.press(decision)
        screen.says("已处理 1 行。")
    screen.follow("签字确认核对结果")
    screen.send("签字确认", department_signer="雷主任")
    screen.says("核对结果已签字确认。")
    form = screen.download("link", "核对确认表")
    assert Path(form.path()).read_bytes().startswith(b"%PDF")
