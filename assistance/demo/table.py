"""The table of demo accounts as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.demo.staff import PASSWORD

GAP = 2


def accounts_table() -> Iterator[str]:
    """One line per demo account that may log in: role, user name, password, scope; roles in their order."""
    rows = [(_("Role"), _("User name"), _("Password"), _("Scope"))]
    rows += sorted_rows()
    widths = [max(_width(row[n]) for row in rows) + GAP for n in range(4)]
    for row in rows:
        cells = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
        yield "".join(cells).rstrip()


def sorted_rows() -> list[tuple[str, str, str, str]]:
    users = User.objects.filter(is_demo=True, is_active=True).select_related("agency", "township")
    order = {role: n for n, role in enumerate(Role)}
    found = [
        (order[role], user.pk, (str(role.label), user.username, PASSWORD, _scope(user, role)))
        for user in users.prefetch_related("groups")
        for role in user.roles
    ]
    return [row for _order, _pk, row in sorted(found)]


def _scope(user: User, role: Role) -> str:
    if role == Role.AUDITOR:
        return _("everything, read only")
    if role == Role.ADMINISTRATOR:
        return _("console only")
    place = user.township or user.agency
    return place.name if place is not None else ""


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese sign takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
