"""What a payer's file must not do to money: book twice, lose a payment, or leave an award unasked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance.calculation import Book
from assistance.entitlements.models import PersonYear
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import cancel_job
from assistance.payments.operations import lift_stops
from assistance.payments.states import AwardState
from assistance.policies.operations import release_templates
from assistance.policies.queries import book_of
from assistance.settlements.models import LaterPayment, PayerDoubt, PayerFile, Settlement
from assistance.settlements.operations import payers
from assistance.settlements.operations.deliveries.again import figure_again
from assistance.settlements.operations.payers import doubts as waiting
from assistance.settlements.queries.payers import later_aid_of_year, paid_since
from assistance.settlements.recount import account_differences
from assistance.settlements.tasks import do_payer_jobs
from assistance.shared.errors import NotAllowed
from tests.factories.cases import Desk
from tests.factories.deliveries import bill_row, deliver, make_source, refund_of
from tests.factories.identity import merge
from tests.factories.payers import make_payer, paid_row, received, upload
from tests.factories.registry import make_person

pytestmark = pytest.mark.django_db
Reason = PayerDoubt.Reason


@pytest.fixture
def person(cast):
    return make_person("林秋禾")


@pytest.fixture
def payer(cast):
    return make_payer()


def doubts() -> list[tuple[str, int | None]]:
    rows = PayerDoubt.objects.filter(settled_at__isnull=True).order_by("id")
    return list(rows.values_list("reason", "person"))


def test_a_file_of_the_city_books_only_people_of_its_agency(person, payer, cast):
    deliver(make_source(), bill_row(person))
    row, misspelt = paid_row(person), paid_row(person, 姓名="林秋何")
    received(payer, row)
    there = make_payer(actor=cast.outside_reviewer)
    received(there, row, misspelt, actor=cast.outside_reviewer)
    # Not even that somebody of the number is registered elsewhere.
    assert doubts() == [(Reason.UNKNOWN_PERSON, None)] * 2
    assert payers.book_waiting_payments(at=timezone.now()) == 0
    assert LaterPayment.objects.get().payer_source == payer


def test_a_second_booking_of_a_file_stops_the_award_again(cast):
    desk = Desk()
    case = desk.approved()
    bill = Settlement.objects.get(person=case.person)
    stay = {"医院名称": bill.institution, "入院日期": bill.settled_on.isoformat()}
    late = {"结算ID": "not here", "费用年度": str(desk.year)}
    received(
        make_payer("supplementary"),
        paid_row(case.person, **stay),
        paid_row(case.person, **late),
    )
    now = timezone.now()
    lift_stops(case.award, reason="已核对，金额不变", actor=cast.reviewer, at=now)
    doubt = PayerDoubt.objects.get()
    payers.keep_at_year(doubt, actor=cast.reviewer, at=now)
    case.award.refresh_from_db()
    assert case.award.state == AwardState.HELD
    assert case.award.stops.filter(lifted_at__isnull=True).count() == 1


def test_what_is_kept_at_the_year_lowers_what_a_bill_can_still_take(person, payer):
    deliver(make_source(), bill_row(person, setl_id="S1"))
    received(
        payer,
        paid_row(person, "3500.00", 费用年度="2025"),
        paid_row(person, "3500.00", 结算ID="S1"),
        paid_row(person, "500.00", 结算ID="S1"),
    )
    assert doubts() == [(Reason.OVER, person.pk)]
    account = PersonYear.objects.get(person=person, year=2025)
    assert (account.own_total[11], account.own_in_scope[11]) == (0, 0)


def test_a_payment_outlives_the_refund_of_its_bill(person, payer):
    source, row = make_source(), bill_row(person, setl_id="S1", mdtrt_id="V1")
    deliver(source, row)
    paid = paid_row(person, "1500.00", 赔案号="K1", 结算ID="S1")
    received(payer, paid)
    assert later_aid_of_year(person, 2025) == 0
    deliver(source, refund_of(row))
    deliver(source, row | {"setl_id": "S2"})
    assert later_aid_of_year(person, 2025) == Decimal("1500.00")
    received(payer, paid, paid_row(person, "2500.01", 结算ID="S2"))
    assert doubts() == [(Reason.OVER, person.pk)]
    received(payer, paid_row(person, "-1500.00", 原赔案号="K1"))
    assert later_aid_of_year(person, 2025) == 0
    assert list(account_differences()) == []


def test_assistance_that_came_before_its_visit_is_deducted(person):
    source = make_source()
    deliver(source, bill_row(person, mdtrt_id="V7", setl_type="3", maf_pay="800.00"))
    deliver(source, bill_row(person, mdtrt_id="V7"))
    assert later_aid_of_year(person, 2025) == Decimal("800.00")


def test_a_claim_number_for_two_bills_hides_neither(person, payer, cast):
    deliver(make_source(), *(bill_row(person, setl_id=f"S{n}") for n in (1, 2)))
    rows = [paid_row(person, 赔案号="K1", 结算ID=bill) for bill in ("S1", "S2")]
    received(payer, *rows)
    assert doubts() == [(Reason.TWICE, person.pk)]
    again = received(payer, *rows)
    assert (again.counts["known"], again.counts["in_doubt"]) == (2, 0)
    doubt, now = PayerDoubt.objects.get(), timezone.now()
    payers.mend_payment(doubt, values={"number": "K1-2"}, actor=cast.reviewer, at=now)
    assert LaterPayment.objects.values("settlement").distinct().count() == 2
    back = [paid_row(person, "-1000.00", 赔案号="K1", 结算ID=bill) for bill in ("S2", "S1")]
    assert received(payer, *back).counts["taken_back"] == 1
    doubt = PayerDoubt.objects.get(reason=Reason.NO_ORIGINAL)
    named = {"number": "K1-3", "takes_back": "K1-2"}
    payers.mend_payment(doubt, values=named, actor=cast.reviewer, at=now)
    assert not LaterPayment.objects.filter(amount__gt=0, taken_back_by__isnull=True).exists()


def test_what_takes_back_may_have_the_number_of_another_payment(person, payer):
    deliver(make_source(), bill_row(person))
    received(
        payer,
        paid_row(person, "10.00", 赔案号="K1"),
        paid_row(person, "20.00", 赔案号="K2"),
        paid_row(person, "-20.00", 赔案号="K1", 原赔案号="K2"),
    )
    assert LaterPayment.objects.get(takes_back__isnull=False).takes_back.source_id == "K2"


def test_a_row_booked_late_is_new_since_the_decision(person, payer, cast):
    deliver(make_source(), bill_row(person))
    received(payer, paid_row(person, 结算ID="not here"))
    decided = timezone.now()
    assert not paid_since(person, 2025, decided)
    doubt = PayerDoubt.objects.get()
    payers.keep_at_year(doubt, actor=cast.reviewer, at=timezone.now())
    assert paid_since(person, 2025, decided)
    assert not paid_since(person, 2025, timezone.now())


def test_a_payment_is_booked_under_the_lock_of_the_record_that_answers(person, cast):
    other = make_person("林秋禾")
    deliver(make_source(), bill_row(other, setl_id="S1"))
    merge(other, person, at=timezone.now())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        received(make_payer("union"), paid_row(other, "100.00", 结算ID="S1"))
    account = PersonYear.objects.get(person=person, year=2025)
    asked = [query["sql"] for query in queries.captured_queries]
    locks = [n for n, sql in enumerate(asked) if "personyear" in sql and "FOR UPDATE" in sql]
    written = [n for n, sql in enumerate(asked) if 'INTO "settlements_laterpayment"' in sql]
    assert locks[0] < written[0]
    assert f"({account.person_id})" in asked[locks[0]]


def test_a_file_whose_work_was_stopped_blocks_nobody(payer, cast):
    file = upload(payer, paid_row(None))
    job = BackgroundJob.objects.get(target=file.pk)
    cancel_job(job, actor=cast.reviewer, at=timezone.now())
    do_payer_jobs()
    file.refresh_from_db()
    assert (file.stage, bool(file.message)) == (PayerFile.Stage.FAILED, True)
    upload(payer, paid_row(None))


def test_rows_that_wait_in_vain_hold_up_no_other(person, payer, monkeypatch):
    monkeypatch.setattr(waiting, "AT_ONCE", 2)
    source = make_source()
    received(
        payer,
        paid_row(None),
        paid_row(person, 结算ID="S8"),
        paid_row(person, 结算ID="S7"),
        paid_row(person, 结算ID="S9"),
    )
    deliver(source, bill_row(person, setl_id="S9"))
    assert payers.book_waiting_payments(at=timezone.now()) == 1
    assert [reason for reason, _person in doubts()] == [
        Reason.UNKNOWN_PERSON,
        Reason.NO_BILL,
        Reason.NO_BILL,
    ]


def test_a_number_has_room_for_being_taken_back_under_it(person, payer):
    deliver(make_source(), bill_row(person))
    for number in ("9" * 55, "9" * 56):
        rows = [paid_row(person, amount, 赔案号=number) for amount in ("10.00", "-10.00")]
        received(payer, *rows)
    assert LaterPayment.objects.count() == 2
    assert doubts() == [(Reason.BAD_ROW, None)] * 2


def test_a_payer_of_another_agency_cannot_be_changed(payer, cast):
    with pytest.raises(NotAllowed):
        payers.save_payer(
            payer,
            agency=cast.outside_reviewer.agency,
            name="改名",
            payer="huimin",
            actor=cast.outside_reviewer,
            at=timezone.now(),
        )


@pytest.mark.parametrize(("city", "deducted"), [("zhoushan", True), ("lanxi", False)])
def test_the_rare_disease_fund_is_deducted_where_the_document_gives_it_a_place(
    cast, city, deducted
):
    """ZS22-2.4.1: what the fund leaves is assisted; Lanxi's document of 2020 does not know it."""
    release_templates(at=timezone.now())
    pack = Book(book_of(city)).in_force("assist", date(2025, 5, 20))
    assert pack is not None
    order = pack.find("payers.order", on=date(2025, 5, 20)).names
    assert ("rare_fund" in order) == deducted
    assert not deducted or order.index("rare_fund") < order.index("assistance")
    person = make_person(category="TEKUN")
    source, payer = make_source(city=city), make_payer("rare_fund", name="罕见病用药保障基金")
    row = paid_row(person, "1000.00", 赔付日期="2026-02-10", 结算ID="S-RARE")
    waiting = received(payer, row)
    assert waiting.counts["no_bill"] == 1
    deliver(source, bill_row(person, setl_id="S-RARE", maf_pay="500.00"))
    bill = Settlement.objects.get()
    # Late: its bill came after it, and the sweep books it on the bill, in the month of the bill.
    assert payers.book_waiting_payments(at=timezone.now()) == 1
    payment = LaterPayment.objects.get()
    assert (payment.settlement, payment.in_scope_part) == (bill, Decimal(1000))
    received(payer, paid_row(person, "200.00", 赔付日期="2026-03-01", 费用年度="2025"))
    account = PersonYear.objects.get(person=person)
    # 10,000 less 6,000 insured, 500 granted and 1,000 of the fund; the last 200 at person and year, in December.
    assert (account.own_total[4], account.own_total[11]) == (250_000, 230_000)
    found = figure_again(bill, source)
    assert found is not None
    # A person in extreme hardship gets all that is left in scope: 9,000 - 6,000, less the fund.
    assert found.granted == (200_000 if deducted else 300_000)
    assert list(account_differences()) == []
