"""A file of the tax office at the reviewer's screen: premiums looked at, booked, and seen at the person."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assistance.registry.models import Subsidy
from assistance.settlements.models import PayerFile
from tests.browser.screen import Screen
from tests.browser.steps import opens_person
from tests.factories.cases import Desk
from tests.factories.lists import as_csv
from tests.factories.payers import make_payer, work
from tests.factories.registry import make_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
HEAD = "姓名,身份证号,代缴类别,代缴金额,其中大病保险,缴费日期,年度"


def test_premiums_of_the_tax_office_come_to_stand_at_the_person(
    screen: Screen, desk: Desk, tmp_path: Path
):
    year, page = localdate().year, screen.page
    due, nobody_yet = make_person("雷三妹", category="DIBAO"), make_person("钟有田")
    source = make_payer("tax", name="景宁县税务局", actor=desk.cast.reviewer)
    rows = [
        (person.name, person.id_number, "低保", "480.00", "80.00", f"{year}-01-05", str(year))
        for person in (due, nobody_yet)
    ]
    file = tmp_path / "代缴保费.csv"
    file.write_bytes(as_csv(*rows, head=tuple(HEAD.split(","))))

    screen.log_in(desk.cast.reviewer)
    page.goto("/payers/")
    screen.follow("上传支付方文件")
    form = screen.fill("上传并预览", source=str(source.pk))
    form.locator("[name=file]").set_input_files(file)
    screen.press("上传并预览")
    work(PayerFile.objects.get())
    page.reload()
    expect(page.get_by_role("row", name="雷三妹")).to_contain_text("低保 · 其中大病保险 80.00")
    expect(page.get_by_role("row", name="钟有田")).to_contain_text("当年参保时尚未认定")
    assert not Subsidy.objects.exists()

    screen.follow("入账")
    screen.press("文件入账")
    work(PayerFile.objects.get())
    opens_person(screen, "雷三妹")
    expect(screen.section("资助参保")).to_contain_text(f"{year} 400.00 + 80.00")
    opens_person(screen, "钟有田")
    expect(screen.section("资助参保")).to_contain_text("没有资助参保记录。")
