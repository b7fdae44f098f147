"""Names and numbers with a paper and a second person; what was before still finds the person."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from assistance.registry import operations, queries
from assistance.registry.models import CertificateType, IdentityChange, Person, PersonNumber
from assistance.registry.operations import AlreadyRegistered, NumberInDoubt, Place
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.identity_numbers import InvalidIdNumber, demo_number
from tests.factories.files import upload
from tests.factories.identity import change_name, change_number, request_name, request_number
from tests.factories.registry import make_person, new_number

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def confirm(change, actor, typed):
    return operations.confirm_identity(change, typed=typed, actor=actor, at=AT)


def test_a_new_name_holds_once_a_second_person_confirmed_it(cast):
    person = make_person("钟小妹")
    change = request_name(person, "单晓梅", actor=cast.clerk, at=AT)
    person.refresh_from_db()
    assert person.name == "钟小妹"
    confirm(change, cast.leader, "单 晓梅")
    person.refresh_from_db()
    assert (person.name, person.pinyin_key) == ("单晓梅", "shanxiaomei sxm")
    assert [(row.name, row.last_day) for row in person.former_names.all()] == [
        ("钟小妹", date(2023, 12, 31))
    ]


@pytest.mark.parametrize("words", ["钟小妹", "小妹", "zhongxiaomei", "zxm", "单晓梅", "sxm"])
def test_any_name_ever_held_finds_the_person(cast, words):
    person = change_name(make_person("钟小妹"), "单晓梅")
    assert list(queries.search_people(cast.clerk, words)) == [person]
    assert (queries.how_found(person, words) == "") == (words in {"单晓梅", "sxm"})
    assert queries.former_names_of(person) == ["钟小妹"]


def test_any_number_ever_held_finds_the_person(cast):
    old, new = new_number(), demo_number(born_on=date(1971, 3, 4), sex="2", serial=9)
    person = change_number(make_person(id_number=old), new)
    assert (person.born_on, person.sex) == (date(1971, 3, 4), "2")
    for number in (old, new):
        assert list(queries.search_people(cast.clerk, number)) == [person]
    assert queries.how_found(person, new) == ""
    assert queries.how_found(person, old) != ""
    assert queries.number_is(person, new)
    assert not queries.number_is(person, old)


def test_the_new_number_is_nowhere_in_clear(cast):
    person = make_person()
    old, new = person.id_number, new_number()
    change_number(person, new)
    with connection.cursor() as cursor:
        for table in ("identitychange", "personnumber", "personchange"):
            cursor.execute(f"SELECT string_agg(t::text, '|') FROM registry_{table} t")
            (rows,) = cursor.fetchone()
            assert new not in rows
            assert old not in rows


def test_what_was_never_right_has_no_last_day(cast):
    person = make_person()
    change = request_number(person, new_number(), reason=IdentityChange.Reason.MISTYPED, actor=None)
    operations.confirm_identity(change, actor=None, at=AT)
    assert PersonNumber.objects.get().last_day is None


def test_nobody_confirms_what_he_entered(cast):
    change = request_name(make_person("钟小妹"), "钟晓梅", actor=cast.clerk)
    for actor in (cast.clerk, cast.second_clerk, cast.window, cast.approver, cast.neighbour_leader):
        with pytest.raises(NotAllowed):
            confirm(change, actor, "钟晓梅")
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityChange.objects.update(outcome="confirmed", decided_by=cast.clerk)


def test_who_confirms_types_what_the_paper_says(cast):
    person = make_person("钟小妹")
    change = request_name(person, "钟晓梅", actor=cast.clerk)
    with pytest.raises(Refused):
        confirm(change, cast.leader, "钟小梅")
    right = new_number()
    number = request_number(person, right, actor=cast.clerk)
    with pytest.raises(Refused):
        confirm(number, cast.leader, new_number())
    confirm(number, cast.reviewer, f" {right} ")
    person.refresh_from_db()
    assert person.id_number == right
    with pytest.raises(NotAllowed):
        confirm(number, cast.leader, right)


def test_a_refused_change_changes_nothing(cast):
    person = make_person("钟小妹")
    change = request_name(person, "钟晓梅", actor=cast.clerk)
    with pytest.raises(Refused):
        request_name(person, "钟晓美", actor=cast.clerk)
    operations.refuse_identity(change, reason="证明不符", actor=cast.clerk, at=AT)
    person.refresh_from_db()
    assert person.name == "钟小妹"
    assert not person.former_names.exists()
    assert request_name(person, "钟晓美", actor=cast.clerk).outcome == ""


def test_a_number_somebody_holds_is_refused_and_names_him(cast):
    person, other = make_person(), make_person("柳细妹")
    with pytest.raises(AlreadyRegistered) as refusal:
        request_number(person, other.id_number, actor=cast.clerk)
    assert refusal.value.person == other


@pytest.mark.parametrize(
    ("name", "number", "paper"),
    [("钟小妹", "", upload), ("", "33112719700304", upload), ("钟晓梅", "", lambda: upload(b""))],
)
def test_what_a_change_refuses(cast, name, number, paper):
    person = make_person("钟小妹")
    given = {"reason": "renamed", "first_day": date(2026, 1, 1), "actor": cast.clerk, "at": AT}
    request = operations.request_name if name else operations.request_number
    value = {"name": name} if name else {"number": number}
    with pytest.raises(Refused):
        request(person, paper=paper(), **value, **given)
    assert not IdentityChange.objects.exists()


def newcomer(cast, number, **fields):
    values = {
        "name": "张三丰",
        "id_number": number,
        "since": date(2020, 1, 1),
        "hukou": Place(cast.township),
        "actor": cast.clerk,
        "at": AT,
        **fields,
    }
    return operations.register_person(**values)


def test_a_number_held_before_is_in_doubt_until_somebody_says_so(cast):
    old = new_number()
    person = change_number(make_person(id_number=old), new_number())
    with pytest.raises(NumberInDoubt) as refusal:
        newcomer(cast, old)
    assert refusal.value.person == person
    other = newcomer(cast, old, is_somebody_else=True)
    assert list(queries.shared_numbers(other)) == [person]
    assert list(queries.shared_numbers(person)) == [other]
    assert other in queries.likely_same(cast.reviewer, person)


@pytest.mark.parametrize(
    ("kind", "number", "kept"),
    [
        (CertificateType.HONG_KONG_MACAU, "h 12345678-01", "H1234567801"),
        (CertificateType.TAIWAN, "０１２３４５６７", "01234567"),
        (CertificateType.PERMANENT_RESIDENCE, "USA320181010101", "USA320181010101"),
        (CertificateType.FOREIGN_PASSPORT, "c01x0006h", "C01X0006H"),
        (CertificateType.PASSPORT, "EA1234567", "EA1234567"),
    ],
)
def test_other_documents_need_birth_and_sex(cast, kind, number, kept):
    with pytest.raises(Refused):
        newcomer(cast, number, certificate_type=kind)
    person = newcomer(cast, number, certificate_type=kind, born_on=date(1980, 2, 29), sex="2")
    assert (person.id_number, person.born_on, person.sex) == (kept, date(1980, 2, 29), "2")
    assert list(queries.search_people(cast.clerk, number)) == [person]
    with pytest.raises(AlreadyRegistered):
        newcomer(cast, kept, certificate_type=kind, born_on=date(1980, 2, 29), sex="2")


def test_a_residence_permit_is_numbered_like_a_citizen(cast):
    number = demo_number(born_on=date(1990, 5, 6), sex="1", serial=3)
    person = newcomer(cast, number, certificate_type=CertificateType.RESIDENCE_PERMIT)
    assert (person.born_on, person.sex) == (date(1990, 5, 6), "1")
    with pytest.raises(InvalidIdNumber):
        newcomer(cast, number[:-1] + "5", certificate_type=CertificateType.RESIDENCE_PERMIT)


@pytest.mark.parametrize("kind", ["04", "06", "07", "08", "16"])
def test_a_document_of_another_shape_is_refused(cast, kind):
    with pytest.raises(Refused):
        newcomer(cast, "12", certificate_type=kind, born_on=date(1980, 1, 1), sex="1")


def test_a_disability_card_identifies_nobody():
    assert "09" not in CertificateType.values


def newborn(guardian, cast, **fields):
    values = {
        "name": "蓝小宝",
        "born_on": date(2026, 5, 20),
        "sex": "2",
        "relation": "parent",
        "actor": cast.clerk,
        "at": AT,
        **fields,
    }
    return operations.register_newborn(guardian, **values)


def test_a_newborn_lives_under_the_guardian_until_the_number_comes(cast):
    mother = make_person("蓝月英", phone="13800001234")
    child, second = newborn(mother, cast), newborn(mother, cast, name="蓝小贝")
    assert child.id_number.startswith("LS2026")
    assert child.id_number != second.id_number
    assert (child.certificate_type, child.township) == ("TEMP", cast.township)
    today = date(2026, 6, 1)
    assert queries.is_minor(child, today)
    assert [row.guardian for row in queries.guardians_on(child, today)] == [mother]
    assert {row.person for row in queries.wards_of(mother, today)} == {child, second}
    assert queries.person_card(child, today).number_doubt == ""
    provisional = child.id_number
    number = demo_number(born_on=date(2026, 5, 20), sex="2", serial=1)
    change_number(child, number)
    child.refresh_from_db()
    assert (child.certificate_type, child.id_number) == ("01", number)
    assert list(queries.search_people(cast.clerk, provisional)) == [child]


def test_a_child_of_school_age_has_a_number(cast):
    with pytest.raises(Refused):
        newborn(make_person(), cast, born_on=date(2019, 1, 1))


@pytest.mark.parametrize(
    ("born", "minor"),
    [(date(2008, 6, 1), False), (date(2008, 6, 2), True), (date(2008, 2, 29), False)],
)
def test_a_minor_is_below_eighteen_on_the_day(cast, born, minor):
    assert queries.is_minor(Person(born_on=born), date(2026, 6, 1)) is minor


def test_what_makes_no_guardian(cast):
    child = newborn(make_person("蓝月英"), cast)
    minor = make_person("蓝小满", born_on=date(2015, 1, 1))
    for number, name in (
        (minor.id_number, minor.name),
        (new_number(), "无此人"),
        (make_person("钟有田").id_number, "钟有天"),
    ):
        with pytest.raises(Refused):
            operations.add_guardian(
                child,
                number=number,
                name=name,
                relation="other",
                first_day=date(2026, 5, 21),
                actor=cast.clerk,
                at=AT,
            )
    row = child.guardianships.get()
    operations.end_guardianship(row, last_day=date(2026, 5, 25), actor=cast.clerk, at=AT)
    assert not queries.guardians_on(child, date(2026, 5, 26)).exists()
    operations.void_guardianship(row, reason="录错", actor=cast.clerk, at=AT)
    assert not queries.guardians_on(child, date(2026, 5, 24)).exists()
