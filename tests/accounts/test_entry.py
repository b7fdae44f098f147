"""Attacks on the way in: guessing, replaying, skipping the second step, fixing and stealing sessions."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password, get_hasher, make_password
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from assistance.accounts import operations, totp
from assistance.accounts.models import (
    EntryRules,
    FactorReset,
    RoleRule,
    SecondFactor,
    User,
    UserSession,
    WrongTry,
)
from assistance.accounts.queries import dormant_users
from assistance.accounts.roles import SECOND_FACTOR, Role
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import PASSWORD, Cast, user
from tests.factories.at_once import at_once

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
PBKDF2 = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def cast(time_machine) -> Cast:
    time_machine.move_to(NOON, tick=False)
    return Cast()


def with_factor(someone: User) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a factor set up ten minutes ago."""
    secret, at = totp.new_secret(), NOON - timedelta(minutes=10)
    code = totp.code_at(secret, at)
    return secret, operations.confirm_factor(someone, code, secret=secret, at=at)


def give_password(client: Client, someone: User, **data: str):
    return client.post("/login/", {"username": someone.username, "password": PASSWORD, **data})


def give_code(client: Client, code: str):
    return client.post("/login/code/", {"code": code})


def is_in(client: Client) -> bool:
    return client.get(reverse("workbench")).status_code == 200


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B (its eight digits cut to six)."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for second, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.code_at(secret, datetime.fromtimestamp(second, UTC)) == code


def test_with_a_second_factor_the_password_alone_opens_nothing(client, cast):
    secret, _codes = with_factor(cast.administrator)
    answer = give_password(client, cast.administrator, next="/console/")
    assert answer.headers["Location"] == reverse("login_code")
    for page in ("/", "/console/", "/console/accounts/user/", "/cases/", "/account/"):
        chain = client.get(page, follow=True).redirect_chain
        assert chain[-1][0].startswith("/login/?next="), page
    assert client.post("/account/second-factor/").headers["Location"].startswith("/login/")
    assert client.get("/login/set-up/").headers["Location"] == "/login/"
    assert not UserSession.objects.filter(user=cast.administrator).exists()
    answer = give_code(client, totp.code_at(secret, NOON))
    assert (answer.headers["Location"], is_in(client)) == ("/console/", True)


def test_a_code_is_good_once_and_not_for_long(client, cast):
    secret, _codes = with_factor(cast.approver)
    code = totp.code_at(secret, NOON)
    give_password(client, cast.approver)
    for wrong in (totp.code_at(secret, NOON + timedelta(seconds=90)),
                  totp.code_at(secret, NOON - timedelta(seconds=90)), "", "абвгде"):  # fmt: skip
        assert give_code(client, wrong).status_code == 200
    assert give_code(client, code).status_code == 302
    other = Client()
    give_password(other, cast.approver)
    assert (give_code(other, code).status_code, is_in(other)) == (200, False)


def test_a_recovery_code_is_good_once(client, cast):
    _secret, codes = with_factor(cast.approver)
    for expected in (True, False):
        browser = Client()
        give_password(browser, cast.approver)
        give_code(browser, codes[0].upper())
        assert is_in(browser) is expected
    assert [change.kind for change in cast.approver.changes.order_by("id")] == [
        "factor",
        "recovery",
    ]


