from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, CallNote
from assistance.cases.permissions import may_note_call
from assistance.registry.models import Person
from assistance.shared.errors import NotAllowed, Refused, SavedAlready


@transaction.atomic
def note_call(
    person: Person,
    *,
    application: Application | None = None,
    caller: str,
    caller_name: str = "",
    asked: str,
    told: str,
    token: str = "",
    actor: User,
    at: datetime,
) -> CallNote:
    """Write down, once and for all, who called about the person, what was asked and what was told.

    The same `token` (of one form) notes it once.
    Raises NotAllowed for who does not work where the person or the case belongs, Refused for an empty
    note and for a case of somebody else.
    """
    if not may_note_call(actor, person, application):
        raise NotAllowed(_("You do not answer calls about this person."))
    if application is not None and application.person_id != person.pk:
        raise Refused(_("This case is somebody else's."))
    if not (asked.strip() and told.strip()):
        raise Refused(_("Write what was asked and what was told."))
    said = {
        "person": person,
        "application": application,
        "caller": CallNote.Caller(caller),
        "caller_name": caller_name.strip(),
        "asked": asked.strip(),
        "told": told.strip(),
        "by": actor,
    }
    if not token:
        return CallNote.objects.create(**said, at=at)
    # Sent twice at once, the second waits for the first and finds its row.
    note, is_new = CallNote.objects.get_or_create(token=token, defaults=said | {"at": at})
    if not is_new and any(getattr(note, name) != value for name, value in said.items()):
        raise SavedAlready()
    return note
