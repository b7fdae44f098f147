from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from assistance.accounts import operations
from assistance.accounts.checks import no_demo_accounts
from assistance.accounts.models import User, UserChange, WrongTry
from assistance.accounts.roles import Role
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import PASSWORD, Cast, user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
ALONE = {Role.AUDITOR, Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.PARTNER}


@pytest.fixture
def cast():
    return Cast()


def make(cast, *roles, **values):
    common = {
        "username": "wang",
        "full_name": "王五",
        "password": PASSWORD,
        "agency": cast.agency,
        "township": cast.township,
        "by": None,
        "at": NOON,
    }
    return operations.create_user(roles=set(roles), **common | values)


def test_create_user(cast):
    made = User.objects.get(pk=make(cast, Role.TOWNSHIP_CLERK).pk)
    assert made.roles == {Role.TOWNSHIP_CLERK}
    assert (made.agency, made.township, made.must_change_password) == (
        cast.agency,
        cast.township,
        True,
    )
    assert made.check_password(PASSWORD)
    (change,) = made.changes.all()
    assert (change.kind, change.by, change.at) == ("created", None, NOON)


@pytest.mark.parametrize("pair", list(combinations(Role, 2)), ids="+".join)
def test_roles_of_one_person(cast, pair):
    clash = bool(ALONE & set(pair)) or set(pair) == {Role.PAYMENT_OFFICER, Role.FUND_SUPERVISOR}
    if clash:
        with pytest.raises(Refused) as refused:
            make(cast, *pair)
        assert all(str(role.label) in str(refused.value) for role in pair)
    else:
        assert make(cast, *pair).roles == set(pair)


@pytest.mark.parametrize("role", Role)
def test_role_needs_its_place(cast, role):
    if role in ALONE - {Role.PARTNER}:
        assert make(cast, role, agency=None, township=None).roles == {role}
        return
    with pytest.raises(Refused):
        make(cast, role, agency=None, township=None)
    if role in {Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER}:
        with pytest.raises(Refused):
            make(cast, role, township=None)


def test_township_of_another_agency_is_refused(cast):
    assert cast.outside_agency.areas.count() == 1
    with pytest.raises(Refused):
        make(cast, Role.TOWNSHIP_CLERK, township=cast.outside_township)


@pytest.mark.parametrize(
    "password", ["", "short", "12345678901", "password123", "wang-wang", "Kurz-genu4", "Ab-1" * 33]
)
def test_weak_password_is_refused(cast, password):
    with pytest.raises(Refused):
        make(cast, password=password)
    assert not User.objects.filter(username="wang").exists()


NEW = "Blue-Rivers-0578"
ACTS = {
    "make": lambda cast, by: make(cast, by=by, agency=None, township=None),
    "deactivate": lambda cast, by: operations.lock(cast.window, by=by, at=NOON),
    "password": lambda cast, by: operations.set_password(cast.window, NEW, by=by, at=NOON),
    "roles": lambda cast, by: operations.set_roles(cast.window, {Role.APPROVER}, by=by, at=NOON),
    "lift": lambda cast, by: operations.lift_lock("window", by=by, at=NOON),
    "sessions": lambda cast, by: operations.end_sessions_of(cast.window, by=by, at=NOON),
}
OF_ADMINISTRATOR = {"make", "deactivate", "password"}


@pytest.mark.parametrize("act", ACTS)
def test_each_officer_does_his_own_part_and_nobody_else_any(cast, act):
    """System administrator and security officer (三员分立, GB/T 22239 8.1.4.2)."""
    own = Role.ADMINISTRATOR if act in OF_ADMINISTRATOR else Role.SECURITY_OFFICER
    for role, by in cast.of_each_role().items():
        if role != own:
            with pytest.raises(NotAllowed):
                ACTS[act](cast, by)
    ACTS[act](cast, cast.of_each_role()[own])


def test_the_administrator_gives_no_rights_with_a_new_account(cast):
    for given in ({"agency": None}, {"township": None}):
        with pytest.raises(NotAllowed):
            make(cast, by=cast.administrator, **given)
    with pytest.raises(NotAllowed):
        make(cast, Role.AUDITOR, by=cast.administrator, agency=None, township=None)


