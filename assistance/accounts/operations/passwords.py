"""Passwords: given by an officer, changed by their owner, remembered so that they do not come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import (
    get_default_password_validators,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import PasswordUsed, User, UserChange
from assistance.accounts.operations.notes import note
from assistance.accounts.operations.sessions import end_sessions
from assistance.accounts.permissions import check_administrator
from assistance.accounts.queries import entry_rules
from assistance.accounts.validators import REMEMBERED, NotUsedBefore
from assistance.shared.errors import Refused

KEPT = ["password", "password_changed_at", "must_change_password", "password_lapses_at"]


@transaction.atomic
def set_password(user: User, password: str, *, by: User | None, at: datetime) -> None:
    """Give a new first password, which the user must change after logging in with it, within the days of the rules.

    Raises Refused for a password too weak or used before. Ends the user's sessions.
    """
    check_administrator(by)
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _take(user, password, at=at)
    give_first(user, at=at)
    user.save(update_fields=KEPT)
    end_sessions(user)
    note(user, UserChange.Kind.PASSWORD, "", by=by, at=at)


@transaction.atomic
def change_own_password(
    user: User, password: str, *, at: datetime, keep_session: str | None = None
) -> User:
    """The owner's own new password; his other sessions end. Raises Refused as `set_password`."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _take(user, password, at=at)
    user.save(update_fields=KEPT)
    end_sessions(user, keep=keep_session)
    return user


@transaction.atomic
def doubt_password(user: User, password: str, *, at: datetime) -> None:
    """A password that logged in but breaks a rule of today, such as the list of common ones, must be changed."""
    if user.is_demo or not _broken(password, user, _rules_without_memory()):
        return
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.must_change_password:
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])
        note(user, UserChange.Kind.PASSWORD, _("too weak by the rules of today"), by=None, at=at)


def give_first(user: User, *, at: datetime) -> None:
    """Mark the password as one that somebody else chose. Saves nothing."""
    user.must_change_password = True
    user.password_lapses_at = at + timedelta(days=entry_rules().first_password_days)


def check_password(password: str, user: User) -> None:
    """Raises Refused with every rule that the password breaks."""
    if broken := _broken(password, user, get_default_password_validators()):
        raise Refused(" ".join(broken))


def _broken(password: str, user: User, rules: Sequence[Any]) -> list[str]:
    try:
        validate_password(password, user, rules)
    except ValidationError as error:
        return list(error.messages)
    return []


def _rules_without_memory() -> list[Any]:
    """All but the one that refuses the password one has."""
    return [r for r in get_default_password_validators() if not isinstance(r, NotUsedBefore)]


def _remember(user: User, *, at: datetime) -> None:
    """Keep the hash of the password that goes, and forget all but the last five."""
    PasswordUsed.objects.create(user=user, encoded=user.password, at=at)
    kept = PasswordUsed.objects.filter(user=user).order_by("-at", "-id")[:REMEMBERED]
    PasswordUsed.objects.filter(user=user).exclude(
        pk__in=list(kept.values_list("pk", flat=True))
    ).delete()


def _take(user: User, password: str, *, at: datetime) -> None:
    check_password(password, user)
    _remember(user, at=at)
    user.set_password(password)
    user.password_changed_at = at
