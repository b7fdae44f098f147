from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import Person, PersonChange
from assistance.registry.operations.changes import locked, record
from assistance.registry.queries import records
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused


@transaction.atomic
def record_death(person: Person, *, died_on: date, actor: User | None, at: datetime) -> Person:
    """Enter the day of death; the same day again changes nothing.

    Recognitions, insurance and accounts stay: a bill whose treatment began by that day is settled
    with the status of that day, whenever it comes (AMB-62). All records of one human get the day.
    Raises NotAllowed or Refused.
    """
    person = locked(person, actor)
    if person.died_on == died_on:
        return person
    if person.died_on is not None:
        raise Refused(
            _("The day of death is already entered as %(died)s; revoke that entry first.")
            % {"died": person.died_on.isoformat()}
        )
    if died_on > timezone.localdate(at):
        raise Refused(_("The day of death is still to come."))
    if died_on < person.born_on:
        raise Refused(
            _("The day of death is before the date of birth %(born)s.")
            % {"born": person.born_on.isoformat()}
        )
    _write(person, died_on)
    record(person, PersonChange.Kind.DIED, actor=actor, at=at, subject=died_on.isoformat())
    return person


@transaction.atomic
def revoke_death(person: Person, *, reason: str, actor: User | None, at: datetime) -> Person:
    """Take back a death entered by mistake. Raises NotAllowed, or Refused when none is entered."""
    reason = given_reason(reason)
    person = locked(person, actor)
    if person.died_on is None:
        raise Refused(_("No death is entered for this person."))
    subject = person.died_on.isoformat()
    _write(person, None)
    record(
        person,
        PersonChange.Kind.DEATH_REVOKED,
        actor=actor,
        at=at,
        subject=subject,
        reason=reason,
    )
    return person


def _write(person: Person, died_on: date | None) -> None:
    person.died_on = died_on
    records(person).update(died_on=died_on)
