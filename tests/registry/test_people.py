from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from assistance.registry import operations, queries
from assistance.registry.models import AccessLog, Person, PersonChange, Residence
from assistance.registry.numbers import id_digest
from assistance.registry.operations import AlreadyRegistered, Place
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.identity_numbers import InvalidIdNumber, demo_number
from tests.factories.accounts import Cast
from tests.factories.registry import make_person, new_number
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NUMBER = demo_number(born_on=date(1970, 3, 4), sex="2", serial=7)


def register(cast: Cast, **fields: object) -> Person:
    values = {
        "name": "张三丰",
        "id_number": NUMBER,
        "since": date(2020, 1, 1),
        "hukou": Place(cast.township, "一村"),
        "actor": cast.clerk,
        "at": AT,
        **fields,
    }
    return operations.register_person(**values)  # type: ignore[arg-type]


def test_register_person_fills_what_the_number_tells(cast):
    person = register(cast, name=" 张 三丰 ", phone="138 0000 1234")
    person.refresh_from_db()
    assert (person.name, person.pinyin_key) == ("张三丰", "zhangsanfeng zsf")
    assert (person.sex, person.born_on) == ("2", date(1970, 3, 4))
    assert (person.id_number, person.phone) == (NUMBER, "13800001234")
    assert (person.township, person.agency) == (cast.township, cast.agency)
    assert [(c.kind, c.by) for c in person.changes.all()] == [("registered", cast.clerk)]


def test_id_number_is_nowhere_in_clear(cast):
    person = register(cast, phone="13800001234")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(p)::text FROM registry_person p WHERE id = %s", [person.pk]
        )
        (row,) = cursor.fetchone()
    assert NUMBER not in row
    assert "13800001234" not in row


def test_register_person_converts_an_old_number(cast):
    old = NUMBER[:6] + NUMBER[8:17]
    assert register(cast, id_number=old).id_number == NUMBER
    with pytest.raises(AlreadyRegistered):
        register(cast)


def test_register_person_refuses_a_wrong_number(cast):
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    with pytest.raises(InvalidIdNumber):
        register(cast, id_number=wrong)
    assert Person.objects.count() == 0


def test_register_person_names_whoever_has_the_number(cast):
    person = register(cast)
    with pytest.raises(AlreadyRegistered) as refusal:
        register(cast, name="李四", actor=cast.second_clerk)
    assert refusal.value.person == person
    assert "张三丰" in str(refusal.value)
    assert cast.township.name in str(refusal.value)
    logged = AccessLog.objects.get()
    assert (logged.user, logged.person, logged.kind) == (cast.second_clerk, person, "lookup")


def test_register_person_outside_tells_only_that_the_number_is_known(cast):
    make_person(name="张三丰", id_number=NUMBER, township=cast.outside_township)
    with pytest.raises(AlreadyRegistered) as refusal:
        register(cast, name="李四")
    assert refusal.value.person is None
    assert "张" not in str(refusal.value)
    assert cast.outside_township.name not in str(refusal.value)


def test_register_person_for_another_township(cast):
    with pytest.raises(NotAllowed):
        register(cast, hukou=Place(cast.other_township))
    assert register(cast, hukou=Place(cast.other_township), actor=cast.window).pk


@pytest.mark.parametrize(
    "role", ["leader", "reviewer", "approver", "payer", "fund", "auditor", "administrator"]
)
def test_register_person_by_another_role(cast, role):
    with pytest.raises(NotAllowed):
        register(cast, actor=getattr(cast, role))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "张3丰"},
        {"name": "张" * 61},
        {"phone": "call me"},
        {"since": date(2026, 6, 2)},
        {"since": date(1970, 3, 3)},
        {"hukou": None},
    ],
)
def test_register_person_refuses_what_cannot_be(cast, wrong):
    with pytest.raises(Refused):
        register(cast, **wrong)
    assert Person.objects.count() == 0


def test_living_decides_where_no_agency_answers_for_the_hukou(cast):
    assert cast.province
    person = register(cast, hukou=Place(cast.city), living=Place(cast.township))
    assert person.township == cast.township
    with pytest.raises(Refused):
        register(cast, id_number=new_number(), hukou=Place(cast.city))


def test_hukou_decides_before_living(cast):
    person = register(
        cast, hukou=Place(cast.other_township), living=Place(cast.township), actor=cast.window
    )
    assert person.township == cast.other_township


