from __future__ import annotations

from datetime import datetime

from assistance.registry.models import Person, RegisterUse


def rely_on(person: Person, *, subject: str, at: datetime) -> RegisterUse:
    """Note that something was decided on what the register says of a person today.

    A list applied before that is not undone afterwards. Belongs in the transaction of the decision;
    `subject` is in words without personal data.
    """
    return RegisterUse.objects.create(person=person, subject=subject, at=at)
