"""Recoveries, the queue for money and the grey zone as pages show them."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from assistance.cases import operations
from assistance.payments.operations import confirm_entry, record_repayment
from assistance.registry.models import AccessLog, Enrolment, Residence
from assistance.registry.operations import Place, enrol, move_residence
from assistance.settlements.models import OtherAid
from assistance.web.doubles import doubts_of_case, doubts_of_person
from tests.factories.accounts import Cast
from tests.factories.cases import YEAR, Desk
from tests.factories.payers import make_payer, paid_row, received
from tests.factories.paying import step
from tests.factories.payments import LATER, make_fund_year
from tests.factories.recoveries import claim, make_paid_award
from tests.factories.registry import make_aid, make_bill, make_person


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db) -> Cast:
    return Cast()


def queries_for(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def make_recoveries(cast: Cast, how_many: int) -> None:
    fund_year = make_fund_year(cast)
    for _n in range(how_many):
        claim(cast, make_paid_award(cast, fund_year), "2500.00")


def test_list_of_recoveries_asks_equally_often_for_one_row_and_three(cast, as_user):
    browser, address = as_user(cast.payer), reverse("recoveries")
    make_recoveries(cast, 1)
    one = queries_for(browser, address)
    make_recoveries(cast, 2)
    assert queries_for(browser, address) == one


def test_page_of_a_recovery_asks_equally_often_for_one_entry_and_three(cast, as_user):
    fund_year = make_fund_year(cast)
    (recovery,) = claim(cast, make_paid_award(cast, fund_year), "2500.00")
    address = reverse("recovery", args=[recovery.number])

    def repay(n: int) -> None:
        record_repayment(
            recovery, amount=Decimal("100.00"), on=LATER.date(), reference=f"回单{n}",
            actor=cast.payer, at=LATER,
        )  # fmt: skip

    repay(1)
    one = queries_for(as_user(cast.fund), address)
    repay(2)
    repay(3)
    assert queries_for(as_user(cast.fund), address) == one


def test_recoveries_are_filtered_and_exported_masked_and_logged(cast, as_user):
    fund_year = make_fund_year(cast)
    (open_one,) = claim(cast, make_paid_award(cast, fund_year), "2500.00")
    (partly,) = claim(cast, make_paid_award(cast, fund_year), "1000.00")
    confirm_entry(
        record_repayment(
            partly, amount=Decimal("400.00"), on=LATER.date(), reference="回单1",
            actor=cast.payer, at=LATER,
        ),
        actor=cast.fund, at=LATER,
    )  # fmt: skip
    browser = as_user(cast.fund)
    found = browser.get(reverse("recoveries"), {"state": "partly"}).content.decode()
    assert partly.number in found
    assert open_one.number not in found
    answer = browser.get(reverse("recoveries"), {"format": "csv"})
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert partly.person.id_number not in text.decode("utf-8-sig")
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT, user=cast.fund).count() == 1


def test_queue_for_money_shows_what_is_needed_and_what_lacks(db, as_user):
    desk = Desk(money="20000.00")
    case = desk.agreed()
    page = as_user(desk.cast.fund).get(reverse("waiting_for_money")).content.decode()
    assert case.number in page
    for figure in ("25,000.00", "20,000.00", "5,000.00"):
        assert figure in page
    elsewhere = as_user(desk.cast.outside_fund).get(reverse("waiting_for_money"))
    assert case.number not in elsewhere.content.decode()


def sentences(doubts) -> str:
    return " ".join(doubt.sentence for doubt in doubts)


def test_other_aid_and_one_stop_help_are_told(desk):
    case = desk.draft()
    make_bill(case.person, "9000.00", assistance="1200.00", at=desk.now)
    make_aid(case.person, "500.00", benefit_year=YEAR, giver=OtherAid.Giver.CHARITY)
    make_aid(case.person, "700.00", benefit_year=YEAR)
    told = sentences(doubts_of_case(desk.cast.clerk, case))
    assert "1,200.00 yuan of medical assistance (one-stop)" in told
    assert "700.00 yuan on 2025-06-01: it is deducted." in told
    assert "500.00 yuan on 2025-06-01: it is not deducted." in told


def test_the_same_help_typed_and_in_a_file_is_told(desk):
    case = desk.draft()
    make_aid(case.person, "700.00", benefit_year=YEAR)
    union = make_payer("union", actor=desk.cast.reviewer)
    received(union, paid_row(case.person, "650.00", 费用年度=str(YEAR)))
    assert "sent" not in sentences(doubts_of_case(desk.cast.clerk, case))
    received(union, paid_row(case.person, "700.00", 费用年度=str(YEAR)))
    told = sentences(doubts_of_case(desk.cast.clerk, case))
    assert "sent 700.00 yuan of 2025-08-01 in a file" in told


def test_same_bill_of_somebody_else_is_told_with_the_name_only_inside_the_scope(desk):
    case, cast = desk.draft(), desk.cast
    assert cast.outside_clerk.roles, "somebody answers for that place"
    near = make_person("林近邻")
    far = make_person("吴远方", township=cast.outside_township, county=cast.other_county)
    for other in (near, far):
        make_bill(other, "60000.00", settled_on=date(YEAR, 5, 20), at=desk.now)
    doubts = doubts_of_case(cast.clerk, case)
    told = sentences(doubts)
    assert "林近邻: is it the same one?" in told
    assert "somebody outside your area" in told
    assert "吴远方" not in told
    assert [bool(doubt.url) for doubt in doubts] == [True, False]


def test_application_in_another_township_is_told_without_its_number(desk):
    case, cast = desk.submitted(), desk.cast
    told = doubts_of_person(cast.neighbour_clerk, case.person, YEAR)
    assert "has another application of this person for 2025" in sentences(told)
    assert case.number not in sentences(told)
    assert doubts_of_person(cast.clerk, case.person, YEAR) == []


def test_second_draft_of_the_year_is_told_with_its_link(desk):
    first = desk.submitted()
    (doubt,) = doubts_of_case(desk.cast.clerk, desk.draft(first.person))
    assert first.number in doubt.sentence
    assert first.number in doubt.url


def test_insurance_and_home_in_another_county_are_told(desk):
    case, cast = desk.draft(), desk.cast
    since = date(YEAR, 3, 1)
    enrol(
        case.person, kind=Enrolment.Kind.EMPLOYEE, county=cast.other_county, first_day=since, actor=None,
        at=desk.now,
    )  # fmt: skip
    move_residence(
        case.person,
        kind=Residence.Kind.LIVING,
        place=Place(cast.outside_township, "某村"),
        first_day=since,
        actor=None,
        at=desk.now,
    )
    told = sentences(doubts_of_case(cast.reviewer, case))
    assert f"Insured in {cast.other_county.name} too in 2025" in told
    assert f"Lived in {cast.outside_township.name} in 2025" in told


def test_case_page_tells_who_found_what_and_why_it_is_stopped(desk, as_user):
    case = desk.approved()
    step(desk, operations.report_error, case, desk.cast.reviewer, kind="facts", finding="户口不符")
    page = as_user(desk.cast.approver).get(reverse("application", args=[case.number]))
    text = page.content.decode()
    assert "户口不符" in text
    assert reverse("order_correction", args=[case.number]) in text
    public = desk_notice_text(case, as_user)
    assert "户口不符" not in public


def desk_notice_text(case, as_user) -> str:
    """What anybody reads of the case's notice."""
    notice = case.notice_lines.get().notice
    answer = as_user(case.entered_by).get(reverse("public_notice", args=[notice.token]))
    return str(answer.content.decode())
