"""Users: who they are, what they may do and where. Only administrators change them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, Division, User, UserChange
from assistance.accounts.queries import agency_for
from assistance.accounts.roles import AGENCY_ROLES, TOWNSHIP_ROLES, Role, incompatible
from assistance.shared.errors import NotAllowed, Refused

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


def check_administrator_remains(user: User, roles: Collection[Role], *, is_active: bool) -> None:
    """Raises Refused when the last active administrator would lose that role or the account."""
    if not user.has_role(Role.ADMINISTRATOR) or (is_active and Role.ADMINISTRATOR in roles):
        return
    if (
        not User.objects.filter(groups__name=Role.ADMINISTRATOR, is_active=True)
        .exclude(pk=user.pk)
        .exists()
    ):
        raise Refused(_("This is the last administrator: name another one first."))


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
    """A new account; `by` is None when the system makes it (demo county, first administrator).

    Raises Refused for what `check_assignment` refuses and for a password too weak, and DemoRefused
    for a demo account outside the demo.
    """
    _check_administrator(by)
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
    _check_password(password, user)
    user.set_password(password)
    user.must_change_password = must_change_password
    user.save()
    user.groups.set(_groups(roles))
    _note(user, Kind.CREATED, _summary(user, roles), by=by, at=at)
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

    Raises Refused as `check_assignment`, and for taking away the last administrator.
    """
    _check_administrator(by)
    # One change of accounts at a time: two administrators could take each other's role away.
    list(Group.objects.select_for_update().filter(name=Role.ADMINISTRATOR))
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if is_active:
        check_assignment(roles, agency=agency, township=township)
    check_administrator_remains(user, roles, is_active=is_active)
    before, was_active = _summary(user, user.roles), user.is_active
    user.full_name, user.agency, user.township = full_name, agency, township
    user.is_active = is_active
    user.save(update_fields=["full_name", "agency", "township", "is_active"])
    user.groups.set(_groups(roles))
    user = User.objects.get(pk=user.pk)
    after = _summary(user, user.roles)
    if after != before:
        _note(user, Kind.CHANGED, f"{before} → {after}", by=by, at=at)
    if is_active != was_active:
        _note(user, Kind.ACTIVATED if is_active else Kind.DEACTIVATED, "", by=by, at=at)
    return user


def set_roles(user: User, roles: Collection[Role], *, by: User | None, at: datetime) -> User:
    """Give `user` exactly these roles. Raises Refused as `change_user`."""
    return _change(user, by=by, at=at, roles=roles)


def lock(user: User, *, by: User | None, at: datetime) -> User:
    """Take away the right to log in; open sessions end with their next click."""
    return _change(user, by=by, at=at, is_active=False)


@transaction.atomic
def unlock(user: User, *, by: User | None, at: datetime) -> User:
    """Let a user log in again: a deactivated account, or one locked after wrong passwords."""
    if not user.is_active:
        user = _change(user, by=by, at=at, is_active=True)
    lift_lock(user.username, by=by, at=at)
    return user


@transaction.atomic
def lift_lock(username: str, *, by: User | None, at: datetime) -> int:
    """Forget the wrong passwords given for a user name (of a user or not); returns how many rows.

    The evidence goes with them, so the account's history says who lifted the lock.
    """
    _check_administrator(by)
    forgotten = reset(username=username)
    user = User.objects.filter(username=username).first()
    if forgotten and user is not None:
        _note(user, Kind.UNLOCKED, "", by=by, at=at)
    return int(forgotten)


@transaction.atomic
def set_password(user: User, password: str, *, by: User | None, at: datetime) -> None:
    """Give a new first password, which the user must change after logging in with it.

    Raises Refused for a password too weak. Ends the user's sessions.
    """
    _check_administrator(by)
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _check_password(password, user)
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    _note(user, Kind.PASSWORD, "", by=by, at=at)


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
        roles=user.roles if roles is None else roles,
        is_active=user.is_active if is_active is None else is_active,
        by=by,
        at=at,
    )


def _check_administrator(by: User | None) -> None:
    if by is not None and not by.has_role(Role.ADMINISTRATOR):
        raise NotAllowed(_("Only an administrator may change accounts."))


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None


def _groups(roles: Collection[Role]) -> list[Group]:
    return [Group.objects.get_or_create(name=role.value)[0] for role in roles]


def _labels(roles: Collection[Role]) -> str:
    return _(", ").join(str(role.label) for role in Role if role in roles)


def _summary(user: User, roles: Collection[Role]) -> str:
    place = [str(part) for part in (user.agency, user.township) if part is not None]
    return " · ".join([user.full_name, *place, _labels(roles) or _("no role")])


def _note(user: User, kind: str, note: str, *, by: User | None, at: datetime) -> None:
    UserChange.objects.create(user=user, kind=kind, note=note, by=by, at=at)
