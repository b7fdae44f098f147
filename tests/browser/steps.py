"""Steps that more than one walk takes."""

from __future__ import annotations

from playwright.sync_api import expect

from assistance.accounts.models import User
from assistance.payments.models import Batch
from tests.browser.screen import Screen
from tests.factories.files import picture
from tests.factories.payments import return_file, return_rows


def opens_person(screen: Screen, name: str) -> None:
    screen.looks_up(name)
    screen.go(screen.section("人员").get_by_role("link", name=name))


def checks_account(screen: Screen, checker: User, *, name: str, card: str) -> None:
    """The whole number is typed again from the card."""
    screen.log_in(checker)
    opens_person(screen, name)
    screen.follow("复核账户")
    screen.send("账户无误", number=card)
    screen.says("账户已复核。")


def hands_in_papers(screen: Screen) -> None:
    """Whatever the page of papers says is missing, one photograph for each."""
    screen.follow("材料")
    missing = screen.page.get_by_role("link", name="添加", exact=True)
    for _paper in range(missing.count()):
        screen.go(missing.first)
        photograph = {"name": "照片.png", "mimeType": "image/png", "buffer": picture()}
        screen.form("添加材料").locator("[name=papers]").set_input_files(photograph)
        screen.press("添加材料")
        screen.says("已添加 1 份材料。")
    expect(screen.page.get_by_text("材料齐全", exact=True)).to_be_visible()


def reads_answer(screen: Screen, batch: Batch, failed: dict[int, str]) -> None:
    content = return_file(return_rows(batch, failed=failed))
    screen.follow("读取回盘文件")
    answer = {"name": "回盘.csv", "mimeType": "text/csv", "buffer": content}
    screen.form("读取文件").locator("[name=file]").set_input_files(answer)
    screen.send("读取文件")
    screen.says("银行回盘结果已登记。")


def mends_account(screen: Screen, clerk: User, name: str, card: str) -> None:
    """The refused one goes out of use, the right one is entered."""
    screen.log_in(clerk)
    opens_person(screen, name)
    screen.follow("停用账户")
    screen.send("确认", reason="账号有误")
    screen.says("账户已停用。")
    screen.follow("新增账户")
    screen.send("添加账户", bank="景宁农商银行", number=card)
    screen.says("账户已添加，须由另一人核对。")
