from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from assistance.accounts.roles import Role
from assistance.registry import operations, queries
from assistance.registry.models import AccessLog, Person
from assistance.registry.permissions import may_edit, may_look_up, may_register, may_see
from assistance.settlements.permissions import may_record_aid, may_type_bill
from assistance.settlements.queries import bills_visible_to
from assistance.shared.errors import NotAllowed
from assistance.shared.identity_numbers import InvalidIdNumber, demo_number
from assistance.shared.requests import request_id
from tests.factories.accounts import Cast, user
from tests.factories.registry import make_account, make_bill, make_person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NUMBER = demo_number(born_on=date(1970, 3, 4), sex="2", serial=8)

# What each role may do to a person of: the own township, another of the same agency, elsewhere.
# s: see, e: edit and type bills, a: record other aid; -: nothing.
VISIBILITY = {
    Role.TOWNSHIP_CLERK: ("sea", "-", "-"),
    Role.TOWNSHIP_LEADER: ("s", "-", "-"),
    Role.WINDOW_CLERK: ("sea", "sea", "-"),
    Role.REVIEWER: ("sa", "sa", "-"),
    Role.APPROVER: ("s", "s", "-"),
    Role.PAYMENT_OFFICER: ("s", "s", "-"),
    Role.FUND_SUPERVISOR: ("s", "s", "-"),
    Role.CITY_SUPERVISOR: ("s", "s", "-"),
    Role.PARTNER: ("-", "-", "-"),
    Role.AUDITOR: ("-", "-", "-"),
    Role.ADMINISTRATOR: ("-", "-", "-"),
    Role.SECURITY_OFFICER: ("-", "-", "-"),
}
ENTERING = {Role.TOWNSHIP_CLERK, Role.WINDOW_CLERK}
LOOKING_UP = {*ENTERING, Role.TOWNSHIP_LEADER, Role.REVIEWER}


@pytest.fixture
def people(cast: Cast) -> list[Person]:
    return [
        make_person(township=place)
        for place in (cast.township, cast.other_township, cast.outside_township)
    ]


def test_visibility_table_has_every_role():
    assert set(VISIBILITY) == set(Role)


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_and_edits_whom(cast, people, role):
    actor = cast.of_each_role()[role]
    rights = VISIBILITY[role]
    for person, letters in zip(people, rights, strict=True):
        found = {
            "s": may_see(actor, person),
            "e": may_edit(actor, person),
            "a": may_record_aid(actor, person),
        }
        assert found == {letter: letter in letters for letter in "sea"}
        assert may_type_bill(actor, person) == ("e" in letters)
    seen = {person.pk for person, letters in zip(people, rights, strict=True) if "s" in letters}
    assert {person.pk for person in queries.people_visible_to(actor)} == seen
    for person in people:
        make_bill(person)
    assert {bill.person_id for bill in bills_visible_to(actor)} == seen


@pytest.mark.parametrize("role", list(Role))
def test_who_registers_and_looks_up(cast, role):
    actor = cast.of_each_role()[role]
    assert may_register(actor) == (role in ENTERING)
    assert may_look_up(actor) == (role in LOOKING_UP)


def test_locked_account_has_no_rights(cast, people):
    clerk = user("gone", Role.TOWNSHIP_CLERK, agency=cast.agency, township=cast.township)
    assert may_edit(clerk, people[0])
    clerk.is_active = False
    assert not may_see(clerk, people[0])
    assert not may_edit(clerk, people[0])
    assert list(queries.people_visible_to(clerk)) == []


def test_person_of_the_township_under_another_agency_stays_hidden(cast):
    """普陀山 is run by the city: its cases are none of the district's, though the township is."""
    person = make_person(township=cast.township)
    clerk = user(
        "elsewhere", Role.TOWNSHIP_CLERK, agency=cast.outside_agency, township=cast.township
    )
    assert not may_see(clerk, person)
    assert not may_edit(clerk, person)
    assert list(queries.people_visible_to(clerk)) == []


