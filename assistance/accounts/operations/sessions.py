"""Logging in, and sessions that end before their time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import RoleRule, User, UserChange, UserSession
from assistance.accounts.operations.notes import note
from assistance.accounts.permissions import check_security_officer
from assistance.accounts.queries import dormant_users, entry_rules


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """End the user's sessions, all but the one with the key `keep`; how many."""
    rows = UserSession.objects.filter(user=user)
    if keep is not None:
        rows = rows.exclude(session_key=keep)
    ended, _kinds = rows.delete()
    return ended


@transaction.atomic
def end_sessions_of(user: User, *, by: User, at: datetime) -> int:
    """The security officer ends somebody's sessions and leaves a line in his history."""
    check_security_officer(by)
    ended = end_sessions(user)
    note(user, UserChange.Kind.SESSIONS, str(ended), by=by, at=at)
    return ended


@transaction.atomic
def note_log_in(user: User, *, at: datetime) -> None:
    """Somebody has proved who he is: an expired password must be changed before anything else."""
    days = entry_rules().password_days
    since = user.password_changed_at or user.date_joined
    if not days or user.is_demo or user.must_change_password or at < since + timedelta(days=days):
        return
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])
    note(user, UserChange.Kind.PASSWORD, _("expired"), by=None, at=at)


@transaction.atomic
def deactivate_dormant(*, at: datetime) -> int:
    """Deactivate the accounts nobody has used for long, where the rules say so; how many.

    The last officers of the system stay: without them nobody could open an account again.
    """
    if not entry_rules().deactivate_dormant:
        return 0
    found = dormant_users(at=at).exclude(groups__name__in=("administrator", "security_officer"))
    users = list(found.select_for_update(of=("self",)))
    for user in users:
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sessions(user)
        note(user, UserChange.Kind.DEACTIVATED, _("not used for long"), by=None, at=at)
    return len(users)


@transaction.atomic
def set_role_rule(rule: RoleRule, *, second_factor: bool, by: User) -> RoleRule:
    """Require a second factor of a role or no more; where it is new, the sessions of its holders end."""
    check_security_officer(by)
    rule = RoleRule.objects.select_for_update().get(pk=rule.pk)
    if second_factor and not rule.second_factor:
        UserSession.objects.filter(user__groups__name=rule.role).exclude(user=by).delete()
    rule.second_factor = second_factor
    rule.save(update_fields=["second_factor"])
    return rule
