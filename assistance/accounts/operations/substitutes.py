"""Absence: somebody holds the role of somebody else for days. Four eyes stay, for they are about persons."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Substitution, User, UserChange
from assistance.accounts.operations.notes import note
from assistance.accounts.operations.sessions import end_sessions
from assistance.accounts.permissions import check_security_officer
from assistance.accounts.roles import OFFICERS, TOWNSHIP_ROLES, Role, incompatible
from assistance.shared.errors import Refused


@transaction.atomic
def order_substitution(
    absent: User,
    *,
    substitute: User,
    role: Role,
    first_day: date,
    last_day: date,
    reason: str,
    by: User,
    at: datetime,
) -> Substitution:
    """Give `substitute` the role of `absent` from the first to the last day, both included.

    Raises Refused: a role the absent does not hold or an officer's, another agency or township, roles that
    exclude each other, days that end before they begin.
    """
    # One change of accounts at a time, as `change_user`: each of two alone could be in order.
    list(Group.objects.select_for_update().filter(name=Role.ADMINISTRATOR))
    check_security_officer(by, user=substitute)
    check_substitution(
        absent, substitute=substitute, role=role, first_day=first_day, last_day=last_day
    )
    made = Substitution.objects.create(
        absent=absent,
        substitute=substitute,
        role=role,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        ordered_by=by,
        ordered_at=at,
    )
    _note(made, by=by, at=at)
    end_sessions(substitute)
    return made


@transaction.atomic
def revoke_substitution(substitution: Substitution, *, by: User, at: datetime) -> None:
    """End it now; what was done under it stays. Raises Refused when it was revoked before."""
    check_security_officer(by)
    substitution = Substitution.objects.select_for_update().get(pk=substitution.pk)
    if substitution.revoked_at is not None:
        raise Refused(_("This substitution has been revoked already."))
    substitution.revoked_at = at
    substitution.save(update_fields=["revoked_at"])
    _note(substitution, by=by, at=at, revoked=True)
    end_sessions(substitution.substitute)


def check_substitution(
    absent: User, *, substitute: User, role: Role, first_day: date, last_day: date
) -> None:
    """Raises Refused as `order_substitution` does."""
    if role in OFFICERS or role not in absent.assigned_roles:
        raise Refused(_("%(user)s does not hold this role.") % {"user": absent})
    if substitute.pk == absent.pk or not substitute.is_active:
        raise Refused(_("Choose somebody else as the substitute."))
    if substitute.agency_id != absent.agency_id or (
        role in TOWNSHIP_ROLES and substitute.township_id != absent.township_id
    ):
        raise Refused(_("The substitute works at the same agency, and in the same township."))
    if last_day < first_day:
        raise Refused(_("The last day is not before the first."))
    running = Substitution.objects.filter(
        substitute=substitute, revoked_at=None, first_day__lte=last_day, last_day__gte=first_day
    )
    held = substitute.assigned_roles | {role} | {Role(row.role) for row in running}
    if incompatible(set(held)):
        raise Refused(_("The substitute holds a role that excludes this one."))


def _note(row: Substitution, *, by: User, at: datetime, revoked: bool = False) -> None:
    text = _("%(role)s for %(absent)s, %(first)s to %(last)s: %(reason)s") % {
        "role": Role(row.role).label,
        "absent": row.absent,
        "first": row.first_day.isoformat(),
        "last": row.last_day.isoformat(),
        "reason": _("revoked") if revoked else row.reason,
    }
    note(row.substitute, UserChange.Kind.SUBSTITUTE, text, by=by, at=at)
