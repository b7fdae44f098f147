"""Steps that more than one walk takes."""

from __future__ import annotations

from assistance.accounts.models import User
from assistance.payments.models import Batch
from tests.browser.screen import Screen
from tests.factories.payments import return_file, return_rows


def opens_person(screen: Screen, name: str) -> None:
    screen.looks_up(name)
    screen.section("人员").get_by_role("link", name=name).click()


def checks_account(screen: Screen, checker: User, *, name: str, card: str) -> None:
    """The whole number is typed again from the card."""
    screen.log_in(checker)
    opens_person(screen, name)
    screen.follow("复核账户")
    screen.send("账户无误", number=card)
    screen.says("账户已复核。")


def reads_answer(screen: Screen, batch: Batch, failed: dict[int, str]) -> None:
    content = return_file(return_rows(batch, failed=failed))
    screen.follow("读取回盘文件")
    answer = {"name": "回盘.csv", "mimeType": "text/csv", "buffer": content}
    screen.form("读取文件").locator("[name=file]").set_input_files(answer)
    screen.send("读取文件")
    screen.says("银行回盘结果已登记。")
