"""What rings: a row for the officers, a line for the journal, a word at their log-in."""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from assistance.accounts.models import Alarm
from assistance.accounts.operations import ring
from assistance.accounts.operations.alarms import MOST_REFUSED
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.registry.operations.disclosure import MOST, reveal
from assistance.shared.requests import JsonFormatter
from assistance.trail.operations import check_and_note, mark_unusual, seal
from tests.factories.accounts import PASSWORD, Cast
from tests.factories.registry import make_person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
Kind = Alarm.Kind


@pytest.fixture
def cast(time_machine) -> Cast:
    time_machine.move_to(NOON, tick=False)
    return Cast()


def rung() -> list[tuple[str, str, str]]:
    rows = Alarm.objects.order_by("id").select_related("user")
    return [(row.kind, row.user.username if row.user else "", row.subject) for row in rows]


def test_an_alarm_is_one_line_of_the_journal_with_fields_for_a_monitor(cast):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("yizhu.alarm")
    logger.addHandler(handler)
    try:
        ring(Kind.NUMBERS, user=cast.clerk, subject="138 0578 0578", at=NOON)
    finally:
        logger.removeHandler(handler)
    line = json.loads(stream.getvalue())
    assert (line["logger"], line["level"]) == ("yizhu.alarm", "WARNING")
    assert (line["alarm"], line["user"]) == ("numbers", "clerk")
    assert "0578" not in line["message"]


def test_every_rung_of_the_ladder_rings_once_and_names_no_name_that_nobody_has(client, cast):
    for name in ("clerk", "My-Password-1"):
        for _number in range(7):
            client.post("/login/", {"username": name, "password": "wrong"})
    assert rung() == [("locked", "clerk", "5"), ("locked", "", "5")]


def test_who_is_refused_page_after_page_rings_once(client, cast):
    client.force_login(cast.payer)
    for number in range(MOST_REFUSED + 5):
        client.get(f"/applications/{number}/" if number % 2 else reverse("trail"))
    assert rung() == [("refused", "payer", str(MOST_REFUSED))]


def test_the_last_number_of_an_hour_rings(cast):
    most, person = MOST[AccessLog.Kind.REVEAL], make_person("蓝青山", phone="13857812345")
    for number in range(most):
        assert rung() == []
        reveal(
            person,
            AccessLog.Field.PHONE,
            reason="call",
            actor=cast.clerk,
            at=NOON + timedelta(seconds=number),
        )
    assert [(kind, name) for kind, name, _subject in rung()] == [("numbers", "clerk")]


def test_a_public_form_rings_once_for_an_address_and_names_no_case(client, cast):
    for _number in range(11):
        client.post(reverse("public_progress"), {"number": "331127-2026-00012-7KQ4", "tail": "1"})
        client.post(
            reverse("public_progress"), {"number": "331127-2026-00012-7KQ4", "tail": "1234"}
        )
    assert [row[:2] for row in rung()] == [("public", "")]
    assert "2026" not in rung()[0][2]


def looked(user, on: date, times: int, hour: int = 2) -> None:
    """So often that day, at ten o'clock unless another hour (UTC) is given."""
    for second in range(times):
        at = datetime(on.year, on.month, on.day, hour, 0, second % 60, tzinfo=UTC)
        log_access(user, AccessLog.Kind.LOOKUP, "a person", at=at)


def test_far_more_than_on_any_day_before_and_work_by_night_are_marked_once(cast):
    day = date(2026, 11, 17)
    looked(cast.clerk, day - timedelta(days=3), 20)
    looked(cast.clerk, day, 61)
    looked(cast.window, day - timedelta(days=3), 21)
    looked(cast.window, day, 60)  # much, and no more than usual
    looked(cast.reviewer, day, 49)  # the first day, a handful
    looked(cast.leader, day, 10, hour=15)  # eleven at night here
    looked(cast.approver, day, 9, hour=15)
    assert mark_unusual(day, at=NOON) == 2
    assert mark_unusual(day, at=NOON) == 0
    found = {(kind, name) for kind, name, _subject in rung()}
    assert found == {("unusual", "clerk"), ("night", "leader")}
    assert all(subject.startswith("2026-11-17: ") for _kind, _name, subject in rung())


def test_a_chain_that_is_not_whole_rings(cast):
    log_access(cast.clerk, AccessLog.Kind.LOOKUP, "a person", at=NOON)
    seal(at=NOON)
    check_and_note(at=NOON)
    assert rung() == []
    check_and_note(at=NOON, anchors=("1:cut off",))
    assert rung() == [("chain", "", "1")]


@pytest.mark.parametrize(
    ("who", "told"), [("security_officer", True), ("auditor", True), ("administrator", False)]
)
def test_the_two_who_look_into_alarms_are_told_at_their_log_in(cast, who, told, time_machine):
    user = getattr(cast, who)
    name = {"username": user.username, "password": PASSWORD}
    Client().post("/login/", name)
    ring(Kind.NUMBERS, user=cast.clerk, at=NOON + timedelta(minutes=1))
    time_machine.move_to(NOON + timedelta(minutes=2), tick=False)
    browser = Client(headers={"accept-language": "en"})
    browser.cookies["django_language"] = "en"
    page = browser.post("/login/", name, follow=True)
    assert ("1 alarm has rung" in page.content.decode()) is told


def test_the_auditor_narrows_the_alarms_and_nobody_alters_one(client, cast):
    ring(Kind.NUMBERS, user=cast.clerk, subject="sixty", at=NOON)
    ring(Kind.LOCKED, user=cast.payer, subject="five", at=NOON)
    client.force_login(cast.auditor)
    text = client.get(reverse("alarms"), {"kind": "locked"}).content.decode()
    assert ("five" in text, "sixty" in text) == (True, False)
    client.force_login(cast.security_officer)
    assert "sixty" in client.get(reverse("admin:accounts_alarm_changelist")).content.decode()
    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
        Alarm.objects.update(subject="nothing")
