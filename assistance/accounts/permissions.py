"""Who may change accounts: one officer makes them, another gives the rights (三员分立)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.shared.errors import NotAllowed


def check_administrator(by: User | None) -> None:
    """Raises NotAllowed unless `by` makes accounts; None is the system itself."""
    if by is not None and not by.has_role(Role.ADMINISTRATOR):
        raise NotAllowed(_("Only the system administrator may do this to accounts."))


def check_security_officer(by: User | None, *, user: User | None = None) -> None:
    """Raises NotAllowed unless `by` gives rights, and those of `user` are not his own."""
    if by is None:
        return
    if not by.has_role(Role.SECURITY_OFFICER):
        raise NotAllowed(_("Only the security officer may do this to accounts."))
    if user is not None and by.pk == user.pk:
        raise NotAllowed(_("Nobody changes his own rights: ask another security officer."))


def check_officer(by: User | None, *, user: User) -> None:
    """Raises NotAllowed unless `by` is one of the two officers and not the user himself."""
    if by is None:
        return
    if not by.has_role(Role.ADMINISTRATOR, Role.SECURITY_OFFICER) or by.pk == user.pk:
        raise NotAllowed(_("Only another officer of the system may do this to accounts."))
