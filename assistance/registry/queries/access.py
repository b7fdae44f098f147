from __future__ import annotations

from django.db.models import QuerySet

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.registry.models import AccessLog, Person
from assistance.registry.queries.records import held_by

# Beside the auditor, who has the whole log on pages of his own, the office above watches over the use
# of personal data; nobody reads the log of his colleagues.
WATCHING = Role.CITY_SUPERVISOR
SHOWN = 200


def who_looked(user: User, person: Person) -> QuerySet[AccessLog] | None:
    """Who looked up, showed, compared or took out the person's data, newest first; None for others."""
    if not user.has_role(WATCHING):
        return None
    rows = held_by(AccessLog.objects.select_related("user"), person)
    return rows.order_by("-id")[:SHOWN]
