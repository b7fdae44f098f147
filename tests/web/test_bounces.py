"""退汇 on screen: recorded at the line, read from the bank's file, listed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from assistance.payments.models import Award, Batch, Bounce
from tests.factories.accounts import Cast
from tests.factories.payments import (
    bounce_file,
    bounce_row,
    make_award,
    make_batch,
    make_fund_year,
    read_answer,
)


@pytest.fixture
def cast(db) -> Cast:
    return Cast()


@pytest.fixture
def fund_year(cast):
    return make_fund_year(cast, year=localdate().year)


@pytest.fixture
def batch(cast, fund_year) -> Batch:
    """Two payments, both paid."""
    batch = make_batch(cast, [make_award(cast, fund_year) for _n in range(2)], sent=True)
    read_answer(batch, actor=cast.payer)
    return batch


def upload(*rows) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("退汇.csv", bounce_file(rows))}


def test_a_line_that_came_back_shows_its_day_and_number(cast, as_user, batch):
    line, browser = batch.lines.get(position=1), as_user(cast.payer)
    address = reverse("bounce_line", args=[batch.number, line.pk])
    assert address in browser.get(reverse("batch", args=[batch.number])).content.decode()
    given = {"came_back_on": localdate().isoformat(), "reference": "TH77", "reason": "账户已销户"}
    assert browser.post(address, given).status_code == 302
    page = browser.get(reverse("batch", args=[batch.number])).content.decode()
    assert "TH77" in page
    assert "账户已销户" in page
    assert address not in page
    assert Award.objects.get(pk=line.award_id).state == "failed"


@pytest.mark.parametrize("who", ["fund", "city_supervisor"])
def test_who_reads_a_batch_but_does_not_pay_is_not_offered_it(cast, as_user, batch, who):
    line, browser = batch.lines.get(position=1), as_user(getattr(cast, who))
    address = reverse("bounce_line", args=[batch.number, line.pk])
    assert address not in browser.get(reverse("batch", args=[batch.number])).content.decode()
    assert browser.get(address).status_code == 403
    assert reverse("read_bounces") not in browser.get(reverse("bounces")).content.decode()


def test_a_file_is_read_and_listed(cast, as_user, batch):
    line, browser = batch.lines.get(position=2), as_user(cast.payer)
    row = bounce_row(line, day=localdate())
    response = browser.post(reverse("read_bounces"), upload(row))
    assert response.headers["Location"] == reverse("bounces")
    (listed,) = browser.get(reverse("bounces"), {"q": row[-1]}).context["page"].rows
    assert listed == Bounce.objects.get(line=line)
    assert list(browser.get(reverse("bounces"), {"q": "nothing"}).context["page"].rows) == []


def test_a_file_that_does_not_match_says_so_row_by_row(cast, as_user, batch):
    rows = [bounce_row(line, day=localdate()) for line in batch.lines.order_by("position")]
    rows[0][4], rows[1][3] = "1.00", "62000000"
    response = as_user(cast.payer).post(reverse("read_bounces"), upload(*rows))
    assert response.status_code == 422
    assert len(response.context["form"].non_field_errors()) == 2
    assert not Bounce.objects.exists()


def test_the_list_shows_masked_accounts_of_ones_own_agency(cast, as_user, batch):
    line = batch.lines.get(position=1)
    as_user(cast.payer).post(reverse("read_bounces"), upload(bounce_row(line, day=localdate())))
    page = as_user(cast.fund).get(reverse("bounces"))
    assert line.award.number in page.content.decode()
    assert line.account_number not in page.content.decode()
    assert list(as_user(cast.outside_payer).get(reverse("bounces")).context["page"].rows) == []
    assert list(as_user(cast.clerk).get(reverse("bounces")).context["page"].rows) == []


def test_the_list_asks_as_often_for_three_as_for_one(cast, as_user, fund_year, batch):
    browser = as_user(cast.payer)

    def add(batch: Batch) -> int:
        row = bounce_row(batch.lines.order_by("position")[0], day=localdate())
        assert browser.post(reverse("read_bounces"), upload(row)).status_code == 302
        browser.get(reverse("bounces"))
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("bounces"))
        return len(captured)

    one = add(batch)
    for _n in range(2):
        other = make_batch(cast, [make_award(cast, fund_year)], sent=True)
        read_answer(other, actor=cast.payer)
        last = add(other)
    assert last == one
