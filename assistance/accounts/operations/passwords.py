"""Passwords: given by an officer, changed by their owner, remembered so that they do not come back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from assistance.accounts.models import PasswordUsed, User, UserChange
from assistance.accounts.operations.notes import note
from assistance.accounts.operations.sessions import end_sessions
from assistance.accounts.permissions import check_administrator
from assistance.accounts.validators import REMEMBERED
from assistance.shared.errors import Refused


@transaction.atomic
def set_password(user: User, password: str, *, by: User | None, at: datetime) -> None:
    """Give a new first password, which the user must change after logging in with it.

    Raises Refused for a password too weak or used before. Ends the user's sessions.
    """
    check_administrator(by)
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _take(user, password, at=at)
    user.must_change_password = True
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    end_sessions(user)
    note(user, UserChange.Kind.PASSWORD, "", by=by, at=at)


@transaction.atomic
def change_own_password(
    user: User, password: str, *, at: datetime, keep_session: str | None = None
) -> User:
    """The owner's own new password; his other sessions end. Raises Refused as `set_password`."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _take(user, password, at=at)
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    end_sessions(user, keep=keep_session)
    return user


def check_password(password: str, user: User) -> None:
    """Raises Refused with every rule that the password breaks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None


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
