from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import AccessLog, Person
from assistance.registry.names import written_name
from assistance.registry.permissions import check_may_look_up
from assistance.registry.queries import person_with_number
from assistance.shared import identity_numbers, masking
from assistance.shared.requests import request_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimalCard:
    """What somebody outside may learn: that the office knows the person, and whom to call."""

    name: str
    id_number: str
    township: str
    agency: str
    telephone: str


@transaction.atomic
def log_access(
    user: User,
    kind: AccessLog.Kind,
    subject: str,
    person: Person | None = None,
    *,
    field: str = "",
    reason: str = "",
    at: datetime,
) -> AccessLog:
    """Note who looked at or took out what. `subject` is in words without personal data."""
    return AccessLog.objects.create(
        user=user,
        at=at,
        kind=kind,
        person=person,
        subject=subject,
        field=field,
        reason=reason,
        request_id=request_id.get(),
    )


@transaction.atomic
def find_outside(user: User, *, number: str, name: str, at: datetime) -> MinimalCard | None:
    """Find a person anywhere by full id number and exact name together; every try is logged.

    A wrong name and an unknown number give the same answer by the same queries. The log alone keeps
    whose number was tried. Raises NotAllowed by role, Refused for what is no id number or no name.
    """
    check_may_look_up(user)
    name = written_name(name)
    parsed = identity_numbers.parse(number, on=timezone.localdate(at))
    person = person_with_number(parsed.number)
    found = person is not None and person.name == name
    subject = _("number and name agree") if found else _("number and name do not agree")
    log_access(user, AccessLog.Kind.LOOKUP, subject, person, at=at)
    return _card(person) if person is not None and found else None


def _card(person: Person) -> MinimalCard:
    return MinimalCard(
        name=masking.mask_name(person.name),
        id_number=masking.mask_id(person.id_number),
        township=person.township.name,
        agency=person.agency.name,
        telephone=person.agency.telephone,
    )
