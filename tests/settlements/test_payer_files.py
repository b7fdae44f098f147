"""A payer's file is looked at before it is booked, and taken back while nothing is built on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.entitlements.models import PersonYear
from assistance.payments.states import AwardState
from assistance.settlements.models import LaterPayment, PayerDoubt, PayerFile, PayerLine
from assistance.settlements.operations import payers
from assistance.settlements.payers import standard_text
from assistance.settlements.recount import account_differences
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.cases import Desk
from tests.factories.deliveries import bill_row, deliver, make_source
from tests.factories.payers import HEAD, booked, make_payer, paid_row, received, upload, work
from tests.factories.registry import make_person, new_number
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db
Reason, Fate = PayerDoubt.Reason, PayerLine.Fate


@pytest.fixture
def person(cast):
    return make_person("林秋禾")


def undo(file: PayerFile, actor) -> PayerFile:
    return payers.undo_payer_file(file, reason="报错文件", actor=actor, at=timezone.now())


def everything() -> tuple[list[Any], ...]:
    """What a file may change, apart from itself."""
    years = PersonYear.objects.order_by("person", "year")
    paid = LaterPayment.objects.values("person", "settlement", "benefit_year", "payer")
    sums = paid.annotate(sum=Sum("amount"), in_scope=Sum("in_scope_part")).order_by("settlement")
    return (
        list(sums.exclude(sum=0)),
        list(years.values("person", "year", "own_total", "own_in_scope")),
        list(PayerDoubt.objects.filter(settled_at__isnull=True).order_by("id").values("id")),
    )


def test_the_preview_says_of_every_row_what_booking_it_then_does(person, cast):
    deliver(make_source(), bill_row(person, setl_id="S1"))
    payer = make_payer()
    twice = paid_row(person, "10.00", 赔案号="K1", 结算ID="S1")
    rows = [
        twice,
        twice,
        paid_row(person, "11.00", 赔案号="K1", 结算ID="S1"),
        paid_row(person, "-10.00", 原赔案号="K1"),
        paid_row(None),
        paid_row(person, "x"),
        paid_row(person, "x", 赔案号="K9"),
        paid_row(person, "x", 赔案号="K9"),
    ]
    before = everything()
    file = work(upload(payer, *rows))
    assert (file.stage, everything()) == (PayerFile.Stage.PREVIEWED, before)
    fates = list(file.lines.order_by("line").values_list("fate", "reason"))
    assert fates == [
        (Fate.BOOK, ""),
        (Fate.REPEATED, ""),
        (Fate.DOUBT, Reason.TWICE),
        (Fate.TAKE_BACK, ""),
        (Fate.DOUBT, Reason.UNKNOWN_PERSON),
        (Fate.DOUBT, Reason.BAD_ROW),
        (Fate.DOUBT, Reason.BAD_ROW),
        (Fate.REPEATED, ""),
    ]
    counts = file.counts
    now = timezone.now()
    file = work(payers.book_payer_file(file, actor=cast.reviewer, at=now))
    assert (file.stage, file.counts) == (PayerFile.Stage.APPLIED, counts)
    assert list(file.lines.order_by("line").values_list("fate", "reason")) == fates
    assert LaterPayment.objects.count() == counts["booked"] + counts["taken_back"] == 2
    with pytest.raises(Refused):
        payers.book_payer_file(file, actor=cast.reviewer, at=now)


def test_a_discarded_file_leaves_the_way_free_for_the_next(person, cast):
    payer, now = make_payer(), timezone.now()
    file = work(upload(payer, paid_row(person)))
    with pytest.raises(Refused):
        upload(payer, paid_row(person))
    payers.discard_payer_file(file, reason="报错文件", actor=cast.reviewer, at=now)
    assert not file.lines.exists()
    received(payer, paid_row(person))


@settings(
    max_examples=examples(4),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["S1", "S2", "S9", ""]), st.integers(1, 900), st.booleans()),
        min_size=1,
        max_size=5,
    )
)
def test_booked_then_undone_is_as_before_and_can_be_booked_again(cast, rows):
    person = make_person("林秋禾")
    deliver(make_source(), *(bill_row(person, setl_id=bill) for bill in ("S1", "S2")))
    payer, table = make_payer(), []
    received(payer, paid_row(person, "77.00", 结算ID="S1"))
    for bill, yuan, back in rows:
        table.append(paid_row(person, f"{yuan}.00", 结算ID=bill))
        if back:
            table.append(paid_row(person, f"-{yuan}.00", 原赔案号=table[-1][0]))
    before = everything()
    file = received(payer, *table)
    assert undo(file, cast.reviewer).stage == PayerFile.Stage.UNDONE
    assert everything() == before
    assert list(account_differences()) == []
    again = received(payer, *table)
    assert again.counts == file.counts
    assert list(account_differences()) == []


def test_what_is_built_on_keeps_a_file_from_being_undone(cast, person):
    deliver(make_source(), bill_row(person, setl_id="S1"))
    payer = make_payer()
    first = received(payer, paid_row(person, 赔案号="K1"))
    second = received(payer, paid_row(person, 赔案号="K2"))
    with pytest.raises(Refused):
        undo(first, cast.reviewer)
    undo(second, cast.reviewer)
    undo(first, cast.reviewer)
    received(payer, paid_row(person, 赔案号="K1"))
    back = received(payer, paid_row(person, "-1000.00", 原赔案号="K1"))
    with pytest.raises(Refused):
        undo(back, cast.reviewer)
    assert list(LaterPayment.objects.filter(source_id="K1").values_list("attempt", flat=True)) == [
        1,
        2,
    ]

    today = timezone.localdate()
    desk = Desk(start=today, year=today.year - 1 if today.month <= 6 else today.year)
    patient = desk.person()
    given = {"费用年度": str(desk.year), "赔付日期": today.isoformat()}
    file = received(make_payer("union"), paid_row(patient, "10.00", **given))
    desk.now = timezone.localtime()
    desk.agreed(patient)
    with pytest.raises(Refused):
        undo(file, cast.reviewer)
    assert LaterPayment.objects.filter(file=file).exists()


def test_undoing_lets_the_award_go_that_the_file_stopped(cast):
    desk = Desk()
    case = desk.approved()
    file = received(make_payer("union"), paid_row(case.person, "10.00", 费用年度=str(desk.year)))
    case.award.refresh_from_db()
    assert case.award.state == AwardState.HELD
    undo(file, cast.reviewer)
    case.award.refresh_from_db()
    assert case.award.state == AwardState.DUE


def test_the_rows_of_other_counties_are_set_aside_at_once_and_wait_no_more(cast, person):
    number, payer = new_number(), make_payer()
    rows = [paid_row(None, 姓名="雷月桂", 身份证号=number), paid_row(None), paid_row(person, "x")]
    file = received(payer, *rows)
    at = timezone.now()
    assert payers.set_strangers_aside(file, reason="外县人员", actor=cast.reviewer, at=at) == 2
    with pytest.raises(Refused):
        payers.set_strangers_aside(file, reason="外县人员", actor=cast.reviewer, at=at)
    registered = make_person("雷月桂", id_number=number)
    deliver(make_source(), bill_row(registered))
    assert payers.book_waiting_payments(at=at) == 0
    assert PayerDoubt.objects.get(settled_at__isnull=True).reason == Reason.BAD_ROW


def test_a_newer_definition_reads_what_could_not_be_read(cast, person):
    """One heading and one code that the first version does not know; the third row stays unreadable."""
    deliver(make_source(), bill_row(person, setl_id="S1"))
    payer = make_payer()
    head = [*HEAD, "险种"]
    head[HEAD.index("结算ID")] = "结算流水"
    rows = [(*paid_row(person, 结算ID="S1"), "新险"), (*paid_row(person, "x"), "新险")]
    content = "\n".join(",".join(row) for row in (head, *rows)) + "\n"
    file = booked(upload(payer, content=content.encode()))
    assert file.counts["bad_row"] == 2
    text = standard_text().replace('"惠民保"', '"新险"', 1).replace('"结算ID"', '"结算流水"', 1)
    payers.release_payer(payer, text=text, actor=cast.reviewer, at=timezone.now())
    assert payers.reread_bad_rows(at=timezone.now()) == 1
    assert payers.reread_bad_rows(at=timezone.now()) == 0
    assert LaterPayment.objects.get().settlement.source_id.endswith(":S1")
    doubt = PayerDoubt.objects.get(settled_at__isnull=True)
    assert doubt.problems[0][0] == "amount"
    assert doubt.version == payer.versions.get(number=2)


@pytest.mark.django_db(transaction=True)
def test_of_two_uploads_and_two_bookings_at_once_one_goes_through(transactional_db):
    person, reviewer = make_person(), Cast().reviewer
    payer = make_payer(actor=reviewer)
    deliver(make_source(), bill_row(person, setl_id="S1"))
    rows = [paid_row(person, 结算ID="S1")]

    def take_in() -> PayerFile:
        return upload(payer, *rows, actor=reviewer)

    files = at_once(take_in, take_in)
    assert sorted(isinstance(file, Refused) for file in files) == [False, True]
    file = work(PayerFile.objects.get())

    def book() -> PayerFile:
        return payers.book_payer_file(file, actor=reviewer, at=timezone.now())

    assert sorted(isinstance(found, Refused) for found in at_once(book, book)) == [False, True]
    work(file)
    assert LaterPayment.objects.count() == 1