def test_move_residence_carries_the_person_along(cast):
    person = make_person(township=cast.township)
    operations.move_residence(
        person,
        kind=Residence.Kind.HUKOU,
        place=Place(cast.other_township, "二村"),
        first_day=date(2026, 5, 1),
        actor=cast.clerk,
        at=AT,
    )
    person.refresh_from_db()
    assert person.township == cast.other_township
    days = list(person.residences.order_by("first_day").values_list("first_day", "last_day"))
    assert days == [(date(2015, 1, 1), date(2026, 4, 30)), (date(2026, 5, 1), None)]
    homes = [queries.current_residence(person, date(2026, *day)) for day in ((4, 30), (5, 1))]
    assert [home and home.division for home in homes] == [cast.township, cast.other_township]
    with pytest.raises(NotAllowed):
        operations.move_residence(
            person,
            kind=Residence.Kind.LIVING,
            place=Place(cast.township),
            first_day=date(2026, 5, 1),
            actor=cast.clerk,
            at=AT,
        )


def move(person, division, first_day, kind=Residence.Kind.HUKOU):
    return operations.move_residence(
        person, kind=kind, place=Place(division), first_day=first_day, actor=None, at=AT
    )


def test_move_residence_refuses_a_day_to_come_and_one_before_a_later_entry(cast):
    person = make_person(township=cast.township)
    with pytest.raises(Refused):
        move(person, cast.other_township, date(2026, 6, 2))
    move(person, cast.other_township, date(2026, 5, 1))
    with pytest.raises(Refused) as refusal:
        move(person, cast.township, date(2026, 4, 1))
    assert "2026-05-01" in str(refusal.value)
    assert person.residences.count() == 2


def test_voided_move_brings_the_person_back(cast):
    person = make_person(township=cast.township)
    wrong = move(person, cast.other_township, date(2026, 5, 1))
    operations.void_residence(wrong, reason="写错", actor=None, at=AT)
    person.refresh_from_db()
    # Nothing is in force: the row before was ended by the move and is entered again.
    assert person.township == cast.other_township
    move(person, cast.township, date(2026, 5, 1))
    person.refresh_from_db()
    assert person.township == cast.township


def test_ended_hukou_leaves_the_actual_residence(cast):
    person = make_person(township=cast.township)
    move(person, cast.other_township, date(2020, 1, 1), Residence.Kind.LIVING)
    hukou = person.residences.get(kind=Residence.Kind.HUKOU)
    operations.end_residence(hukou, last_day=date(2026, 3, 1), actor=None, at=AT)
    person.refresh_from_db()
    assert person.township == cast.other_township
    assert queries.hukou_in(person, cast.county, date(2026, 3, 1))
    assert not queries.hukou_in(person, cast.county, date(2026, 3, 2))


def test_change_phone_leaves_a_row_without_the_number(cast):
    person = register(cast)
    operations.change_phone(person, phone="138 5781 2345", actor=cast.clerk, at=AT)
    operations.change_phone(person, phone="13857812345", actor=cast.clerk, at=AT)
    person.refresh_from_db()
    assert person.phone == "13857812345"
    change = person.changes.get(kind=PersonChange.Kind.CORRECTED)
    assert "138" not in change.subject


def test_death_is_entered_once_and_can_be_revoked(cast):
    person = register(cast)
    person = operations.record_death(person, died_on=date(2026, 5, 30), actor=cast.clerk, at=AT)
    operations.record_death(person, died_on=date(2026, 5, 30), actor=cast.clerk, at=AT)
    with pytest.raises(Refused) as refusal:
        operations.record_death(person, died_on=date(2026, 5, 29), actor=cast.clerk, at=AT)
    assert "2026-05-30" in str(refusal.value)
    operations.revoke_death(person, reason="重名", actor=cast.clerk, at=AT)
    person.refresh_from_db()
    assert person.died_on is None
    kinds = list(person.changes.order_by("id").values_list("kind", flat=True))
    assert kinds == ["registered", "died", "death_revoked"]


@pytest.mark.parametrize("day", [date(2026, 6, 2), date(1970, 3, 3)])
def test_death_on_an_impossible_day(cast, day):
    with pytest.raises(Refused):
        operations.record_death(register(cast), died_on=day, actor=cast.clerk, at=AT)


@settings(max_examples=examples(40), deadline=None)
@given(
    born_on=st.dates(date(1900, 1, 1), date(2026, 6, 1)),
    sex=st.sampled_from(["1", "2"]),
    serial=st.integers(0, 499),
    place=st.integers(0, 17),
    digit=st.sampled_from("0123456789X"),
)
def test_number_is_found_by_itself_and_by_no_neighbour(born_on, sex, serial, place, digit):
    number = demo_number(born_on=born_on, sex=sex, serial=serial)
    person = Person(id_digest=id_digest(number))
    assert queries.number_is(person, f" {number.lower()} ")
    neighbour = number[:place] + digit + number[place + 1 :]
    assert queries.number_is(person, neighbour) == (neighbour == number)
