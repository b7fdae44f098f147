"""A payment that the bank sends back is paid again on a mended account."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.browser.steps import checks_account, mends_account, reads_answer
from tests.factories.cases import Desk
from tests.factories.payments import make_award, make_batch, make_fund_year
from tests.factories.registry import new_account_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_a_payment_that_failed_is_due_again_on_a_mended_account(screen: Screen, desk: Desk):
    cast = desk.cast
    award = make_award(cast, make_fund_year(cast))
    batch, card = make_batch(cast, [award], sent=True), new_account_number()
    screen.log_in(cast.payer, at=reverse("batch", args=[batch.number]))
    reads_answer(screen, batch, failed={1: "账号户名不符"})
    screen.follow(award.number)
    expect(screen.page.locator(".datagrid").get_by_text("账号户名不符")).to_be_visible()
    mends_account(screen, cast.clerk, award.person.name, card)
    checks_account(screen, cast.leader, name=award.person.name, card=card)
    screen.log_in(cast.second_payer, at=reverse("award", args=[award.number]))
    screen.follow("重新发放")
    mended = award.person.bank_accounts.get(retired_at=None)
    screen.send("重新发放", account=str(mended.pk))
    screen.says("该笔救助金已恢复为待发放。")
    state = screen.page.locator(".datagrid-item", has_text="状态")
    expect(state.get_by_text("待发放", exact=True)).to_be_visible()
