"""Cases of somebody registered twice: bills, aid, the annual maximum and applications count together."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core import serializers
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.cases import operations
from assistance.cases.models import Application
from assistance.cases.operations.leaving import Incomplete
from assistance.cases.operations.sheets import countable_bills
from assistance.cases.queries import estimate, passed_caps, under_way
from assistance.cases.states import State
from assistance.entitlements.models import Bucket, PersonYear
from assistance.entitlements.operations import grant, lock_year
from assistance.entitlements.queries import granted
from assistance.payments.operations import (
    Finding,
    confirm_entry,
    record_repayment,
    settle_claims,
)
from assistance.registry.models import Person
from assistance.registry.operations import confirm_merge, record_death
from assistance.settlements.models import Settlement
from assistance.shared.errors import Refused
from tests.factories.at_once import at_once
from tests.factories.cases import Desk, accepted
from tests.factories.identity import merge, propose, split
from tests.factories.paying import pay, step
from tests.factories.registry import make_bill, make_person
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_a_case_counts_the_bills_of_both_records(desk):
    case = desk.reviewed_first()
    other = make_person("柳一", at=desk.now)
    make_bill(other, 20000, settled_on=date(2025, 8, 1), at=desk.now)
    before = estimate(case, accepted(case)).amount
    merge(other, case.person, at=desk.now)
    case = fresh(case)
    added, removed = operations.refresh_items(
        case, "accepted", actor=desk.reviewer, at=desk.now, version=None
    )
    assert (added, removed) == (1, 0)
    assert len(countable_bills(case)) == 2
    assert estimate(fresh(case), accepted(case)).amount == before + 10000


def test_what_was_granted_on_the_other_record_is_deducted(desk):
    paid = desk.approved()
    case = desk.reviewed_first()
    before = estimate(case, accepted(case)).amount
    merge(paid.person, case.person, at=desk.now)
    case = fresh(case)
    assert estimate(case, accepted(case)).amount == max(before - paid.amount, Decimal(0))
    assert granted(case.person, 2025, Bucket.JINGNING) == paid.amount


def test_a_grant_of_before_the_merge_is_still_taken_back_exactly(desk):
    case = desk.agreed()
    other = make_person("柳一", at=desk.now)
    merge(case.person, other, at=desk.now)
    desk.certified()
    make_bill(case.person, 700, settled_on=date(2025, 9, 1), at=desk.now)
    operations.close_due_notices(at=desk.now)
    case = fresh(case)
    assert case.state == State.COUNTY_REVIEW
    assert granted(case.person, 2025, Bucket.JINGNING) == 0


def test_two_applications_under_way_are_told_and_a_third_is_refused(desk):
    one, two = desk.reviewed_first(), desk.reviewed_first()
    third = desk.draft(desk.person())
    merge(one.person, two.person, at=desk.now)
    merge(third.person, two.person, at=desk.now)
    assert list(under_way(fresh(one)).order_by("id")) == [two, third]
    with pytest.raises(Refused) as refusal:
        operations.submit(fresh(third), actor=desk.cast.clerk, at=desk.now, version=None)
    assert not isinstance(refusal.value, Incomplete)
    assert one.number in str(refusal.value) or two.number in str(refusal.value)


def test_an_application_is_registered_on_the_record_that_answers(desk):
    record, into = desk.person(), desk.person()
    merge(record, into, at=desk.now)
    with pytest.raises(Refused):
        desk.draft(fresh(record))
    assert desk.draft(fresh(into)).state == State.DRAFT


def grant_to(person: Person, amount: str, source: str, desk: Desk) -> None:
    grant(
        lock_year(person, 2025),
        bucket=Bucket.JINGNING,
        amount=Decimal(amount),
        source=source,
        actor=None,
        at=desk.now,
    )


def test_a_passed_maximum_is_shown_and_nothing_is_changed(desk):
    record, into = make_person(at=desk.now), make_person(at=desk.now)
    grant_to(record, "60000.00", "one", desk)
    grant_to(into, "40000.00", "two", desk)
    merge(record, into, at=desk.now)
    assert passed_caps(fresh(into)) == []
    other = make_person(at=desk.now)
    grant_to(other, "0.01", "three", desk)
    merged = merge(other, into, at=desk.now)
    (passed,) = passed_caps(fresh(into))
    assert (passed.year, passed.granted, passed.cap) == (2025, Decimal("100000.01"), 100000)
    split(merged)
    assert passed_caps(fresh(into)) == []


def test_the_year_of_a_merged_record_is_that_of_the_other(desk):
    record, into = make_person(at=desk.now), make_person(at=desk.now)
    merge(record, into, at=desk.now)
    # The object in hand may be older than the merge.
    assert lock_year(record, 2025).person_id == into.pk
    assert PersonYear.objects.count() == 1


def everything_of(*people: Person) -> str:
    """Their rows in all tables that say what is, not what happened."""
    rows = [
        *Person.objects.filter(pk__in=[person.pk for person in people]).order_by("pk"),
        *Settlement.objects.order_by("pk"),
        *PersonYear.objects.order_by("pk"),
        *Application.objects.order_by("pk"),
    ]
    return json.dumps(json.loads(serializers.serialize("json", rows)), sort_keys=True)


@settings(
    max_examples=examples(5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    amounts=st.lists(st.integers(1, 9_000_000), min_size=0, max_size=3),
    direction=st.booleans(),
    times=st.integers(1, 3),
)
def test_merge_and_separate_is_as_before(desk, amounts, direction, times):
    people = [make_person(at=desk.now), make_person(at=desk.now)]
    for n, fen in enumerate(amounts):
        make_bill(people[n % 2], Decimal(fen) / 100, settled_on=date(2025, 3, 1 + n), at=desk.now)
        grant_to(people[n % 2], str(Decimal(fen) / 100), f"{people[0].pk}:{n}", desk)

    def answers() -> list[object]:
        return [
            (granted(fresh(p), 2025, Bucket.JINGNING), len(passed_caps(fresh(p)))) for p in people
        ]

    before, told = everything_of(*people), answers()
    for _time in range(times):
        split(merge(*(people if direction else people[::-1])))
    assert (everything_of(*people), answers()) == (before, told)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_merging_waits_for_whoever_books(attempt):
    """Of an agreement and a merge at once either comes first; the maximum is never passed unseen."""
    desk = Desk()
    one, two = desk.proposed(), desk.proposed()
    proposal = propose(one.person, two.person, at=desk.now)

    def agree(case):
        return lambda: operations.agree(
            case, opinion="同意", actor=desk.cast.approver, at=desk.now, version=None
        )

    def join():
        return confirm_merge(proposal, actor=desk.cast.second_approver, at=desk.now)

    results = at_once(agree(one), join, agree(two))
    done = [result for result in results if isinstance(result, Application)]
    connection.close()
    total = granted(Person.objects.get(pk=two.person_id), 2025, Bucket.JINGNING)
    assert total == sum(Application.objects.get(pk=case.pk).amount for case in done)


def test_what_was_granted_and_came_back_while_merged_stays_with_its_record_when_separated(desk):
    case = desk.reviewed_first()
    other = make_person("柳一", at=desk.now)
    merged = merge(case.person, other, at=desk.now)
    cast = desk.cast
    case = step(desk, operations.propose, fresh(case), cast.reviewer, opinion="拟同意")
    step(desk, operations.agree, case, cast.approver, opinion="同意")
    desk.certified()
    operations.close_due_notices(at=desk.now)
    award = pay(desk, fresh(case)).award
    finding = Finding(source="X/1", reason="figures", explanation="重复计入")
    (recovery,) = settle_claims(
        award.person, 2025, programme=award.programme, overpaid=Decimal("400.00"),
        finding=finding, actor=cast.approver, at=desk.now,
    )  # fmt: skip
    entry = record_repayment(
        recovery, amount=Decimal("400.00"), on=desk.now.date(), reference="回单1",
        actor=cast.payer, at=desk.now,
    )  # fmt: skip
    confirm_entry(entry, actor=cast.fund, at=desk.now)
    split(merged)
    assert granted(fresh(case.person), 2025, Bucket.JINGNING) == award.amount - 400
    assert granted(fresh(other), 2025, Bucket.JINGNING) == 0


def test_a_death_known_on_the_other_record_before_the_proposal_does_not_send_the_case_back(desk):
    case = desk.reviewed_first()
    other = make_person("柳一", at=desk.now)
    merge(case.person, other, at=desk.now)
    record_death(fresh(other), died_on=desk.now.date(), actor=None, at=desk.now)
    case = step(desk, operations.propose, fresh(case), desk.cast.reviewer, opinion="拟同意")
    step(desk, operations.agree, case, desk.cast.approver, opinion="同意")
    desk.certified()
    operations.close_due_notices(at=desk.now)
    assert fresh(case).state == State.APPROVED
