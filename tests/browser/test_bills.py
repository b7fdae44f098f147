"""A file of the insurance platform, from the reviewer's upload to the bill with its explanation."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from assistance.policies.operations import release_templates
from assistance.settlements.models import BillImport
from assistance.settlements.operations import draft_source
from assistance.settlements.sources import national_text
from tests.browser.screen import Screen
from tests.factories.cases import Desk
from tests.factories.deliveries import HEADER, as_csv, bill_row, make_source, receive_file, work
from tests.factories.registry import make_person, new_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
SUMS = (*HEADER, "fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")


def test_a_file_of_bills_is_booked_mended_and_explained(screen: Screen, desk: Desk, tmp_path: Path):
    cast, page = desk.cast, screen.page
    release_templates(at=now())
    source = make_source(city="zhoushan")
    draft_source(source, text=f"{national_text()}# 2026\n", actor=cast.administrator, at=now())
    person, late = make_person("雷三妹", category="DIBAO"), new_number()
    sums = {"fund_pay_sumamt": "7000.00", "psn_part_amt": "3000.00", "hosp_part_amt": "0.00"}
    visit = bill_row(
        person, maf_pay="1000.00", mdtrt_id="V88", fixmedins_name="景宁县人民医院", **sums
    )
    rows = [
        visit,
        bill_row(person, setl_type="3", mdtrt_id="V88", maf_pay="200.00"),
        bill_row(person, medfee_sumamt="10000,00"),
        bill_row(None, certno=late, psn_name="钟有田"),
        bill_row(person, fund_pay_sumamt="6000.00", psn_part_amt="3999.98"),
    ]
    file = tmp_path / "五月结算.csv"
    file.write_bytes(as_csv(*rows, header=SUMS, encoding="gb18030"))

    screen.log_in(cast.reviewer)
    screen.follow("医保结算数据")
    screen.follow("上传文件")
    form = screen.fill("上传并入账", source=str(source.pk))
    form.locator("[name=file]").set_input_files(file)
    screen.press("上传并入账")
    expect(page.get_by_text("等待中")).to_be_visible()
    work(BillImport.objects.latest("id"))
    page.reload()
    expect(page.get_by_role("table").get_by_text("= 基金支付总额")).to_be_visible()

    page.locator(".card").filter(has_text="待核").get_by_role("link").click()
    expect(page.get_by_role("table").get_by_role("row", name="钟有田")).to_be_visible()
    page.get_by_role("row", name="该行无法读取").get_by_role("link").click()
    screen.follow("更正并入账")
    page.get_by_label("medfee_sumamt").fill("10000.00")
    screen.press("入账")
    screen.says("该行已入账。")

    make_person("钟有田", id_number=late)
    page.goto(f"/bills/sources/{source.pk}/")
    screen.press("立即入账可入账的行")
    screen.says("1 行已入账。")

    page.goto("/bills/differences/")
    lines = f"setl_id,feedetl_sn,hilist_name,cnt,det_item_fee_sumamt\n{visit['setl_id']},1,床位费,3,150\n"
    work(receive_file(source, lines.encode(), filename="明细.csv"))
    page.get_by_role("row", name="景宁县人民医院").get_by_role("link").first.click()
    expect(page.get_by_text("来源方支付", exact=False).first).to_be_visible()
    expect(page.get_by_text("床位费")).to_be_visible()
    expect(page.get_by_text("200.00")).to_be_visible()

    screen.log_in(cast.approver, at=f"/bills/sources/{source.pk}/")
    screen.follow("发布草稿")
    screen.press("发布")
    screen.says("定义已发布，此后的文件按其读取。")
