"""The applicant's telephone in full: compared by typing, or shown for a reason; both are noted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.cases.permissions import check_applicant_phone
from assistance.registry.models import AccessLog
from assistance.registry.names import written_phone
from assistance.registry.operations import alike, note_disclosure, verdict

PHONE = AccessLog.Field.APPLICANT_PHONE


@transaction.atomic
def reveal_applicant_phone(
    application: Application, *, reason: str, actor: User, at: datetime
) -> str:
    """The applicant's telephone, for one page. Raises NotAllowed, Refused without a reason, TooMany."""
    check_applicant_phone(actor, application, revealing=True)
    note_disclosure(
        actor,
        AccessLog.Kind.REVEAL,
        PHONE,
        person=application.person,
        subject=application.number,
        reason=reason,
        at=at,
    )
    return str(application.applicant_phone)


@transaction.atomic
def compare_applicant_phone(
    application: Application, *, typed: str, actor: User, at: datetime
) -> bool:
    """Whether the telephone typed is the applicant's. Raises NotAllowed or TooMany."""
    check_applicant_phone(actor, application)
    same = alike(written_phone, typed, application.applicant_phone)
    subject = f"{application.number}: {verdict(same=same)}"
    note_disclosure(
        actor, AccessLog.Kind.COMPARE, PHONE, person=application.person, subject=subject, at=at
    )
    return same