def test_nobody_changes_his_own_rights(cast):
    user("second_officer", Role.SECURITY_OFFICER)
    with pytest.raises(NotAllowed):
        operations.set_roles(
            cast.security_officer, {Role.AUDITOR}, by=cast.security_officer, at=NOON
        )


@pytest.mark.parametrize(
    "pair", [("auditor", "reviewer"), ("administrator", "security_officer"),
             ("payment_officer", "fund_supervisor")], ids="+".join
)  # fmt: skip
def test_database_refuses_roles_that_exclude_each_other(cast, pair):
    first, second = (Group.objects.get_or_create(name=name)[0] for name in pair)
    cast.window.groups.set([first])
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.window.groups.add(second)


def test_set_roles_writes_before_and_after(cast):
    changed = operations.set_roles(
        cast.reviewer, {Role.APPROVER}, by=cast.security_officer, at=NOON
    )
    assert changed.roles == {Role.APPROVER}
    note = cast.reviewer.changes.get().note
    before, after = note.split(" → ")
    assert (str(Role.REVIEWER.label) in before, str(Role.APPROVER.label) in after) == (True, True)


def test_set_roles_to_the_same_writes_nothing(cast):
    operations.set_roles(cast.reviewer, {Role.REVIEWER}, by=cast.security_officer, at=NOON)
    assert not cast.reviewer.changes.exists()


def test_lock_ends_open_sessions_and_unlock_opens_again(client, cast):
    client.force_login(cast.reviewer)
    operations.lock(cast.reviewer, by=cast.administrator, at=NOON)
    assert client.get("/password/").status_code == 302
    operations.unlock(User.objects.get(pk=cast.reviewer.pk), by=cast.administrator, at=NOON)
    kinds = [change.kind for change in cast.reviewer.changes.order_by("id")]
    assert kinds == ["deactivated", "activated"]
    assert User.objects.get(pk=cast.reviewer.pk).is_active


def test_last_administrator_stays(cast):
    for attempt in (
        lambda: operations.lock(cast.administrator, by=None, at=NOON),
        lambda: operations.set_roles(cast.administrator, set(), by=None, at=NOON),
    ):
        with pytest.raises(Refused):
            attempt()
    user("second", Role.ADMINISTRATOR)
    operations.lock(cast.administrator, by=None, at=NOON)
    assert not User.objects.get(pk=cast.administrator.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other_at_once():
    User.objects.filter(groups__name=Role.ADMINISTRATOR).update(is_active=False)
    pair = [user("first", Role.ADMINISTRATOR), user("second", Role.ADMINISTRATOR)]

    def remove(victim):
        try:
            operations.lock(victim, by=None, at=NOON)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "locked"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, pair)) == ["locked", "refused"]


def test_changes_of_accounts_are_written_once(cast):
    change = UserChange.objects.get(user=make(cast))
    for attempt in (change.delete, change.save):
        with pytest.raises(ProgrammingError), transaction.atomic():
            attempt()


def test_database_refuses_a_superuser(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=cast.clerk.pk).update(is_superuser=True)


def test_first_password_must_be_changed_before_anything_else(client, cast):
    given = "Red-Leaves-0578"
    operations.set_password(cast.reviewer, given, by=cast.administrator, at=NOON)
    client.force_login(User.objects.get(pk=cast.reviewer.pk))
    assert client.get("/").headers["Location"] == "/password/"
    assert client.get("/password/").status_code == 200
    for again in (given, PASSWORD):
        form = {"old_password": given, "new_password1": again, "new_password2": again}
        client.post("/password/", form)
    form = {"old_password": given, "new_password1": NEW, "new_password2": NEW}
    assert User.objects.get(pk=cast.reviewer.pk).must_change_password
    client.post("/password/", form)
    changed = User.objects.get(pk=cast.reviewer.pk)
    assert (changed.must_change_password, changed.check_password(NEW)) == (False, True)
    assert client.get("/").headers.get("Location") is None


