"""What every operation on a person's record does: lock the person, and leave a row."""

from __future__ import annotations

from datetime import date, datetime

from assistance.accounts.models import User
from assistance.registry.models import Person, PersonChange
from assistance.registry.permissions import check_may_edit

LONGEST_SUBJECT = 200


def locked(person: Person, actor: User | None) -> Person:
    """The person's row, locked, once the actor may edit it. Raises NotAllowed.

    NO KEY UPDATE: it waits for other changes of the person, not for rows elsewhere that only point
    here (an application filed meanwhile needs no more than the key).
    """
    row = (
        Person.objects.select_related("township", "agency")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=person.pk)
    )
    check_may_edit(actor, row)
    return row


def record(
    person: Person,
    kind: PersonChange.Kind,
    *,
    actor: User | None,
    at: datetime,
    subject: str = "",
    reason: str = "",
) -> None:
    """Leave the row that the timeline shows. `subject` must not hold a full number."""
    PersonChange.objects.create(
        person=person,
        kind=kind,
        at=at,
        by=actor,
        subject=subject[:LONGEST_SUBJECT],
        reason=reason,
    )


def period(first_day: date, last_day: date | None) -> str:
    """The days of a row as they are written everywhere: 2024-01-01 – 2024-12-31, or open."""
    return f"{first_day:%Y-%m-%d} – {last_day:%Y-%m-%d}" if last_day else f"{first_day:%Y-%m-%d} –"
