"""The review of a bottom-line list: both figures, aid that is not counted twice, the seal."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from assistance.entitlements.models import Bucket
from assistance.entitlements.operations import grant, lock_year
from assistance.payments.models import Programme
from assistance.registry.operations import end_recognition, recognise, record_death
from assistance.screening.models import BottomLineCase
from assistance.screening.operations import bottom_line, case_work
from assistance.screening.queries.bottom_line import aid_items, resolved_rate
from assistance.screening.states import BottomLineState, Finding, RunKind
from assistance.settlements.models import LaterPayment, OtherAid, Settlement
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.bottom_line import (
    AT,
    QUARTER_END,
    City,
    case_of,
    fresh,
    make_listed,
    make_review,
    make_run,
    make_sealed,
)
from tests.factories.files import upload
from tests.factories.payers import make_payer, paid_row, received
from tests.factories.registry import make_aid, make_bill, make_category

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent.parent / "golden" / "zs22.jsonl"


@pytest.fixture
def city() -> City:
    city = City()
    assert city.city_supervisor.agency == city.agency.parent
    assert city.approver != city.reviewer
    return city


def figures(case: BottomLineCase) -> tuple[str, str, str]:
    return case.finding, str(case.burden - case.not_reasonable), str(case.proposed)


def test_review_finds_what_the_rule_says_of_every_person_of_the_list(city):
    above = make_listed(city, "65000.00")
    at_limit = make_listed(city, "50000.00")
    helped = make_listed(city, "52000.00")
    make_aid(helped, "2000.01", giver=OtherAid.Giver.CHARITY, at=AT)
    reviewed = make_review(city, above, at_limit, helped)
    found = {case.person: figures(case) for case in reviewed.cases.all()}
    assert found == {
        above: ("bottom_line", "65000.00", "15000.00"),
        at_limit: ("at_limit", "50000.00", "0.00"),
        helped: ("other_aid", "52000.00", "0.00"),
    }
    bottom_line.seal(reviewed, actor=city.approver, at=AT)
    states = {case.person: case.state for case in reviewed.cases.all()}
    assert states == {above: "agenda", at_limit: "off", helped: "off"}
    rate = resolved_rate(fresh(reviewed))
    assert (rate.listed, rate.resolved, rate.indicator.met) == (3, 2, False)


def test_cost_that_is_not_reasonable_lowers_the_burden_and_both_figures_stay(city):
    person = make_listed(city, "65000.00")
    extra = make_bill(person, "8000.00", in_scope="6000.00", settled_on=date(2025, 9, 1), at=AT)
    reviewed = make_review(city, person)
    case = case_of(person)
    marking = {"bill": extra, "reason": "自行点名高值耗材", "at": AT}
    with pytest.raises(Refused):
        case_work.mark_cost(case, amount=Decimal("6000.01"), actor=city.reviewer, **marking)
    with pytest.raises(NotAllowed):
        case_work.mark_cost(case, amount=Decimal("4000.00"), actor=city.approver, **marking)
    case = case_work.mark_cost(case, amount=Decimal("4000.00"), actor=city.reviewer, **marking)
    assert (case.burden, case.not_reasonable, case.proposed) == (
        Decimal("71000.00"),
        Decimal("4000.00"),
        Decimal("17000.00"),
    )
    bottom_line.seal(reviewed, actor=city.approver, at=AT)
    with pytest.raises(Refused):
        case_work.withdraw_mark(case.marks.get(), actor=city.reviewer, at=AT)
    assert fresh(case).sealed_assessment.amount == Decimal("17000.00")


def test_a_mark_sent_twice_marks_once_and_does_not_come_back_after_its_withdrawal(city):
    person = make_listed(city, "65000.00")
    make_review(city, person)
    case, bill = case_of(person), person.settlements.get()
    mark = {"bill": bill, "reason": "自费器械", "token": "form-1", "actor": city.reviewer, "at": AT}
    for _ in range(2):
        case = case_work.mark_cost(case, amount=Decimal("4000.00"), **mark)
    assert (case.marks.count(), case.not_reasonable) == (1, Decimal("4000.00"))
    case = case_work.withdraw_mark(case.marks.get(), actor=city.reviewer, at=AT)
    with translation.override("en"), pytest.raises(Refused, match="already been saved"):
        case_work.mark_cost(case, amount=Decimal("4000.00"), **mark)
    assert fresh(case).not_reasonable == 0


def test_whoever_worked_on_a_list_does_not_seal_it(city):
    person = make_listed(city)
    reviewed = make_review(city, person)
    city.reviewer.groups.set(city.approver.groups.all() | city.reviewer.groups.all())
    both = fresh(city.reviewer)
    with pytest.raises(NotAllowed):
        bottom_line.seal(reviewed, actor=both, at=AT)
    assert bottom_line.seal(reviewed, actor=city.approver, at=AT).state == "sealed"


def test_figures_that_changed_since_are_computed_anew_before_the_seal(city):
    person = make_listed(city, "65000.00")
    reviewed = make_review(city, person)
    make_aid(person, "5000.00", giver=OtherAid.Giver.CHARITY, at=AT)
    with pytest.raises(Refused):
        bottom_line.seal(reviewed, actor=city.approver, at=AT)
    assert bottom_line.refresh(reviewed, actor=city.reviewer, at=AT) == 1
    bottom_line.seal(reviewed, actor=city.approver, at=AT)
    assert case_of(person).proposed == Decimal("10000.00")


def test_help_that_a_payers_file_reports_too_is_left_out_once_a_person_says_so(city):
    person = make_listed(city, "65000.00")
    make_aid(person, "3000.00", giver=OtherAid.Giver.UNION, at=AT)
    source = make_payer(payer="union", name="市总工会")
    received(source, paid_row(person, 赔付金额="3000.00", 赔付日期="2025-09-10"))
    assert LaterPayment.objects.get().payer == "union"
    make_review(city, person)
    case = case_of(person)
    # The union's file does not lower the burden: it is aid of stage 2.
    assert (case.burden, case.other_aid) == (Decimal("65000.00"), Decimal("6000.00"))
    (twin,) = [item for item in aid_items(case) if item.twin]
    case = case_work.leave_out_aid(
        case, aid=twin.aid, reason="与工会报盘同一笔", actor=city.reviewer, at=AT
    )
    assert (case.other_aid, case.proposed) == (Decimal("3000.00"), Decimal("12000.00"))


def test_aid_entered_at_the_case_is_a_row_of_the_person_with_its_paper(city):
    person = make_listed(city, "65000.00")
    make_review(city, person)
    case = case_work.add_aid(
        case_of(person),
        giver="red_cross",
        amount=Decimal("1000.00"),
        given_on=date(2025, 9, 20),
        paper="红会〔2025〕8号",
        scan=upload(),
        actor=city.reviewer,
        at=AT,
    )
    assert case.other_aid == Decimal("1000.00")
    assert OtherAid.objects.get(person=person).paper == "红会〔2025〕8号"
    assert case.aid.get().paper is not None


def test_late_huimin_money_lowers_the_burden_of_the_january_list(city):
    """Paid in January for the cost of last year: it counts in December, before the list is drawn up."""
    later = AT + timedelta(days=95)
    person = make_listed(city, "55000.00", settled_on=date(2025, 11, 20), booked_at=later)
    source = make_payer(payer="huimin", name="惠民保")
    row = {"结算ID": "", "发票号": "", "赔付金额": "6000.00", "赔付日期": "2026-01-05"}
    received(source, paid_row(person, **row, 费用年度="2025"))
    if not LaterPayment.objects.exists():
        pytest.fail("the payment was not booked")
    reviewed = make_review(city, person, last_day=date(2025, 12, 31), at=later)
    case = reviewed.cases.get()
    assert (case.finding, case.burden) == (Finding.EXCLUDED, Decimal("49000.00"))


def test_late_data_come_by_a_supplementary_list_of_the_same_quarter(city):
    first, late = make_listed(city, "65000.00"), make_listed(city, "40000.00")
    sealed = make_sealed(city, first)
    with pytest.raises(Refused):
        bottom_line.open_review(
            make_run(city.agency, first, kind=RunKind.AGAIN), actor=city.reviewer, at=AT
        )
    make_bill(late, "21000.00", settled_on=date(2025, 9, 28), at=AT)
    run = make_run(city.agency, first, late, kind=RunKind.SUPPLEMENT)
    supplement = bottom_line.open_review(run, actor=city.reviewer, at=AT)
    assert supplement == bottom_line.open_review(run, actor=city.reviewer, at=AT)
    assert [case.person for case in supplement.cases.all()] == [late]
    assert supplement.run.period == sealed.run.period
    assert figures(case_of(late)) == ("bottom_line", "61000.00", "11000.00")


def test_cancelled_and_recognised_again_before_the_quarters_end_stays_listed(city):
    person = make_listed(city, "65000.00")
    span = person.recipient_spans.get()
    end_recognition(span, last_day=date(2025, 6, 30), actor=None, at=AT)
    recognise(
        person,
        category=make_category("DIBIAN"),
        recognised_by="县民政局",
        first_day=date(2025, 9, 1),
        actor=None,
        at=AT,
    )
    make_review(city, person)
    assert case_of(person).finding == Finding.BOTTOM_LINE


@pytest.mark.parametrize(
    ("died_on", "finding"),
    [(QUARTER_END, Finding.EXCLUDED), (QUARTER_END + timedelta(days=1), Finding.BOTTOM_LINE)],
)
def test_death_on_the_quarters_last_day_takes_the_person_off_the_list(city, died_on, finding):
    person = make_listed(city, "65000.00")
    record_death(person, died_on=died_on, actor=None, at=AT)
    make_review(city, person)
    case = case_of(person)
    assert case.finding == finding
    if finding == Finding.EXCLUDED:
        assert case.reason == "DIED_BY_QUARTER_END"


def test_earlier_bottom_line_money_is_taken_off_before_the_test(city):
    person = make_listed(city, "65000.00")
    signed = {"source": "earlier", "actor": None, "at": AT}
    account = lock_year(person, 2025)
    grant(account, bucket=Bucket.BOTTOM_LINE, amount=Decimal("15000.00"), **signed)
    make_review(city, person)
    case = case_of(person)
    assert (case.finding, case.paid_before) == (Finding.AT_LIMIT, Decimal("15000.00"))
    assert Programme.BOTTOM_LINE == Bucket.BOTTOM_LINE


def golden():
    for text in GOLDEN.read_text(encoding="utf-8").splitlines():
        case = json.loads(text)
        plain = not set(case["inputs"]) - {"run_date", "persons", "document"}
        if case["kind"] == "bottom_line" and plain and "error" not in case["expected"]:
            yield pytest.param(case, id=case["id"])


@pytest.mark.parametrize("case", list(golden()))
def test_golden_lists_come_out_of_real_rows(city, case):
    run_date = date.fromisoformat(case["inputs"]["run_date"])
    last_day = run_date.replace(day=1) - timedelta(days=1)
    people = {who["id"]: _real(city, who, last_day) for who in case["inputs"]["persons"]}
    run = make_run(city.agency, *people.values(), last_day=last_day)
    reviewed = bottom_line.open_review(run, actor=city.reviewer, at=AT)
    found = {row.person_id: row for row in reviewed.cases.all()}
    listed = [
        name for name, person in people.items() if found[person.pk].finding != Finding.EXCLUDED
    ]
    expected = case["expected"]
    assert listed == expected.get("list_ids", listed)
    for (name, person), row in zip(people.items(), expected.get("rows", []), strict=False):
        got = found[person.pk]
        if "amount" in row:
            assert (name, str(got.proposed)) == (name, row["amount"])
        if "detail" in row:
            assert got.reason == row["detail"]
    assert {row.state for row in found.values()} <= {BottomLineState.REVIEW}


def _real(city: City, who, last_day: date):
    status = who.get("status") or [
        {"from": who["recognised_from"], "to": _day_before(who.get("cancelled_on"))}
    ]
    person = make_listed(
        city,
        who["burden_ytd"],
        category="",
        account=False,
        settled_on=date(last_day.year, 1, 15),
    )
    for span in status:
        made = recognise(
            person,
            category=make_category(span.get("category", who.get("category", "DIBAO"))),
            recognised_by="县民政局",
            first_day=date.fromisoformat(span["from"]),
            actor=None,
            at=AT,
        )
        if span.get("to"):
            end_recognition(made, last_day=date.fromisoformat(span["to"]), actor=None, at=AT)
    for amount in who.get("other_aid_ytd", {}).values():
        if Decimal(amount):
            make_aid(person, amount, benefit_year=last_day.year, at=AT)
    paid = Decimal(who.get("bottom_line_paid_ytd", "0"))
    if paid:
        signed = {"source": f"golden-{person.pk}", "actor": None, "at": AT}
        account = lock_year(person, last_day.year)
        grant(account, bucket=Bucket.BOTTOM_LINE, amount=paid, **signed)
    if who.get("died_on"):
        record_death(person, died_on=date.fromisoformat(who["died_on"]), actor=None, at=AT)
    assert Settlement.objects.filter(person=person).count() <= 1
    return person


def _day_before(day: str | None) -> str | None:
    return day and (date.fromisoformat(day) - timedelta(days=1)).isoformat()