def log_in(client, username, password):
    return client.post("/login/", {"username": username, "password": password})


def test_five_wrong_passwords_lock_and_the_right_one_is_refused(client, cast, time_machine):
    time_machine.move_to(NOON)
    assert cast.clerk.username == "clerk"
    answers = [log_in(client, "clerk", "wrong").status_code for _number in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = log_in(client, "clerk", PASSWORD)
    assert locked.status_code == 429
    assert "registration/locked.html" in [template.name for template in locked.templates]
    assert log_in(client, "leader", "wrong").status_code == 200
    time_machine.move_to(NOON.replace(minute=16))
    assert log_in(client, "clerk", PASSWORD).status_code == 302


def test_the_more_wrong_tries_the_longer_the_lock(client, cast, time_machine):
    """Five: 15 minutes; ten: 24 hours; fifteen: until an officer lifts it. The evidence stays."""
    assert cast.clerk.username == "clerk"
    now, waits = NOON, {10: timedelta(hours=24), 15: timedelta(days=400)}
    for wrong in range(1, 16):
        time_machine.move_to(now)
        assert log_in(client, "clerk", "wrong").status_code == (429 if wrong >= 5 else 200)
        if wrong >= 5:
            wait = next((waits[rung] for rung in (15, 10) if wrong >= rung), timedelta(minutes=15))
            time_machine.move_to(now + wait - timedelta(minutes=1))
            assert log_in(client, "clerk", PASSWORD).status_code == 429
            now += wait
    assert WrongTry.objects.filter(username="clerk", locked_out=True).count() >= 11
    operations.lift_lock("clerk", by=cast.security_officer, at=now)
    assert log_in(client, "clerk", PASSWORD).status_code == 302
    assert WrongTry.objects.filter(username="clerk").exists()


def test_lock_is_lifted_by_the_security_officer(client, cast):
    for _number in range(5):
        log_in(client, cast.clerk.username, "wrong")
    operations.lift_lock("clerk", by=cast.security_officer, at=NOON)
    assert log_in(client, "clerk", PASSWORD).status_code == 302
    assert [change.kind for change in cast.clerk.changes.all()] == ["unlocked"]


def test_changing_the_address_does_not_help_against_the_lock(client, cast):
    for number in range(5):
        client.post(
            "/login/",
            {"username": cast.clerk.username, "password": "wrong"},
            REMOTE_ADDR=f"10.0.0.{number + 1}",
        )
    answer = client.post(
        "/login/", {"username": "clerk", "password": PASSWORD}, REMOTE_ADDR="10.0.0.99"
    )
    assert answer.status_code == 429


def test_demo_account_logs_in_only_in_the_demo(client, settings):
    user("demo_clerk", is_demo=True)
    assert log_in(client, "demo_clerk", PASSWORD).status_code == 302
    settings.DEMO = False
    assert client.get("/password/").status_code == 302  # the open session is over
    client.logout()
    assert log_in(client, "demo_clerk", PASSWORD).status_code == 200


def test_demo_account_cannot_be_made_in_production(cast, settings):
    assert make(cast, username="demo", is_demo=True).is_demo
    settings.DEMO = False
    with pytest.raises(Refused):
        make(cast, is_demo=True)


def test_deploy_check_finds_demo_accounts(settings):
    assert no_demo_accounts() == []
    user("demo_clerk", is_demo=True)
    assert no_demo_accounts() == []
    settings.DEMO = False
    assert [message.id for message in no_demo_accounts()] == ["accounts.E001"]


def test_create_administrator_command(monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda *_args: PASSWORD)
    command = "assistance.accounts.management.commands.create_administrator"
    monkeypatch.setattr(f"{command}.getpass", lambda *_args: PASSWORD)
    call_command("create_administrator", "root", "管理员")
    assert User.objects.get(username="root").roles == {Role.ADMINISTRATOR}
    with pytest.raises(CommandError):
        call_command("create_administrator", "root", "管理员")
    monkeypatch.setattr(f"{command}.getpass", lambda *_args: "short")
    with pytest.raises(CommandError):
        call_command("create_administrator", "other", "管理员")