def test_search_by_name_sound_and_number(cast):
    zhang = make_person(name="张三丰", id_number=NUMBER)
    shan = make_person(name="单三娘")
    make_person(name="张三丰", township=cast.other_township)

    def found(text):
        return list(queries.search_people(cast.clerk, text))

    assert found("三") == [shan, zhang]
    assert found("三丰") == [zhang]
    assert found("zhang") == [zhang]
    assert found("Zhang San Feng") == [zhang]
    assert found("zsf") == [zhang]
    assert found("ssn") == [shan]
    assert found("sanniang") == [shan]
    assert found("an") == []
    assert found(f" {NUMBER.lower()} ") == [zhang]
    assert found(NUMBER[:6] + NUMBER[8:17]) == [zhang]
    assert found(NUMBER[:17]) == []
    assert found("") == [shan, zhang]
    assert found("%") == []
    assert list(queries.search_people(cast.neighbour_clerk, NUMBER)) == []


def test_number_and_name_together_find_a_minimal_card(cast):
    make_person(name="张三丰", id_number=NUMBER, township=cast.outside_township)
    card = operations.find_outside(cast.clerk, number=NUMBER, name=" 张三丰", at=AT)
    assert card is not None
    assert (card.name, card.id_number) == ("张*丰", f"999***********{NUMBER[-4:]}")
    assert (card.township, card.agency) == ("兰江街道", "兰溪市医疗保障局")


def test_wrong_name_and_unknown_number_are_told_apart_by_nobody(cast, django_assert_num_queries):
    person = make_person(name="张三丰", id_number=NUMBER, township=cast.outside_township)
    unknown = demo_number(born_on=date(1971, 1, 1), sex="1", serial=3)
    assert may_look_up(cast.clerk)
    answers = []
    for number, name in ((NUMBER, "张三"), (unknown, "张三丰"), (NUMBER, "张三丰")):
        # The person, the log, and two savepoints set and released: the same for a hit.
        with django_assert_num_queries(6):
            answers.append(operations.find_outside(cast.clerk, number=number, name=name, at=AT))
    assert [answer is None for answer in answers] == [True, True, False]
    logged = AccessLog.objects.order_by("id")
    assert [row.person for row in logged] == [person, None, person]
    subjects = [row.subject for row in logged]
    assert subjects[0] == subjects[1] != subjects[2]


def test_look_up_by_other_roles_and_with_a_broken_number(cast):
    for actor in (cast.approver, cast.payer, cast.auditor, cast.administrator):
        with pytest.raises(NotAllowed):
            operations.find_outside(actor, number=NUMBER, name="张三丰", at=AT)
    with pytest.raises(InvalidIdNumber):
        operations.find_outside(cast.clerk, number=NUMBER[:-1], name="张三丰", at=AT)
    assert AccessLog.objects.count() == 0


def test_access_log_carries_the_request_and_is_written_once(cast):
    token = request_id.set("abc123")
    try:
        row = operations.log_access(cast.payer, AccessLog.Kind.EXPORT, "awards, 3 rows", at=AT)
    finally:
        request_id.reset(token)
    assert (row.request_id, row.person) == ("abc123", None)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessLog.objects.update(subject="nothing")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_card_is_masked_and_costs_four_queries(cast, django_assert_num_queries):
    person = make_person(name="张三丰", id_number=NUMBER, phone="13800001234", category="DIBAO")
    for _ in range(3):
        make_account(person)
    make_account(person, entered_by=cast.clerk, checked_by=cast.leader)
    with django_assert_num_queries(4):
        card = queries.person_card(person, date(2026, 3, 3))
    assert (card.id_number, card.phone) == (f"999***********{NUMBER[-4:]}", "138****1234")
    assert card.age == 55
    assert queries.person_card(person, date(2026, 3, 4)).age == 56
    assert card.hukou is not None
    assert card.hukou.division == cast.township
    assert card.living is None
    assert card.is_hardship
    assert [row.county for row in card.enrolments] == [cast.county]
    assert [line.checked for line in card.accounts] == [True, False, False, False]
    with django_assert_num_queries(1):
        assert len(queries.timeline(person)) == 8


@pytest.mark.parametrize("size", [1, 3])
def test_lists_cost_the_same_for_any_number_of_rows(cast, size, django_assert_num_queries):
    for _ in range(size):
        make_bill(make_person())
    actor = cast.clerk
    assert actor.roles
    with django_assert_num_queries(1):
        rows = [
            (person.name, person.township.name, person.agency.name)
            for person in queries.people_visible_to(actor)
        ]
    assert len(rows) == size
    with django_assert_num_queries(1):
        assert len([bill.person.name for bill in bills_visible_to(actor)]) == size
