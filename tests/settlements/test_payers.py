from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.cases.operations.closing import second_look
from assistance.cases.queries import estimate
from assistance.entitlements.models import PersonYear
from assistance.payments.states import AwardState
from assistance.settlements.models import LaterPayment, PayerDoubt, PayerFile, Settlement
from assistance.settlements.operations import payers
from assistance.settlements.payers import read_payer_definition, standard_text
from assistance.settlements.queries import deductible_aid_of_year
from assistance.settlements.recount import account_differences
from assistance.settlements.sources import BadSource
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.cases import Desk
from tests.factories.deliveries import bill_row, deliver, make_source, refund_of
from tests.factories.payers import (
    HEAD,
    booked,
    make_payer,
    paid_row,
    received,
    upload,
    work,
)
from tests.factories.registry import make_bill, make_person, new_number
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db
Reason = PayerDoubt.Reason


@pytest.fixture
def person(cast):
    return make_person("林秋禾")


@pytest.fixture
def payer(cast):
    return make_payer()


def doubts() -> list[str]:
    open_ones = PayerDoubt.objects.filter(settled_at__isnull=True)
    return list(open_ones.order_by("line").values_list("reason", flat=True))


def totals(person) -> tuple[list[int], list[int]]:
    account = PersonYear.objects.get(person=person, year=2025)
    return account.own_total, account.own_in_scope


@pytest.mark.parametrize(
    "named",
    [
        {"结算ID": "S-77"},
        {"结算ID": "V-77"},
        {"发票号": "a77"},
        {"医院名称": "县人民医院", "入院日期": "2025-05-10", "出院日期": "2025-05-20"},
        {"医院名称": "县人民医院", "入院日期": "2025-05-20"},
    ],
)
def test_a_payment_finds_its_bill_and_lowers_what_is_left_in_its_month(person, payer, named):
    stay = {"begndate": "2025-05-10", "enddate": "2025-05-20"}
    row = bill_row(person, setl_id="S-77", mdtrt_id="V-77", invono="A77", **stay)
    deliver(make_source(), row, bill_row(person, fixmedins_name="市第一医院"))
    file = received(payer, paid_row(person, "3500.00", **named))
    payment = LaterPayment.objects.get()
    assert (payment.settlement.visit_id, payment.amount) == ("V-77", Decimal("3500.00"))
    # 3,000 of the in-scope cost was left, the rest of the payment fell on what is out of scope.
    assert payment.in_scope_part == Decimal("3000.00")
    assert totals(person) == ([0] * 4 + [450_000] * 8, [0] * 4 + [300_000] * 8)
    assert file.counts["booked"] == 1
    assert list(account_differences()) == []


def test_without_a_bill_it_is_kept_at_person_and_year(person, payer):
    deliver(make_source(), bill_row(person))
    received(
        payer,
        paid_row(person, "500.00", 赔付日期="2026-03-01", 费用年度="2025"),
        paid_row(person, "200.00", 赔付日期="2025-08-01"),
    )
    assert set(LaterPayment.objects.values_list("settlement", "benefit_year")) == {(None, 2025)}
    # Late money counts in December, the other in its month.
    assert totals(person)[0] == [0] * 4 + [400_000] * 3 + [380_000] * 4 + [330_000]
    assert deductible_aid_of_year(person, 2025) == Decimal("700.00")
    assert list(account_differences()) == []


def test_unions_and_civil_affairs_are_deducted_as_aid_and_leave_the_burden(person, cast):
    deliver(make_source(), bill_row(person, setl_id="S1"))
    received(make_payer("union"), paid_row(person, "500.00", 结算ID="S1"))
    assert totals(person)[0][11] == 400_000
    assert deductible_aid_of_year(person, 2025) == Decimal("500.00")


def test_the_same_file_again_changes_nothing(person, payer):
    deliver(make_source(), bill_row(person, setl_id="S1"))
    rows = [
        paid_row(person, 赔案号="K1", 结算ID="S1"),
        paid_row(person, "-1000.00", 赔案号="K1", 结算ID="S1"),
        paid_row(person, 结算ID="not here"),
        paid_row(None),
        paid_row(person, "x"),
    ]
    first = received(payer, *rows)
    before = list(LaterPayment.objects.values()), doubts(), totals(person)
    again = received(payer, *rows)
    assert (first.counts["booked"], first.counts["taken_back"], first.counts["in_doubt"]) == (
        1,
        1,
        3,
    )
    counts = ("booked", "taken_back", "known", "in_doubt")
    assert [again.counts[count] for count in counts] == [0, 0, 5, 0]
    assert (list(LaterPayment.objects.values()), doubts(), totals(person)) == before


