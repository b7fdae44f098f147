"""Users: the administrator makes and names them, the security officer says what they may do and where."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, Division, User, UserChange
from assistance.accounts.operations.notes import note
from assistance.accounts.operations.passwords import check_password, give_first
from assistance.accounts.operations.sessions import end_sessions
from assistance.accounts.permissions import check_administrator, check_security_officer
from assistance.accounts.queries import agency_for
from assistance.accounts.roles import AGENCY_ROLES, TOWNSHIP_ROLES, Role, incompatible
from assistance.shared.errors import Refused

Kind = UserChange.Kind
AT_AN_AGENCY = AGENCY_ROLES | TOWNSHIP_ROLES | {Role.CITY_SUPERVISOR, Role.PARTNER}


class DemoRefused(Refused):
    """Demo accounts refuse to exist in production."""


def check_assignment(
    roles: Collection[Role], *, agency: Agency | None, township: Division | None
) -> None:
    """Whether one person may hold these roles in this place.

    Raises Refused: roles that exclude each other, a township role without a township, a role at an
    office without an agency, a township that the agency does not answer for.
    """
    clash = incompatible(set(roles))
    if clash:
        raise Refused(
            _("One person may not hold these roles together: %(roles)s.")
            % {"roles": _labels(clash)}
        )
    if township is None and TOWNSHIP_ROLES.intersection(roles):
        raise Refused(
            _("%(roles)s: choose the township.") % {"roles": _labels(TOWNSHIP_ROLES & set(roles))}
        )
    if agency is None and AT_AN_AGENCY.intersection(roles):
        raise Refused(
            _("%(roles)s: choose the agency.") % {"roles": _labels(AT_AN_AGENCY & set(roles))}
        )
    if agency is not None and township is not None and agency_for(township) != agency:
        raise Refused(
            _("%(agency)s does not answer for %(township)s.")
            % {"agency": agency, "township": township}
        )


def check_substitutions_stay(user: User, roles: Collection[Role], *, on: date) -> None:
    """Raises Refused when a role lent to the user, today or later, excludes one of `roles`."""
    for row in user.substitutions.filter(revoked_at=None, last_day__gte=on).order_by("last_day"):
        if incompatible({*roles, Role(row.role)}):
            raise Refused(
                _(
                    "Until %(day)s the user is a substitute as %(role)s, which excludes this role:"
                    " revoke the substitution first."
                )
                % {"day": row.last_day.isoformat(), "role": Role(row.role).label}
            )


# Who opens and shuts the doors: the last of either cannot go.
DOORKEEPERS = (Role.ADMINISTRATOR, Role.SECURITY_OFFICER)


def check_officer_remains(user: User, roles: Collection[Role], *, is_active: bool) -> None:
    """Raises Refused when the last active officer of a kind would lose that role or the account."""
    for office in DOORKEEPERS:
        if not user.has_role(office) or (is_active and office in roles):
            continue
        others = User.objects.filter(groups__name=office, is_active=True).exclude(pk=user.pk)
        if not others.exists():
            raise Refused(
                _("%(role)s: this is the last one, name another first.") % {"role": office.label}
            )


@transaction.atomic
def create_user(
    *,
    username: str,
    full_name: str,
    password: str,
    roles: Collection[Role],
    by: User | None,
    at: datetime,
    agency: Agency | None = None,
    township: Division | None = None,
    is_demo: bool = False,
    must_change_password: bool = True,
) -> User:
    """A new account; `by` is None when the system makes it (demo county, first officers).

    Raises NotAllowed for an administrator who gives roles or a place with it, Refused for what
    `check_assignment` refuses and for a password too weak, DemoRefused for a demo account outside the demo.
    """
    check_administrator(by)
    if roles or agency or township:
        check_security_officer(by)
    if is_demo and not settings.DEMO:
        raise DemoRefused(_("Demo accounts exist only in the demo."))
    check_assignment(roles, agency=agency, township=township)
    user = User(
        username=username,
        full_name=full_name,
        agency=agency,
        township=township,
        is_demo=is_demo,
    )
    check_password(password, user)
    user.set_password(password)
    if must_change_password:
        give_first(user, at=at)
    user.password_changed_at = at
    user.save()
    user.groups.set(_groups(roles))
    note(user, Kind.CREATED, _summary(user, roles), by=by, at=at)
    return user


@transaction.atomic
def change_user(
    user: User,
    *,
    full_name: str,
    agency: Agency | None,
    township: Division | None,
    roles: Collection[Role],
    is_active: bool,
    by: User | None,
    at: datetime,
) -> User:
    """Change name, place, roles and whether the account may log in; writes down what changed.

    Name and activity are the administrator's, place and roles the security officer's. Where the rights or
    the activity change, the user's sessions end. Raises NotAllowed for the wrong officer, Refused as
    `check_assignment`, for a role that one lent to the user excludes, and for taking away the last officer.
    """
    # One change of accounts at a time: two officers could take each other's role away.
    list(Group.objects.select_for_update().filter(name=Role.ADMINISTRATOR))
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if is_active:
        check_assignment(roles, agency=agency, township=township)
        check_substitutions_stay(user, roles, on=localdate(at))
    check_officer_remains(user, roles, is_active=is_active)
    rights = (user.agency, user.township, user.assigned_roles)
    if rights != (agency, township, frozenset(roles)):
        check_security_officer(by, user=user)
        end_sessions(user)
    if (user.full_name, user.is_active) != (full_name, is_active):
        check_administrator(by)
    before, was_active = _summary(user, user.assigned_roles), user.is_active
    user.full_name, user.agency, user.township = full_name, agency, township
    user.is_active = is_active
    user.save(update_fields=["full_name", "agency", "township", "is_active"])
    user.groups.set(_groups(roles))
    user = User.objects.get(pk=user.pk)
    after = _summary(user, user.assigned_roles)
    if after != before:
        note(user, Kind.CHANGED, f"{before} → {after}", by=by, at=at)
    if is_active != was_active:
        end_sessions(user)
        note(user, Kind.ACTIVATED if is_active else Kind.DEACTIVATED, "", by=by, at=at)
    return user


def set_roles(user: User, roles: Collection[Role], *, by: User | None, at: datetime) -> User:
    """Give `user` exactly these roles. Raises Refused as `change_user`."""
    return _change(user, by=by, at=at, roles=roles)


def lock(user: User, *, by: User | None, at: datetime) -> User:
    """Take away the right to log in; open sessions end with their next click."""
    return _change(user, by=by, at=at, is_active=False)


def unlock(user: User, *, by: User | None, at: datetime) -> User:
    """Let a deactivated user log in again. Raises Refused as `change_user`."""
    return _change(user, by=by, at=at, is_active=True)


@transaction.atomic
def lift_lock(username: str, *, by: User | None, at: datetime) -> int:
    """Forget the wrong tries under a user name (of a user or not); returns how many rows.

    The list of single tries stays, and the account's history says who lifted the lock.
    """
    check_security_officer(by)
    forgotten = reset(username=username)
    user = User.objects.filter(username=username).first()
    if forgotten and user is not None:
        note(user, Kind.UNLOCKED, "", by=by, at=at)
    return int(forgotten)


def _change(
    user: User,
    *,
    by: User | None,
    at: datetime,
    roles: Collection[Role] | None = None,
    is_active: bool | None = None,
) -> User:
    return change_user(
        user,
        full_name=user.full_name,
        agency=user.agency,
        township=user.township,
        roles=user.assigned_roles if roles is None else roles,
        is_active=user.is_active if is_active is None else is_active,
        by=by,
        at=at,
    )


def _groups(roles: Collection[Role]) -> list[Group]:
    return [Group.objects.get_or_create(name=role.value)[0] for role in roles]


def _labels(roles: Collection[Role]) -> str:
    return _(", ").join(str(role.label) for role in Role if role in roles)


def _summary(user: User, roles: Collection[Role]) -> str:
    place = [str(part) for part in (user.agency, user.township) if part is not None]
    return " · ".join([user.full_name, *place, _labels(roles) or _("no role")])
