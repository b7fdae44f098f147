"""The table of demo accounts as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import TOWNSHIP_ROLES, Role
from assistance.demo.staff import FACTOR, PASSWORD, WITH_FACTOR

GAP = 2
SHOWN_TOWNSHIPS = 2
Row = tuple[str, str, str, str]


def accounts_table(*, every_township: bool) -> Iterator[str]:
    """A line per demo account that may log in: role, user name, password, scope; roles in their order.

    Without `every_township` only the first two townships are listed, and how the others are named.
    """
    rows: list[Row] = [(_("Role"), _("User name"), _("Password"), _("Scope"))]
    for role in Role:
        found = list(_accounts(role))
        rows += found if every_township or role not in TOWNSHIP_ROLES else found[:SHOWN_TOWNSHIPS]
    widths = [max(_width(row[n]) for row in rows) + GAP for n in range(len(rows[0]))]
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield "".join(text + " " * (width - _width(text)) for text, width in cells).rstrip()
    yield _(
        "%(username)s shows the second factor: key %(key)s; `manage.py demo_code` prints the code of the moment."
    ) % {"username": WITH_FACTOR, "key": FACTOR}
    if not every_township:
        yield _(
            "Every township has such a pair of accounts, named by its pinyin; the password is the same."
        )


def _accounts(role: Role) -> Iterator[Row]:
    users = User.objects.filter(is_demo=True, is_active=True, groups__name=role.value)
    for user in users.select_related("agency", "township").order_by("township__code", "id"):
        yield str(role.label), user.username, PASSWORD, _scope(user, role)


def _scope(user: User, role: Role) -> str:
    if role == Role.AUDITOR:
        return _("the trail alone")
    if role in (Role.ADMINISTRATOR, Role.SECURITY_OFFICER):
        return _("console only")
    place = user.township or user.agency
    return place.name if place is not None else ""


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese sign takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
