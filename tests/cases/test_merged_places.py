"""Every place that asks about one human asks all of his records: one merged pair, place by place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from assistance.cases.models import Application, EvidenceKind
from assistance.cases.queries import insurance_kinds, papers_needed
from assistance.cases.queries.estimates import facts_of
from assistance.payments.models import Recovery
from assistance.payments.operations import Finding, follow_deaths, settle_claims
from assistance.payments.queries import needed, waiting_awards
from assistance.registry.models import Enrolment, Person
from assistance.registry.operations import (
    add_household_member,
    enrol,
    found_household,
    record_death,
    void_enrolment,
)
from assistance.registry.queries import household_of, same_household
from assistance.settlements.models import Settlement
from assistance.web.doubles import doubts_of_person
from assistance.web.paper.case_data import patient
from assistance.web.standing import standing
from tests.factories.cases import YEAR, declared
from tests.factories.deliveries import bill_row, deliver, make_source
from tests.factories.identity import merge
from tests.factories.paying import pay
from tests.factories.payments import make_award, make_claim, make_heir
from tests.factories.registry import make_account, make_person

SINCE = date(2020, 1, 1)


def bare(desk) -> Person:
    """A record that knows nothing besides hukou: everything stands on the other one."""
    return make_person(enrolled=False, at=desk.now)


def join(record: Person, into: Person, desk) -> Person:
    merge(record, into, at=desk.now)
    return Person.objects.get(pk=into.pk)


def insure(person: Person, kind: str, desk, *, county: Any = None, last: date | None = None):
    span = enrol(
        person,
        kind=kind,
        county=county or desk.cast.county,
        first_day=SINCE,
        actor=None,
        at=desk.now,
    )
    if last is not None:
        Enrolment.objects.filter(pk=span.pk).update(last_day=last)
    return span


@pytest.fixture
def case(desk) -> Application:
    """A draft of the bare record; what the register knows is on the one merged into it."""
    record = make_person(category="DIBAO", enrolled=False, at=desk.now)
    insure(record, Enrolment.Kind.EMPLOYEE, desk, last=date(YEAR, 12, 31))
    return desk.draft(join(record, bare(desk), desk))


def test_the_register_proves_what_either_record_proves(desk, case):
    needs = {n.kind: n for n in papers_needed(case, declared(case), on=desk.now.date())}
    assert needs[EvidenceKind.INSURANCE].proof
    assert insurance_kinds(case) == {Enrolment.Kind.EMPLOYEE}


def test_the_estimate_asks_the_insurance_of_both_records(desk, case):
    sheet = declared(case)
    assert sheet.insured_in_county
    assert facts_of(case, sheet, []).insured_in_county_when_received is False


def test_the_form_prints_the_insurance_of_either_record(desk, case):
    Enrolment.objects.update(last_day=None)
    assert "职工" in str(patient(case))


def test_the_grey_zone_shows_where_either_record_was_insured(desk):
    record = make_person(enrolled=False, at=desk.now)
    insure(record, Enrolment.Kind.RESIDENT, desk, county=desk.cast.other_county)
    found = doubts_of_person(desk.cast.clerk, join(record, bare(desk), desk), YEAR)
    assert any("兰溪市" in doubt.sentence for doubt in found)


def test_the_household_of_either_record_is_that_of_both(desk):
    record, head = make_person(at=desk.now), make_person(at=desk.now)
    who = {"actor": desk.cast.clerk, "at": desk.now}
    found_household(head, number="", relation="head", first_day=SINCE, **who)
    add_household_member(head, member=record, relation="child", first_day=SINCE, **who)
    into = join(record, bare(desk), desk)
    assert [row.person for row in household_of(into)] == [head, record]
    assert same_household(head, into)


def test_a_death_holds_the_award_of_either_record(desk):
    record = make_person(at=desk.now)
    award = make_award(desk.cast, desk.fund, person=record, at=desk.now)
    into = join(record, bare(desk), desk)
    record_death(into, died_on=desk.now.date(), actor=desk.cast.clerk, at=desk.now)
    assert follow_deaths(at=desk.now, person=into).held == 1
    account = make_account(into, holder_name="蓝小满", reason="heir", at=desk.now)
    award.refresh_from_db()
    claim = make_claim(
        desk.cast, award, heirs=[make_heir("蓝小满")], number=account.number, at=desk.now
    )
    assert claim.account == account


def test_the_list_of_held_awards_finds_the_account_on_either_record(desk, in_english):
    record = make_person(at=desk.now)
    award = make_award(desk.cast, desk.fund, person=record, without_account=True, at=desk.now)
    into = join(record, bare(desk), desk)
    make_account(into, entered_by=desk.cast.clerk, checked_by=desk.cast.leader, at=desk.now)
    (row,) = waiting_awards(desk.cast.payer)
    assert row == award
    assert needed(row, at=desk.now).startswith("A payment officer points the award")


def test_claims_on_either_record_stand_on_the_case(desk):
    paid = pay(desk, desk.approved())
    case = desk.draft()
    merge(paid.person, case.person, at=desk.now)
    settle_claims(
        case.person, YEAR, programme=case.programme, overpaid=paid.amount,
        finding=Finding(source="X/1", reason="figures", explanation="重复"),
        actor=desk.cast.approver, at=desk.now,
    )  # fmt: skip
    case = Application.objects.get(pk=case.pk)
    assert standing(desk.cast.reviewer, case, ())["recoveries"] == list(Recovery.objects.all())


def test_the_list_of_people_shows_and_finds_the_category_of_either_record(desk, client):
    record = make_person("钟小谷", category="TEKUN", at=desk.now)
    into = join(record, bare(desk), desk)
    client.force_login(desk.cast.clerk)
    page = client.get(reverse("people"), {"category": record.recipient_spans.get().category_id})
    (cells,) = page.context["table"]
    assert cells.row == into
    assert "特困供养人员" in page.text


def test_the_paper_of_an_account_opens_from_the_record_that_answers(desk, client):
    record = make_person(at=desk.now)
    account = make_account(
        record, reason="relative", holder_name="雷月桂", entered_by=desk.cast.clerk, at=desk.now
    )
    into = join(record, bare(desk), desk)
    client.force_login(desk.cast.clerk)
    assert client.get(reverse("account_paper", args=[into.pk, account.pk])).status_code == 200


def test_our_own_figure_counts_category_and_bills_of_both_records(desk):
    record = make_person(category="DIBAO", at=desk.now)
    into = bare(desk)
    both = [bill_row(record), bill_row(into)]
    deliver(make_source(city="zhoushan"), *both, at=desk.now)
    alone = list(Settlement.objects.order_by("id").values_list("own_figure", flat=True))
    assert alone[0] is not None
    assert alone[1] is None
    join(record, into, desk)
    later = desk.now + timedelta(days=1)
    deliver(make_source(city="zhoushan"), bill_row(into), at=later)
    assert Settlement.objects.latest("id").own_figure is not None


def test_a_voided_span_of_either_record_proves_nothing(desk, case):
    for span in Enrolment.objects.filter(person__merged_into=case.person):
        void_enrolment(span, reason="录错", actor=desk.cast.clerk, at=desk.now)
    assert insurance_kinds(case) == set()
