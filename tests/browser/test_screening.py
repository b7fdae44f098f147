"""A reviewer has a list drawn up by hand and looks at how the burden of somebody on it arose."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from assistance.accounts.roles import Role
from assistance.screening.tasks import do_lists
from tests.browser.screen import Screen
from tests.factories.accounts import user
from tests.factories.drawn import draw, make_period, zhoushan_agency, zhoushan_township
from tests.factories.registry import make_bill, make_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]


def test_reviewer_draws_up_a_list_and_sees_how_a_burden_arose(screen: Screen):
    page = screen.page
    reviewer = user("putuo_reviewer", Role.REVIEWER, agency=zhoushan_agency())
    place = zhoushan_township()
    ill = make_person("林秋禾", township=place)
    make_bill(ill, "90000", basic="30000", big_illness="10000", settled_on=date(2024, 1, 9))
    draw(make_period("zhipin", 2024, 1))
    make_bill(make_person("蓝青山", township=place), "31000", settled_on=date(2024, 2, 9))
    make_period("zhipin", 2024, 2)
    screen.log_in(reviewer)
    screen.go(screen.page.get_by_role("link", name="筛查名单", exact=True).first)
    screen.go(screen.page.get_by_role("link", name="2024-02").last)
    screen.follow("生成清单")
    screen.send("生成", kind="regular")
    screen.says("清单正在生成。")
    do_lists()
    page.reload()
    screen.go(page.locator("section", has_text="生成记录").get_by_role("link").first)
    expect(screen.heading).to_have_text("因病致贫风险潜在库 2024-02")
    expect(page.get_by_role("link", name="蓝青山")).to_be_visible()
    screen.go(page.get_by_role("link", name="林秋禾"))
    expect(page.get_by_role("img", name="截至2024-02-29个人负担的形成")).to_be_visible()
    expect(page.get_by_role("row", name="大病保险")).to_contain_text("50,000.00")
