"""Two people at once, on real connections: the database decides, the later one gets a sentence."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from assistance.registry import operations
from assistance.registry.models import BankAccount, Enrolment, Person, RecipientSpan
from assistance.registry.numbers import id_digest
from assistance.registry.operations import AlreadyRegistered, Place
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.at_once import at_once
from tests.factories.identity import propose, request_name, request_number
from tests.factories.registry import make_account, make_category, make_person, new_number

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("attempt", range(5))
def test_two_clerks_register_one_number(cast, attempt):
    number = new_number()

    def register(actor):
        return lambda: operations.register_person(
            name="张三丰",
            id_number=number,
            since=date(2020, 1, 1),
            hukou=Place(cast.township),
            actor=actor,
            at=AT,
        )

    results = at_once(register(cast.clerk), register(cast.second_clerk), register(cast.window))
    people = [result for result in results if isinstance(result, Person)]
    refusals = [result for result in results if isinstance(result, AlreadyRegistered)]
    assert (len(people), len(refusals)) == (1, 2)
    assert [refusal.person for refusal in refusals] == [people[0], people[0]]
    assert Person.objects.count() == 1
    assert people[0].residences.count() == 1


def test_overlapping_recognitions_entered_at_once(cast):
    person, category = make_person(), make_category("DIBAO")

    def recognise():
        return operations.recognise(
            person,
            category=category,
            recognised_by="民政局",
            first_day=date(2024, 1, 1),
            actor=cast.clerk,
            at=AT,
        )

    results = at_once(recognise, recognise, recognise)
    assert sorted(type(result).__name__ for result in results) == [
        "RecipientSpan",
        "Refused",
        "Refused",
    ]
    assert RecipientSpan.objects.count() == 1


def test_overlapping_insurance_entered_at_once(cast):
    person = make_person(enrolled=False)

    def enrol(first):
        return lambda: operations.enrol(
            person,
            kind=Enrolment.Kind.RESIDENT,
            county=cast.county,
            first_day=first,
            actor=cast.clerk,
            at=AT,
        )

    results = at_once(enrol(date(2024, 1, 1)), enrol(date(2025, 1, 1)))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert person.enrolments.count() == 1


def test_account_checked_by_two_at_once(cast):
    account = make_account(make_person(), entered_by=cast.clerk)
    results = at_once(
        lambda: operations.check_account(account, actor=cast.leader, at=AT),
        lambda: operations.check_account(account, actor=cast.reviewer, at=AT),
    )
    assert sum(isinstance(result, NotAllowed) for result in results) == 1
    assert account.person.changes.filter(kind="account_checked").count() == 1


def test_account_checked_while_it_is_retired(cast):
    account = make_account(make_person(), entered_by=cast.clerk)
    at_once(
        lambda: operations.check_account(account, actor=cast.leader, at=AT),
        lambda: operations.retire_account(account, reason="销户", actor=cast.clerk, at=AT),
    )
    account.refresh_from_db()
    assert account.retired_at is not None


def test_same_account_added_twice_at_once(cast):
    person = make_person()

    def add():
        return operations.add_account(
            person, number="6217990000000000006", bank="农商银行", actor=cast.clerk, at=AT
        )

    results = at_once(add, add)
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert BankAccount.objects.count() == 1


def test_two_people_given_one_number_at_once(cast):
    people, number = [make_person(), make_person()], new_number()
    changes = [request_number(person, number, actor=cast.clerk) for person in people]

    def confirm(change):
        return lambda: operations.confirm_identity(
            change, typed=number, actor=cast.leader, at=timezone.now()
        )

    results = at_once(*(confirm(change) for change in changes))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Person.objects.filter(id_digest=id_digest(number)).count() == 1


def test_one_change_confirmed_by_two_at_once(cast):
    person = make_person("钟小妹")
    change = request_name(person, "钟晓梅", actor=cast.clerk)

    def confirm(actor):
        return lambda: operations.confirm_identity(
            change, typed="钟晓梅", actor=actor, at=timezone.now()
        )

    results = at_once(confirm(cast.leader), confirm(cast.reviewer))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert person.former_names.count() == 1
    assert person.changes.filter(kind="name_changed").count() == 1


def test_records_merged_in_both_directions_at_once_leave_one_that_answers(cast):
    one, other = make_person("柳一"), make_person("柳一")
    there, back = propose(one, other), None
    with pytest.raises(Refused):
        back = propose(other, one)
    assert back is None
    results = at_once(
        lambda: operations.confirm_merge(there, actor=cast.approver, at=timezone.now()),
        lambda: operations.confirm_merge(there, actor=cast.second_approver, at=timezone.now()),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Person.objects.filter(merged_into=other).count() == 1
