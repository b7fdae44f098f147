"""Whom a word on the telephone finds, and the note of the call."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from assistance.cases.models import Application, CallNote
from assistance.cases.operations import note_call, register_application
from assistance.cases.queries import calls_about, find_people
from assistance.payments.models import Programme
from assistance.registry.models import Person
from assistance.registry.numbers import derive_keys
from assistance.registry.operations import change_phone, move_residence
from assistance.registry.operations.residences import Place
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.at_once import at_once
from tests.factories.identity import change_name, change_number
from tests.factories.registry import make_person, new_number


@pytest.fixture
def person(desk) -> Person:
    return make_person("蓝秋禾", phone="138-0000-0001", at=desk.now)


def found(user, words: str) -> list[str]:
    return [person.name for person in find_people(user, words)]


@pytest.mark.parametrize(
    "words",
    ["蓝秋", "lanqiuhe", "LanQiu", "lqh", "13800000001", "+86 138-0000-0001".replace(" ", "")],
)
def test_a_person_is_found_by_name_sound_and_phone(desk, person, words):
    make_person("雷月桂", phone="13900000002", at=desk.now)
    assert found(desk.cast.clerk, words) == ["蓝秋禾"]


def test_a_person_is_found_by_full_number_and_its_last_four_places(desk, person):
    make_person("雷月桂", at=desk.now)
    assert found(desk.cast.clerk, person.id_number) == ["蓝秋禾"]
    assert "蓝秋禾" in found(desk.cast.clerk, person.id_number[-4:].lower())


def test_several_words_narrow_it_down(desk, person):
    namesake = make_person("蓝秋禾", at=desk.now)
    both = f"蓝秋禾 {namesake.id_number[-4:]}"
    assert len(found(desk.cast.clerk, "蓝秋禾")) == 2
    assert list(find_people(desk.cast.clerk, both)) == [namesake]
    assert found(desk.cast.clerk, "蓝秋禾 13999999999") == []


def test_a_case_is_found_by_its_number_and_the_parts_of_it(desk):
    case = desk.draft()
    agency, year, running, tail = case.number.split("-")
    for words in (case.number.lower(), f"{running}-{tail}", tail, running):
        assert list(find_people(desk.cast.clerk, words)) == [case.person], words
    assert found(desk.cast.clerk, f"{agency}-{year}-99999") == []


def test_a_case_is_found_by_its_applicant(desk):
    person = desk.person()
    register_application(
        programme=Programme.JINGNING,
        benefit_year=desk.year,
        person=person,
        township=desk.cast.township,
        received_on=desk.now.date(),
        applicant_name="钟代办",
        applicant_relation=Application.Relation.AGENT,
        applicant_phone="13700000003",
        actor=desk.cast.clerk,
        at=desk.now,
    )
    assert list(find_people(desk.cast.clerk, "钟代办")) == [person]
    assert list(find_people(desk.cast.clerk, "13700000003")) == [person]


@pytest.mark.parametrize("words", ["", "   ", "0001", "138000000"])
def test_nothing_and_parts_of_a_phone_find_nobody(desk, person, words):
    assert "蓝秋禾" not in found(desk.cast.clerk, words) or words in person.id_number


def test_nobody_outside_the_scope_is_found(desk, person):
    for user in (desk.cast.neighbour_clerk, desk.cast.outside_reviewer, desk.cast.administrator):
        for words in ("蓝秋禾", "13800000001", person.id_number, person.id_number[-4:]):
            assert found(user, words) == []


def test_who_moved_away_is_found_where_the_case_stayed(desk):
    case = desk.submitted()
    move_residence(
        case.person,
        kind="hukou",
        place=Place(desk.cast.other_township, "二村"),
        first_day=desk.now.date(),
        actor=None,
        at=desk.now,
    )
    assert list(find_people(desk.cast.clerk, case.number)) == [case.person]


def test_a_change_moves_what_a_person_is_found_by(desk, person):
    number, old = new_number(), person.id_number
    change_phone(person, phone="13700000009", actor=desk.cast.clerk, at=desk.now)
    change_name(change_number(person, number), "兰秋禾")
    clerk = desk.cast.clerk
    assert (
        found(clerk, "13700000009") == found(clerk, number) == found(clerk, "lqh 兰") == ["兰秋禾"]
    )
    assert found(clerk, "13800000001") == []
    # What he was called and numbered before still finds him.
    assert found(clerk, old) == found(clerk, "蓝秋禾") == ["兰秋禾"]
    fresh = Person.objects.get(pk=person.pk)
    kept = fresh.tail_digest, fresh.phone_digest
    derived = derive_keys(Person.objects.get(pk=person.pk))
    assert kept == (derived.tail_digest, derived.phone_digest)


def note(desk, person, **changed):
    values = {
        "caller": "relative",
        "caller_name": "蓝女士 13900000000",
        "asked": "到哪一步了",
        "told": "待县级审核",
        "actor": desk.cast.clerk,
        "at": desk.now,
    }
    return note_call(person, **values | changed)


def test_a_call_is_noted_once_and_for_all(desk):
    case = desk.draft()
    made = note(desk, case.person, application=case)
    assert list(calls_about(desk.cast.reviewer, case.person)) == [made]
    assert CallNote.objects.get().caller_name == "蓝女士 13900000000"
    with pytest.raises(DatabaseError), transaction.atomic():
        CallNote.objects.update(told="别的")


def test_a_note_says_what_was_asked_and_told(desk, person):
    with pytest.raises(Refused):
        note(desk, person, told="  ")


def test_a_note_is_about_a_case_of_the_person(desk, person):
    with pytest.raises(Refused):
        note(desk, person, application=desk.draft())


def test_who_does_not_work_there_notes_nothing(desk, person):
    for user in (desk.cast.neighbour_clerk, desk.cast.auditor, desk.cast.approver):
        with pytest.raises(NotAllowed):
            note(desk, person, actor=user)


def test_calls_about_a_case_are_seen_by_who_sees_the_case(desk):
    case = desk.draft()
    note(desk, case.person, application=case)
    assert list(calls_about(desk.cast.neighbour_clerk, case.person)) == []


def test_a_call_sent_twice_is_noted_once(desk):
    person = desk.draft().person
    made = note(desk, person, token="form-1")
    assert note(desk, person, token="form-1") == made
    with translation.override("en"), pytest.raises(Refused, match="already been saved"):
        note(desk, person, token="form-1", told="已批准")
    note(desk, person, token="form-2")
    assert CallNote.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_call_sent_twice_at_once_is_noted_once(desk):
    person = desk.draft().person
    results = at_once(*[lambda: note(desk, person, token="form-1")] * 3)
    assert len({result.pk for result in results}) == 1
    assert CallNote.objects.count() == 1
