"""A file of a further payer at the reviewer's screen: looked at, booked, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistance.settlements.models import LaterPayment, PayerFile
from tests.browser.screen import Screen
from tests.factories.cases import Desk
from tests.factories.deliveries import bill_row, deliver, make_source
from tests.factories.lists import as_csv
from tests.factories.payers import HEAD, make_payer, paid_row, work
from tests.factories.registry import make_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_a_payers_file_is_looked_at_booked_and_undone(screen: Screen, desk: Desk, tmp_path: Path):
    person, page = make_person("雷三妹"), screen.page
    deliver(make_source(), bill_row(person, setl_id="S1"))
    source = make_payer(name="惠民保", actor=desk.cast.reviewer)
    file = tmp_path / "理赔.csv"
    rows = [paid_row(person, "300.00", 结算ID="S1"), paid_row(None, 姓名="外县人")]
    file.write_bytes(as_csv(*rows, head=HEAD))

    screen.log_in(desk.cast.reviewer, at="/payers/")
    screen.follow("上传支付方文件")
    form = screen.fill("上传并预览", source=str(source.pk))
    form.locator("[name=file]").set_input_files(file)
    screen.press("上传并预览")
    work(PayerFile.objects.get())
    page.reload()
    expect(page.get_by_text("尚未入账", exact=False).first).to_be_visible()
    expect(page.get_by_role("row", name="雷三妹")).to_contain_text("入账")
    expect(page.get_by_role("row", name="外县人")).to_contain_text("人员未登记")
    assert not LaterPayment.objects.exists()

    screen.follow("入账")
    screen.press("文件入账")
    work(PayerFile.objects.get())
    page.reload()
    expect(page.locator(".datagrid-item", has_text="已入账").last).to_contain_text("1")
    screen.follow("未登记人员一并搁置")
    screen.send("确认", reason="外县参保人员")
    screen.says("未在本县登记人员的行不再入账。")
    expect(page.get_by_text("没有存疑的行。")).to_be_visible()

    screen.follow("撤销")
    screen.send("确认", reason="对方报错文件")
    screen.says("文件已撤销，各账户恢复原状。")
    assert sum(LaterPayment.objects.values_list("amount", flat=True)) == 0
