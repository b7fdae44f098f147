"""Three stories after the approval: a death with heirs, a card changed in time, a payment that came back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assistance.payments.models import Award, Batch
from assistance.payments.states import AwardState
from assistance.registry.models import BankAccount
from tests.browser.screen import Screen
from tests.browser.steps import checks_account, mends_account, opens_person
from tests.factories.cases import Desk
from tests.factories.files import picture
from tests.factories.payments import make_award, make_batch, make_fund_year, read_answer
from tests.factories.registry import make_person, new_account_number, new_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
NAME, HEIR = "蓝青山", "蓝小满"


@pytest.fixture
def award(desk: Desk) -> Award:
    cast = desk.cast
    return make_award(
        cast, make_fund_year(cast, year=localdate().year), person=make_person(NAME), at=desk.now
    )


def look(screen: Screen, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        screen.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
        screen.page.set_viewport_size({"width": 390, "height": 844})
        screen.page.screenshot(path=str(Path(folder) / f"{name}-390.png"), full_page=True)
        screen.page.set_viewport_size({"width": 1280, "height": 720})


def at_award(screen: Screen, award: Award) -> None:
    screen.page.goto(reverse("award", args=[award.number]))


def stands(screen: Screen, state: str) -> None:
    shown = screen.page.locator(".datagrid-item", has_text="状态").first
    expect(shown.get_by_text(state, exact=True)).to_be_visible()


def draws_up(screen: Screen, desk: Desk) -> Batch:
    screen.log_in(desk.cast.payer, at=reverse("draw_up_batch"))
    screen.page.get_by_label("全部可发放").check()
    screen.press("编制批次")
    screen.says("批次已编制，请由另一名发放经办人员复核。")
    return Batch.objects.latest("pk")


def test_the_heirs_of_a_dead_patient_are_paid(screen: Screen, desk: Desk, award: Award):
    screen.log_in(desk.cast.clerk)
    opens_person(screen, NAME)
    screen.follow("登记死亡")
    screen.send("登记死亡", died_on=localdate().isoformat())
    screen.says("死亡已登记。")
    at_award(screen, award)
    stands(screen, "暂缓发放")
    card = new_account_number()
    claims(screen, card)
    look(screen, "claim-entered")
    screen.log_in(desk.cast.payer, at=reverse("held_awards"))
    row = screen.page.get_by_role("row", name=award.number)
    expect(row).to_contain_text(f"待县级审核人员确认{HEIR}的继承人领取申请。")
    look(screen, "held")
    screen.log_in(desk.cast.reviewer)
    at_award(screen, award)
    screen.follow("确认继承人领取申请")
    look(screen, "claim-confirm")
    screen.send("确认申请", number=card)
    screen.says("继承人领取申请已确认，救助金将发放至继承人账户。")
    stands(screen, "待发放")
    draws_up(screen, desk)
    line = screen.page.get_by_role("row", name=award.number)
    expect(line).to_contain_text(HEIR)
    expect(line).to_contain_text(f"（代{NAME}收款）")
    look(screen, "batch-heir")


def claims(screen: Screen, card: str) -> None:
    """Two heirs; the one who is paid has the authorisation of both."""
    screen.follow("登记继承人领取申请")
    look(screen, "claim-form")
    form = screen.form("登记申请")
    for kind in ("death", "kinship", "agreement"):
        paper = {"name": f"{kind}.png", "mimeType": "image/png", "buffer": picture()}
        form.locator(f"[name={kind}]").set_input_files(paper)
    screen.send(
        "登记申请",
        name_1=HEIR,
        id_number_1=new_number(),
        relation_1="child",
        bank="景宁农商银行",
        number=card,
        name_2="蓝小寒",
        id_number_2=new_number(),
        relation_2="child",
    )
    screen.says("继承人领取申请已登记，待县级审核人员确认。")
    expect(screen.section("继承人领取申请")).to_contain_text("全体继承人协议或授权委托书")


def test_a_card_changed_between_approval_and_batch(screen: Screen, desk: Desk, award: Award):
    card = new_account_number()
    mends_account(screen, desk.cast.clerk, NAME, card)
    checks_account(screen, desk.cast.leader, name=NAME, card=card)
    screen.log_in(desk.cast.payer, at=reverse("draw_up_batch"))
    row = screen.page.get_by_role("row", name=award.number)
    expect(row).to_contain_text("该银行账户已停用。")
    expect(row.get_by_role("checkbox")).to_be_disabled()
    points_to(screen, award, BankAccount.objects.get(person=award.person, retired_at=None))
    batch = draws_up(screen, desk)
    assert batch.lines.get().account_number == card
    again = new_account_number()
    mends_account(screen, desk.cast.clerk, NAME, again)
    screen.log_in(desk.cast.payer, at=reverse("batch", args=[batch.number]))
    expect(screen.page.get_by_role("row", name=award.number)).to_contain_text("该银行账户已停用。")
    look(screen, "batch-card")


def points_to(screen: Screen, award: Award, account: BankAccount) -> None:
    at_award(screen, award)
    screen.follow("变更账户")
    look(screen, "change-account")
    screen.send("使用此账户", account=str(account.pk), reason="card_replaced")
    screen.says("账户已变更。")
    expect(screen.page.locator(".yz-timeline")).to_contain_text("银行卡遗失补办或换卡")


def test_a_payment_that_bounced_after_it_was_paid(screen: Screen, desk: Desk, award: Award):
    cast = desk.cast
    batch = make_batch(cast, [award], sent=True, at=desk.now)
    read_answer(batch, actor=cast.payer, at=desk.now)
    screen.log_in(cast.payer, at=reverse("batch", args=[batch.number]))
    screen.follow("退汇")
    screen.send("确认退汇", reference="TH20260001", reason="收款账户已销户")
    screen.says("退汇已登记")
    line = screen.page.get_by_role("row", name=award.number)
    expect(line).to_contain_text("TH20260001")
    expect(screen.page.locator(".datagrid").get_by_text("银行已回盘")).to_be_visible()
    look(screen, "batch-bounced")
    card = new_account_number()
    mends_account(screen, cast.clerk, NAME, card)
    checks_account(screen, cast.leader, name=NAME, card=card)
    screen.log_in(cast.second_payer)
    at_award(screen, award)
    stands(screen, "发放失败")
    look(screen, "award-bounced")
    screen.follow("重新发放")
    account = BankAccount.objects.get(person=award.person, retired_at=None)
    screen.send("重新发放", account=str(account.pk))
    screen.says("该笔救助金已恢复为待发放。")
    again = draws_up(screen, desk)
    assert again.pk != batch.pk
    award.refresh_from_db()
    assert award.state == AwardState.BATCHED
