"""Numbers compared by typing and shown for a reason: who may, what is noted, how often."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistance.accounts.roles import Role
from assistance.registry import operations
from assistance.registry.models import AccessLog, Person
from assistance.registry.operations import TooMany
from assistance.registry.queries import who_looked
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.at_once import at_once
from tests.factories.identity import merge
from tests.factories.registry import make_account, make_person, new_number

AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
Field = AccessLog.Field
pytestmark = pytest.mark.django_db
# r: may show in full; c: may compare.
RIGHTS = {
    Role.TOWNSHIP_CLERK: {"id_number": "rc", "phone": "rc", "account": "rc"},
    Role.TOWNSHIP_LEADER: {"id_number": "c", "phone": "c", "account": "c"},
    Role.WINDOW_CLERK: {"id_number": "rc", "phone": "rc", "account": "rc"},
    Role.REVIEWER: {"id_number": "rc", "phone": "rc", "account": "rc"},
    Role.PAYMENT_OFFICER: {"id_number": "c", "phone": "c", "account": "rc"},
}


@pytest.fixture
def person(cast) -> Person:
    return make_person("蓝青山", phone="13857812345")


@pytest.mark.parametrize("role", list(Role))
def test_who_may_show_and_compare_which_number(cast, person, role):
    actor, account = cast.of_each_role()[role], make_account(person)
    for field in ("id_number", "phone", "account"):
        of = {"account": account if field == "account" else None, "actor": actor, "at": AT}
        allowed = ""
        for letter, ask in (
            ("r", lambda f=field, o=of: operations.reveal(person, Field(f), reason="paper", **o)),
            ("c", lambda f=field, o=of: operations.compare(person, Field(f), typed="1", **o)),
        ):
            try:
                ask()
                allowed += letter
            except NotAllowed:
                pass
        assert allowed == RIGHTS.get(role, {}).get(field, "")


def test_a_neighbour_is_shown_nothing(cast, person):
    for actor in (cast.neighbour_clerk, cast.outside_reviewer):
        with pytest.raises(NotAllowed):
            operations.reveal(person, Field.PHONE, reason="call", actor=actor, at=AT)
    assert not AccessLog.objects.exists()


def test_a_number_is_shown_for_a_reason_and_noted(cast, person):
    account = make_account(person)
    given = {"actor": cast.clerk, "at": AT}
    shown = [
        operations.reveal(person, Field.ID_NUMBER, reason="paper", **given),
        operations.reveal(person, Field.PHONE, reason="call", **given),
        operations.reveal(person, Field.ACCOUNT, account=account, reason="bank", **given),
    ]
    assert shown == [person.id_number, "13857812345", account.number]
    rows = AccessLog.objects.order_by("id")
    assert [(row.field, row.reason) for row in rows] == [
        ("id_number", "paper"),
        ("phone", "call"),
        ("account", "bank"),
    ]
    assert not any(number in row.subject for row in rows for number in shown)
    for reason in ("", "curiosity"):
        with pytest.raises(Refused):
            operations.reveal(person, Field.PHONE, reason=reason, **given)


@pytest.mark.parametrize(
    ("field", "typed", "same"),
    [
        ("id_number", "{id}", True),
        ("id_number", "１{id}", False),
        ("id_number", "x", False),
        ("phone", "138 5781 2345", True),
        ("phone", "13857812346", False),
        ("phone", "", False),
        ("account", " {account} ", True),
        ("account", "6217", False),
    ],
)
def test_comparing_says_the_same_or_different(cast, person, field, typed, same):
    account = make_account(person)
    typed = typed.format(id=person.id_number, account=account.number)
    of = {"account": account if field == "account" else None, "actor": cast.leader, "at": AT}
    assert operations.compare(person, Field(field), typed=typed, **of) is same
    row = AccessLog.objects.get()
    assert (row.kind, row.field, row.person) == (AccessLog.Kind.COMPARE, field, person)
    assert typed.strip() == "" or typed.strip() not in row.subject


def test_nobody_without_a_phone_is_compared_with_nothing(cast):
    quiet = make_person(phone="")
    assert not operations.compare(quiet, Field.PHONE, typed="", actor=cast.clerk, at=AT)


def test_guessing_is_stopped(cast, person):
    def guess(at):
        return operations.compare(
            person, Field.ID_NUMBER, typed=new_number(), actor=cast.clerk, at=at
        )

    for _try in range(5):
        assert guess(AT) is False
    with pytest.raises(TooMany):
        guess(AT)
    assert guess(AT + timedelta(minutes=11)) is False


def test_reading_off_a_list_is_stopped(cast, person, monkeypatch):
    given = {"reason": "paper", "actor": cast.clerk}
    for _time in range(60):
        operations.reveal(person, Field.PHONE, at=AT, **given)
    with pytest.raises(TooMany):
        operations.reveal(person, Field.PHONE, at=AT + timedelta(minutes=59), **given)
    assert operations.reveal(person, Field.PHONE, at=AT + timedelta(minutes=61), **given)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_counted_one_after_the_other(cast):
    person = make_person()

    def guess():
        return operations.compare(
            person, Field.ID_NUMBER, typed=new_number(), actor=cast.clerk, at=AT
        )

    results = at_once(*[guess] * 7)
    assert sum(isinstance(result, TooMany) for result in results) == 2
    assert AccessLog.objects.count() == 5


def test_who_watches_reads_who_looked_at_any_record(cast, person):
    other = make_person("蓝青山")
    operations.reveal(other, Field.PHONE, reason="call", actor=cast.clerk, at=AT)
    merge(other, person)
    operations.compare(person, Field.PHONE, typed="1", actor=cast.window, at=AT)
    seen = who_looked(cast.city_supervisor, person)
    assert seen is not None
    assert [row.user for row in seen] == [cast.window, cast.clerk]
    assert who_looked(cast.reviewer, person) is None
