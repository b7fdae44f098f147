"""The way in: the password first, then the second factor, and only then a session of one's own."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.handlers.proxy import AxesProxyHandler
from cryptography.exceptions import InvalidTag
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistance.accounts import sessions, totp
from assistance.accounts.backends import AccountsBackend
from assistance.accounts.models import User
from assistance.accounts.operations import give_code, note_log_in
from assistance.accounts.queries import (
    alarms_since,
    entry_rules,
    happened_since,
    has_second_factor,
    needs_second_factor,
)
from assistance.shared import crypto
from assistance.web.requests import client_address

BACKEND = "assistance.accounts.backends.AccountsBackend"
HALFWAY = "halfway"
OFFERED = "offered_factor"
# So long the right password waits for the second factor.
WAITS = timedelta(minutes=10)


def step_after_password(user: User) -> str | None:
    """The page that asks for the second factor or sets it up; None when the password is all."""
    if has_second_factor(user):
        return "login_code"
    return "login_set_up" if needs_second_factor(user) else None


def wait_halfway(request: HttpRequest, user: User, *, leads_to: str) -> None:
    """Remember who gave the right password. He is nobody yet: nothing but the second step opens."""
    request.session.cycle_key()
    request.session[HALFWAY] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "next": leads_to,
    }


def halfway(request: HttpRequest) -> tuple[User, str] | None:
    """Whoever gave the right password a moment ago, and where he wanted to go."""
    kept = request.session.get(HALFWAY)
    if not kept or timezone.now().timestamp() - kept["at"] > WAITS.total_seconds():
        return None
    user = AccountsBackend().get_user(kept["user"])
    if not isinstance(user, User) or user.get_session_auth_hash() != kept["password"]:
        return None
    return user, kept["next"]


def let_in(request: HttpRequest, user: User) -> None:
    """A session of one's own, under a new key, with its ends marked."""
    before = user.last_login
    note_log_in(user, at=timezone.now())
    request.session.pop(HALFWAY, None)
    forget_offer(request)
    login(request, user, backend=BACKEND)
    sessions.begin(
        request.session,
        entry_rules(),
        address=client_address(request),
        browser=request.headers.get("User-Agent", ""),
    )
    if before is not None:
        _tell(request, user, since=before)
        _tell_of_alarms(request, user, since=before)


def _tell(request: HttpRequest, user: User, *, since: datetime) -> None:
    """No message leaves the house: what happened to his account its owner is told here."""
    changes, wrong = happened_since(user, since)
    if changes:
        what = _(", ").join(
            f"{change.get_kind_display()} ({localtime(change.at):%Y-%m-%d %H:%M})"
            for change in changes
        )
        sentence = _("Since your last log-in others changed your account: %(what)s.")
        messages.warning(request, sentence % {"what": what})
    if wrong:
        sentence = ngettext(
            "Since your last log-in %(count)d wrong password or code was given under your name.",
            "Since your last log-in %(count)d wrong passwords or codes were given under your name.",
            wrong,
        )
        messages.warning(request, sentence % {"count": wrong})


def _tell_of_alarms(request: HttpRequest, user: User, *, since: datetime) -> None:
    """Who has to look into them hears of them first thing."""
    rung = alarms_since(user, since)
    if rung:
        sentence = ngettext(
            "Since your last log-in %(count)d alarm has rung: look at the list of alarms.",
            "Since your last log-in %(count)d alarms have rung: look at the list of alarms.",
            rung,
        )
        messages.warning(request, sentence % {"count": rung})


def offer_anew(request: HttpRequest) -> str:
    """A secret for an authenticator that nobody was shown before, kept for this session alone."""
    secret = totp.new_secret()
    request.session[OFFERED] = crypto.encrypt(secret, label=OFFERED).hex()
    return secret


def offered(request: HttpRequest) -> str:
    """The secret that this session was shown last; a new one where it was shown none.

    Also where it can no longer be read: the key it was kept under may have been changed and removed since.
    """
    kept = request.session.get(OFFERED)
    if not kept:
        return offer_anew(request)
    try:
        return crypto.decrypt(bytes.fromhex(kept), label=OFFERED)
    except (InvalidTag, KeyError):
        return offer_anew(request)


def forget_offer(request: HttpRequest) -> None:
    request.session.pop(OFFERED, None)


def is_locked_out(request: HttpRequest, user: User) -> bool:
    """Whether nobody gets in under this name now; then the page of the lock is the answer."""
    credentials = {"username": user.username}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]  # what the lock's middleware looks at
    request.axes_credentials = credentials  # type: ignore[attr-defined]
    return True


def password_is_right(request: HttpRequest, user: User, password: str) -> bool:
    """Asked again before something that a stolen session must not do; a wrong one counts as at the log-in."""
    if is_locked_out(request, user):
        return False
    if user.check_password(password):
        return True
    user_login_failed.send(
        sender=__name__, credentials={"username": user.username}, request=request
    )
    return False


def code_is_right(request: HttpRequest, user: User, code: str) -> bool:
    """Whether the second factor is right. A wrong one counts as a wrong password does."""
    if is_locked_out(request, user):
        return False
    if give_code(user, code, at=timezone.now()):
        return True
    user_login_failed.send(
        sender=__name__, credentials={"username": user.username}, request=request
    )
    return False