def test_what_cannot_be_booked_waits_with_its_reason(person, payer):
    deliver(make_source(), bill_row(person, setl_id="S1"), bill_row(person, fixmedins_name="甲"))
    received(payer, paid_row(person, 赔案号="K1", 结算ID="S1"))
    file = received(
        payer,
        paid_row(None),
        paid_row(person, 结算ID="S9"),
        paid_row(person, "3000.01", 结算ID="S1"),
        paid_row(person, "7000.01"),
        paid_row(person, "999.00", 赔案号="K1", 结算ID="S1"),
        paid_row(person, "-5.00"),
        paid_row(person, 姓名="林秋何"),
        paid_row(person, 赔付日期="2025-02-30"),
        paid_row(person, 赔付日期="2099-01-01"),
        paid_row(person, 身份证号="3.30902E+17"),
    )
    assert doubts() == [
        Reason.UNKNOWN_PERSON,
        Reason.NO_BILL,
        Reason.OVER,
        Reason.OVER,
        Reason.DIFFERS,
        Reason.NO_ORIGINAL,
        Reason.NAME,
        *[Reason.BAD_ROW] * 3,
    ]
    assert (file.counts["booked"], file.counts["in_doubt"]) == (0, 10)
    assert LaterPayment.objects.count() == 1


def test_several_bills_fit_until_a_person_says_which(person, payer, cast):
    deliver(make_source(), *(bill_row(person, setl_id=f"S{n}") for n in (1, 2)))
    received(payer, paid_row(person, 医院名称="县人民医院", 入院日期="2025-05-20"))
    doubt = PayerDoubt.objects.get()
    assert doubt.reason == Reason.SEVERAL
    now = timezone.now()
    with pytest.raises(Refused):
        payers.mend_payment(doubt, values={"name": "别人"}, actor=cast.reviewer, at=now)
    with pytest.raises(NotAllowed):
        payers.mend_payment(doubt, values={"bill": "S2"}, actor=cast.clerk, at=now)
    assert LaterPayment.objects.count() == 0
    done = payers.mend_payment(doubt, values={"bill": "S2"}, actor=cast.reviewer, at=now)
    assert LaterPayment.objects.get().settlement.source_id.endswith(":S2")
    assert (done.settled_by, bool(done.outcome)) == (cast.reviewer, True)
    with pytest.raises(Refused):
        payers.keep_at_year(doubt, actor=cast.reviewer, at=now)


def test_what_waited_is_booked_when_person_and_bill_have_come(payer, cast):
    number = new_number()
    somebody = make_person("钟有田")
    received(
        payer,
        paid_row(None, 姓名="雷月桂", 身份证号=number, 结算ID="S8"),
        paid_row(somebody, 结算ID="S9"),
        paid_row(somebody, 结算ID="S10"),
    )
    assert payers.book_waiting_payments(at=timezone.now()) == 0
    person = make_person("雷月桂", id_number=number)
    deliver(make_source(), bill_row(person, setl_id="S8"), bill_row(somebody, setl_id="S9"))
    assert payers.book_waiting_payments(at=timezone.now()) == 2
    assert set(LaterPayment.objects.values_list("person", flat=True)) == {person.pk, somebody.pk}
    assert doubts() == [Reason.NO_BILL]
    doubt = PayerDoubt.objects.get(settled_at__isnull=True)
    payers.keep_at_year(doubt, actor=cast.reviewer, at=timezone.now())
    assert LaterPayment.objects.filter(settlement__isnull=True).count() == 1
    assert list(account_differences()) == []


def test_taking_back_restores_what_was_left(person, payer):
    row = bill_row(person, setl_id="S1")
    deliver(make_source(), row)
    before = totals(person)
    received(
        payer,
        paid_row(person, "4000.00", 赔案号="K1", 结算ID="S1"),
        paid_row(person, "-4000.00", 原赔案号="K1"),
        paid_row(person, "4000.00", 结算ID="S1"),
        paid_row(person, "-4000.00"),
        paid_row(person, "-4000.00", 原赔案号="K1"),
    )
    assert totals(person) == before
    assert doubts() == [Reason.NO_ORIGINAL]
    assert LaterPayment.objects.filter(takes_back__isnull=False).count() == 2


def test_a_payment_of_a_refunded_bill_can_still_be_taken_back(person, payer):
    source, row = make_source(), bill_row(person, setl_id="S1")
    deliver(source, row)
    received(payer, paid_row(person, "100.00", 赔案号="K1", 结算ID="S1"))
    deliver(source, refund_of(row))
    assert totals(person)[0][11] == -10_000
    received(payer, paid_row(person, "-100.00", 原赔案号="K1"))
    assert totals(person)[0] == [0] * 12