def test_guessing_codes_locks_like_guessing_passwords(client, cast):
    secret, _codes = with_factor(cast.approver)
    give_password(client, cast.approver)
    answers = [give_code(client, "000000").status_code for _number in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert give_code(client, totp.code_at(secret, NOON)).status_code == 429
    # Nor does the right password in between begin anew.
    assert give_password(Client(), cast.approver).status_code == 429


def test_the_right_password_waits_ten_minutes_and_not_past_a_change(client, cast, time_machine):
    secret, _codes = with_factor(cast.approver)
    give_password(client, cast.approver)
    time_machine.move_to(NOON + timedelta(minutes=11))
    code = totp.code_at(secret, NOON + timedelta(minutes=11))
    assert give_code(client, code).headers["Location"] == "/login/"
    give_password(client, cast.approver)
    operations.set_password(cast.approver, "Blue-Rivers-0578", by=None, at=LATER)
    assert give_code(client, code).headers["Location"] == "/login/"


def test_whose_role_requires_it_sets_it_up_before_he_gets_in(client, cast, settings, caplog):
    settings.SECOND_FACTOR = True
    assert give_password(client, cast.fund).headers["Location"] == reverse("login_set_up")
    page = client.get(reverse("login_set_up"))
    assert caplog.records == [], "a field of the other form was asked for"
    secret = page.context["key"].replace(" ", "")
    assert page.context["picture"].startswith("data:image/svg+xml;base64,")
    assert client.post(reverse("login_set_up"), {"code": "000000"}).status_code == 200
    assert not is_in(client)
    shown = client.post(reverse("login_set_up"), {"code": totp.code_at(secret, NOON)})
    assert (len(shown.context["codes"]), is_in(client)) == (10, True)
    assert secret.encode() not in bytes(raw("second_factor.secret", cast.fund))
    client.get(reverse("logout"))
    assert give_password(Client(), cast.fund).headers["Location"] == reverse("login_code")


def test_a_key_that_was_shown_before_is_never_set_up(client, cast, settings):
    """Who knew the first password, or found an open session, would have both factors."""
    settings.SECOND_FACTOR = True
    thief = Client()
    keys = []
    for browser, page in (
        (thief, "login_set_up"),
        (client, "login_set_up"),
        (client, "login_set_up"),
    ):
        if browser is thief or not keys[1:]:
            give_password(browser, cast.fund)
        keys.append(browser.get(reverse(page)).context["key"].replace(" ", ""))
    assert len(set(keys)) == 3
    for key in keys[:2]:
        client.post(reverse("login_set_up"), {"code": totp.code_at(key, NOON)})
        assert not is_in(client)
    # A wrong code does not change the key, and the session keeps it encrypted.
    again = client.post(reverse("login_set_up"), {"code": "000000"}).context["key"]
    assert again.replace(" ", "") == keys[2]
    assert keys[2] not in str(dict(client.session))
    client.post(reverse("login_set_up"), {"code": totp.code_at(keys[2], NOON)})
    assert is_in(client)
    shown = {client.get(reverse("set_up_factor")).context["key"] for _turn in range(2)}
    assert len(shown) == 2


def raw(_column: str, someone: User) -> bytes:
    from_database = type(someone.second_factor).objects.raw(
        "SELECT id, user_id, encode(secret, 'escape') AS kept FROM accounts_secondfactor"
        " WHERE user_id = %s", [someone.pk],
    )  # fmt: skip
    return str(from_database[0].kept).encode()


def test_which_roles_require_it_is_said_in_the_rules(client, cast, settings):
    settings.SECOND_FACTOR = True
    asked = {role for role, someone in cast.of_each_role().items()
             if give_password(Client(), someone).headers["Location"] == reverse("login_set_up")}  # fmt: skip
    assert asked == SECOND_FACTOR
    client.force_login(cast.clerk)
    rule, _made = RoleRule.objects.get_or_create(
        role=Role.TOWNSHIP_CLERK, defaults={"second_factor": False}
    )
    operations.set_role_rule(rule, second_factor=True, by=cast.security_officer)
    assert not is_in(client)
    assert give_password(client, cast.clerk).headers["Location"] == reverse("login_set_up")


def test_a_lost_factor_is_taken_off_by_two_officers(cast):
    with_factor(cast.approver)
    ask = {"reason": "手机丢失", "at": NOON}
    with pytest.raises(NotAllowed):
        operations.ask_factor_reset(cast.approver, by=cast.reviewer, **ask)
    reset = operations.ask_factor_reset(cast.approver, by=cast.security_officer, **ask)
    for refused in (cast.security_officer, cast.approver, cast.auditor):
        with pytest.raises(NotAllowed):
            operations.decide_factor_reset(reset, granted=True, by=refused, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.update(decided_by=cast.security_officer)
    operations.decide_factor_reset(reset, granted=True, by=cast.administrator, at=NOON)
    assert not User.objects.filter(pk=cast.approver.pk, second_factor__isnull=False).exists()
    assert cast.approver.changes.filter(kind="factor_reset", by=cast.administrator).exists()


def test_logging_in_changes_the_key_of_the_session(cast):
    """Session fixation: a key planted before the log-in is worth nothing after it."""
    client = Client()
    secret, _codes = with_factor(cast.approver)
    give_password(client, cast.approver)
    planted = client.cookies["sessionid"].value
    give_code(client, totp.code_at(secret, NOON))
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_in(thief)
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_answer_does_not_say_whether_a_name_exists(cast, settings, monkeypatch):
    """Neither by its words nor by the work: whatever the name, one hashing, and none behind a lock."""
    user("gone", is_active=False)
    User.objects.filter(pk=cast.leader.pk).update(password="!")
    User.objects.filter(pk=cast.window.pk).update(is_demo=True)
    settings.DEMO = False
    with_factor(cast.approver)
    hashed = []
    hasher, encode = type(get_hasher()), type(get_hasher()).encode
    monkeypatch.setattr(
        hasher, "encode", lambda *given, **named: hashed.append(1) or encode(*given, **named)
    )

    def tried(name: str) -> tuple[int, int, str]:
        hashed.clear()
        answer = Client().post("/login/", {"username": name, "password": "wrong"})
        errors = str(answer.context["form"].errors) if answer.status_code == 200 else ""
        return len(hashed), answer.status_code, errors

    names = [str(one.username) for one in (cast.clerk, cast.leader, cast.window, cast.approver)]
    names += ["gone", "nobody-of-this-name", "蓝某"]
    first = {name: tried(name) for name in names}
    assert len(set(first.values())) == 1, first
    assert first["gone"][:2] == (1, 200)
    for name in ("gone", "nobody-of-this-name", names[0]):
        assert [tried(name)[:2] for _again in range(5)] == [*[(1, 200)] * 3, (1, 429), (0, 429)]


def test_the_owner_is_told_what_happened_to_his_account_meanwhile(cast, time_machine):
    def told() -> list[str]:
        browser = Client()
        give_password(browser, cast.clerk)
        return [str(message) for message in browser.get(reverse("workbench")).context["messages"]]

    assert told() == []
    time_machine.move_to(LATER)
    operations.set_roles(cast.clerk, [Role.TOWNSHIP_LEADER], by=cast.security_officer, at=LATER)
    Client().post("/login/", {"username": cast.clerk.username, "password": "wrong"})
    time_machine.move_to(LATER + timedelta(minutes=1))
    changed, wrong = told()
    assert "2026-11-22 12:05" in changed
    assert "1" in wrong
    assert told() == []


@pytest.mark.parametrize("page", ["login_set_up", "set_up_factor"])
def test_a_key_kept_under_a_key_that_was_removed_is_shown_anew(client, cast, settings, page):
    settings.SECOND_FACTOR = page == "login_set_up"
    give_password(client, cast.fund)
    before = client.get(reverse(page)).context["key"]
    settings.DATA_KEYS = ["9:" + base64.urlsafe_b64encode(bytes(range(32))).decode()]
    code = {"code": totp.code_at(before.replace(" ", ""), NOON)}
    answer = client.post(reverse(page), code)
    assert (answer.status_code, answer.context["key"] != before) == (200, True)
    again = {"code": totp.code_at(answer.context["key"].replace(" ", ""), NOON)}
    again["password"] = PASSWORD
    assert len(client.post(reverse(page), again).context["codes"]) == 10


def test_recovery_codes_of_a_factor_taken_off_meanwhile_are_refused(client, cast, monkeypatch):
    secret, _codes = with_factor(cast.approver)
    client.force_login(cast.approver)
    monkeypatch.setattr("assistance.web.entry.give_code", taken_off_once_the_code_was_right)
    answer = client.post(reverse("new_recovery_codes"), {"code": totp.code_at(secret, NOON)})
    assert answer.headers["Location"] == reverse("account")


def taken_off_once_the_code_was_right(someone: User, code: str, *, at: datetime) -> bool:
    right = operations.give_code(someone, code, at=at)
    SecondFactor.objects.filter(user=someone).delete()
    return right


@pytest.mark.parametrize("idle", [True, False])
def test_sessions_end_without_work_and_in_any_case(client, cast, time_machine, idle):
    give_password(client, cast.clerk)
    if idle:
        time_machine.move_to(NOON + timedelta(minutes=16))
        assert client.get("/session/left/").json() == {"left": 0}
        assert not is_in(client)
        return
    for minutes in range(10, 8 * 60, 10):
        time_machine.move_to(NOON + timedelta(minutes=minutes))
        assert client.post("/session/stay/").status_code == 200
    time_machine.move_to(NOON + timedelta(hours=8, seconds=1))
    assert not is_in(client)


def test_asking_how_long_the_session_lasts_does_not_lengthen_it(client, cast, time_machine):
    give_password(client, cast.clerk)
    for minutes in (5, 10, 14):
        time_machine.move_to(NOON + timedelta(minutes=minutes))
        assert client.get("/session/left/").json() == {"left": (15 - minutes) * 60}
        # Nor does a page that asks by itself how far a job has come.
        client.get("/jobs/1/progress/")
    assert client.post("/session/stay/").json() == {"left": 900}


CHANGES = {
    "roles": lambda cast: operations.set_roles(cast.clerk, (), by=cast.security_officer, at=NOON),
    "password": lambda cast: operations.set_password(
        cast.clerk, "Blue-Rivers-0578", by=cast.administrator, at=NOON
    ),
    "activity": lambda cast: operations.lock(cast.clerk, by=cast.administrator, at=NOON),
    "ended": lambda cast: operations.end_sessions_of(cast.clerk, by=cast.security_officer, at=NOON),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_rights_ends_the_sessions(client, cast, change):
    give_password(client, cast.clerk)
    assert is_in(client)
    CHANGES[change](cast)
    assert not is_in(client)


def test_one_sees_ones_sessions_and_ends_the_others(client, cast):
    other = Client()
    for browser in (client, other):
        give_password(browser, cast.clerk)
    give_password(Client(), cast.leader)
    assert len(client.get("/account/").context["sessions"]) == 2
    # A stolen session ends nobody else's: the password is asked for again.
    for wrong in ({}, {"password": "wrong"}):
        client.post("/account/sessions/end/", wrong)
        assert is_in(other)
    assert WrongTry.objects.filter(username=cast.clerk.username).count() == 2
    client.post("/account/sessions/end/", {"password": PASSWORD})
    assert (is_in(client), is_in(other)) == (True, False)
    assert UserSession.objects.filter(user=cast.leader).exists()


def test_a_first_second_factor_asks_for_the_password_again(client, cast):
    give_password(client, cast.clerk)
    key = client.get("/account/second-factor/").context["key"].replace(" ", "")
    code = totp.code_at(key, NOON)
    for given in ({}, {"password": "wrong"}):
        client.post("/account/second-factor/", {"code": code} | given)
        assert not SecondFactor.objects.filter(user=cast.clerk).exists()
    client.post("/account/second-factor/", {"code": code, "password": PASSWORD})
    assert SecondFactor.objects.filter(user=cast.clerk).exists()


@pytest.mark.parametrize("again", ["end", "factor"])
def test_guessing_the_password_on_ones_own_page_locks_as_at_the_door(client, cast, again):
    give_password(client, cast.clerk)
    address = "/account/sessions/end/" if again == "end" else "/account/second-factor/"
    wrong = {"code": "123456", "password": "wrong"}
    assert [client.post(address, wrong).status_code for _try in range(6)][-1] == 429
    assert give_password(Client(), cast.clerk).status_code == 429


def test_a_first_password_lapses_unused_and_a_new_one_opens_again(cast, time_machine, settings):
    given = "Red-Leaves-0578"
    operations.set_password(cast.clerk, given, by=cast.administrator, at=NOON)
    name = {"username": "clerk", "password": given}
    time_machine.move_to(NOON + timedelta(days=7, seconds=-1), tick=False)
    assert Client().post("/login/", name).status_code == 302
    time_machine.move_to(NOON + timedelta(days=7), tick=False)
    late = Client().post("/login/", name)
    assert (late.status_code, late.context["form"].errors.as_data()["__all__"][0].code) == (
        200,
        "lapsed",
    )
    assert not WrongTry.objects.exists()
    # A hash that is renewed with the right password takes nothing off that day.
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, PBKDF2]
    User.objects.update(password=make_password(given, hasher="pbkdf2_sha256"))
    assert Client().post("/login/", name).status_code == 200
    EntryRules.objects.update_or_create(pk=1, defaults={"first_password_days": 1})
    now = NOON + timedelta(days=7)
    operations.set_password(cast.clerk, "Gold-Leaves-0578", by=cast.administrator, at=now)
    own = operations.change_own_password(cast.clerk, "Blue-Rivers-0578", at=now)
    assert own.password_lapses_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryRules.objects.update(first_password_days=31)


def test_a_password_that_has_become_too_common_must_be_changed_at_the_log_in(client, cast):
    weak = "password123"
    cast.clerk.set_password(weak)
    cast.clerk.save()
    client.post("/login/", {"username": "clerk", "password": weak})
    assert client.get("/").headers["Location"] == "/password/"
    assert cast.clerk.changes.filter(kind="password", by=None).count() == 1
    strong = Client()
    give_password(strong, cast.leader)
    assert is_in(strong)


def test_a_hash_is_keyed_outside_of_the_database_and_replaces_that_of_before(cast, settings):
    kept = ["assistance.accounts.hashers.KeyedHasher", PBKDF2]
    settings.PASSWORD_HASHERS = [PBKDF2]
    cast.clerk.set_password(PASSWORD)
    cast.clerk.save()
    settings.PASSWORD_HASHERS = kept
    assert give_password(Client(), cast.clerk).status_code == 302
    encoded = User.objects.get(pk=cast.clerk.pk).password
    assert encoded.startswith("pbkdf2_sha256_keyed$")
    assert (check_password(PASSWORD, encoded), check_password("wrong", encoded)) == (True, False)
    settings.DIGEST_KEY = "of somebody who has the tables alone"
    assert not check_password(PASSWORD, encoded)


def test_an_old_password_must_be_changed(client, cast):
    User.objects.filter(pk=cast.clerk.pk).update(password_changed_at=NOON - timedelta(days=91))
    give_password(client, cast.clerk)
    assert client.get("/").headers["Location"] == "/password/"


def test_dormant_accounts_are_found_and_deactivated_where_the_rules_say_so(cast):
    old = user("old", last_login=NOON - timedelta(days=91))
    assert old in dormant_users(at=NOON)
    assert cast.clerk not in dormant_users(at=NOON)
    assert operations.deactivate_dormant(at=NOON) == 0


def test_a_substitute_acts_for_days_and_four_eyes_stay(cast):
    order = {
        "substitute": cast.second_clerk, "role": Role.TOWNSHIP_LEADER, "first_day": NOON.date(),
        "last_day": NOON.date(), "reason": "年休假", "by": cast.security_officer, "at": NOON,
    }  # fmt: skip
    for wrong in ({"role": Role.APPROVER}, {"substitute": cast.neighbour_clerk},
                  {"substitute": cast.leader}, {"last_day": NOON.date() - timedelta(days=1)}):  # fmt: skip
        with pytest.raises(Refused):
            operations.order_substitution(cast.leader, **order | wrong)
    with pytest.raises(NotAllowed):
        operations.order_substitution(cast.leader, **order | {"by": cast.leader})
    made = operations.order_substitution(cast.leader, **order)
    clerk = User.objects.get(pk=cast.second_clerk.pk)
    assert clerk.roles == {Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER}
    assert clerk.assigned_roles == {Role.TOWNSHIP_CLERK}
    operations.revoke_substitution(made, by=cast.security_officer, at=NOON)
    assert User.objects.get(pk=clerk.pk).roles == {Role.TOWNSHIP_CLERK}


def test_a_lent_role_and_a_later_one_exclude_each_other(cast):
    days = {
        "first_day": NOON.date() + timedelta(days=3),
        "last_day": NOON.date() + timedelta(days=9),
    }
    by = {"by": cast.security_officer, "at": NOON}
    made = operations.order_substitution(
        cast.payer,
        substitute=cast.reviewer,
        role=Role.PAYMENT_OFFICER,
        reason="年休假",
        **days,
        **by,
    )
    for clash in ([Role.FUND_SUPERVISOR], [Role.REVIEWER, Role.FUND_SUPERVISOR], [Role.AUDITOR]):
        with translation.override("en"), pytest.raises(Refused, match="substitut"):
            operations.set_roles(cast.reviewer, clash, **by)
    operations.revoke_substitution(made, **by)
    operations.set_roles(cast.reviewer, [Role.FUND_SUPERVISOR], **by)


def roles_of(someone: User) -> set[Role]:
    return set(User.objects.get(pk=someone.pk).roles)


def test_nobody_lends_what_he_no_longer_has(cast):
    today = {"first_day": NOON.date(), "last_day": NOON.date(), "reason": "年休假"}
    by = {"by": cast.security_officer, "at": NOON}
    lent = {"substitute": cast.second_clerk, "role": Role.TOWNSHIP_LEADER, **today, **by}
    operations.order_substitution(cast.leader, **lent)
    both = {Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER}
    assert roles_of(cast.second_clerk) == both
    operations.lock(cast.leader, by=cast.administrator, at=NOON)
    assert roles_of(cast.second_clerk) == {Role.TOWNSHIP_CLERK}
    operations.unlock(cast.leader, by=cast.administrator, at=NOON)
    assert roles_of(cast.second_clerk) == both
    User.objects.filter(pk=cast.leader.pk).update(township=cast.neighbour_clerk.township)
    assert roles_of(cast.second_clerk) == {Role.TOWNSHIP_CLERK}
    User.objects.filter(pk=cast.leader.pk).update(township=cast.second_clerk.township)
    operations.set_roles(cast.leader, [Role.TOWNSHIP_CLERK], **by)
    assert roles_of(cast.second_clerk) == {Role.TOWNSHIP_CLERK}


@pytest.mark.django_db(transaction=True)
def test_a_role_and_its_opposite_ordered_at_once_are_not_both_given(time_machine):
    time_machine.move_to(NOON, tick=False)
    cast = Cast()
    payer, reviewer, officer = cast.payer, cast.reviewer, cast.security_officer
    # The lock is the row of the administrators' role, which every database of ours has.
    assert cast.administrator
    by = {"by": officer, "at": NOON}

    def lend() -> object:
        return operations.order_substitution(
            payer, substitute=reviewer, role=Role.PAYMENT_OFFICER,
            first_day=NOON.date(), last_day=NOON.date(), reason="年休假", **by,
        )  # fmt: skip

    answers = at_once(lend, lambda: operations.set_roles(reviewer, [Role.FUND_SUPERVISOR], **by))
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_one_code_at_two_doors_at_once_opens_one(time_machine):
    time_machine.move_to(NOON, tick=False)
    someone = user("twice", Role.APPROVER)
    secret, _codes = with_factor(someone)
    code = totp.code_at(secret, NOON)
    answers = at_once(*[lambda: operations.give_code(someone, code, at=NOON)] * 2)
    assert sorted(answers) == [False, True]