def test_the_estimate_deducts_it_from_its_bill_and_the_award_is_stopped(cast):
    desk = Desk()
    case = desk.approved()
    sheet = case.fact_sheets.get(kind="accepted")
    before = estimate(case, sheet, without=case.award.source)
    bill = Settlement.objects.get(person=case.person)
    file = received(
        make_payer("supplementary"),
        paid_row(
            case.person, "5000.00", 医院名称=bill.institution, 入院日期=bill.settled_on.isoformat()
        ),
    )
    assert file.counts["booked"] == 1
    after = estimate(case, sheet, without=case.award.source)
    assert before.own_cost - after.own_cost == Decimal("5000.00")
    assert after.amount < before.amount
    case.award.refresh_from_db()
    assert case.award.state == AwardState.HELD
    assert case.award.stops.get().source.startswith(f"payer:{file.pk}:")


def test_under_notice_the_second_look_finds_it(cast):
    desk = Desk()
    case = desk.agreed()
    assert second_look(case, on=desk.now.date()) == []
    received(make_payer("civil"), paid_row(case.person, "5000.00", 费用年度=str(desk.year)))
    assert second_look(case, on=desk.now.date())


def test_a_file_that_cannot_be_read_closes_with_the_reason(payer):
    file = upload(payer, content="序号,备注\n1,x\n".encode())
    with pytest.raises(Refused):
        work(file)
    file.refresh_from_db()
    assert file.stage == PayerFile.Stage.FAILED
    assert file.message
    upload(payer, paid_row(None))
    with pytest.raises(Refused):
        upload(payer, paid_row(None))


def test_only_reviewers_of_the_agency_take_files_in(payer, cast):
    for user in (cast.clerk, cast.approver, cast.outside_reviewer):
        with pytest.raises(NotAllowed):
            payers.upload_payer_file(
                payer, content=b"x", filename="x.csv", actor=user, at=timezone.now()
            )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[rules]]\nfirst_day = 1",
        standard_text().replace('"huimin"', '"basic"'),
        standard_text().replace("number =", "nummer ="),
        standard_text() * 2,
        "rules = [1, 2]",
        standard_text().replace("[rules.payers]", "[rules.codes]"),
        standard_text()[: standard_text().index("[rules.payers]")].replace(
            "[rules.columns]", 'payers = "x"\n[rules.columns]'
        ),
        standard_text().replace('["原赔案号", "冲销原编号", "原流水号", "原编号"]', "5"),
        standard_text().replace('["原赔案号", "冲销原编号", "原流水号", "原编号"]', '"原编号"'),
    ],
)
def test_a_definition_that_is_not_understood_is_refused(text, payer, cast):
    with pytest.raises(BadSource):
        payers.release_payer(payer, text=text, actor=cast.reviewer, at=timezone.now())
    assert payer.versions.count() == 1


def test_the_rules_of_the_day_of_payment_count(payer, person, cast):
    later = standard_text().replace("2019-01-01", "2025-01-01").replace('"惠民保"', '"新险"')
    text = standard_text() + later[later.index("[[rules]]") :]
    payers.release_payer(payer, text=text, actor=cast.reviewer, at=timezone.now())
    assert len(read_payer_definition(text).rules) == 2
    deliver(make_source(), bill_row(person))
    head = (*HEAD, "险种")
    rows = [(*paid_row(person, 赔付日期=day), "新险") for day in ("2025-08-01", "2024-08-01")]
    content = "\n".join(",".join(row) for row in (head, *rows)) + "\n"
    booked(upload(payer, content=content.encode()))
    assert LaterPayment.objects.get().payer == "huimin"
    assert doubts() == [Reason.BAD_ROW]


AMOUNTS = st.integers(1, 5_000_00)


@settings(
    max_examples=examples(5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    files=st.lists(
        st.lists(
            st.tuples(st.integers(0, 1), st.sampled_from(["1", "2", ""]), AMOUNTS, st.booleans()),
            max_size=5,
        ),
        max_size=3,
    )
)
def test_accounts_are_what_bills_and_payments_say(cast, files):
    people = [make_person("林秋禾"), make_person("林秋禾")]
    source = make_source()
    for n, person in enumerate(people):
        deliver(source, *(bill_row(person, setl_id=f"{n}-{bill}") for bill in "12"))
    payer = make_payer()
    for file in files:
        rows = []
        for who, bill, fen, back in file:
            amount = f"{fen // 100}.{fen % 100:02d}"
            named = {"结算ID": f"{who}-{bill}"} if bill else {}
            rows.append(paid_row(people[who], amount, **named))
            if back:
                rows.append(paid_row(people[who], f"-{amount}", 原赔案号=rows[-1][0]))
        if rows:
            received(payer, *rows)
    assert list(account_differences()) == []
    for account in PersonYear.objects.filter(person__in=people):
        assert min(account.own_total) >= 0
        assert min(account.own_in_scope) >= 0


def test_a_typed_bill_takes_a_payment_too(person, payer):
    make_bill(person, "800.00", invoice_number="77")
    received(payer, paid_row(person, "300.00", 发票号="77"))
    assert totals(person)[0][11] == 50_000
