from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Division, User
from assistance.registry.models import Enrolment, Person, PersonChange
from assistance.registry.operations import spans
from assistance.registry.operations.changes import locked, period, record
from assistance.registry.queries import held_by
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused


@transaction.atomic
def enrol(
    person: Person,
    *,
    kind: Enrolment.Kind,
    county: Division,
    first_day: date,
    last_day: date | None = None,
    actor: User | None,
    at: datetime,
) -> Enrolment:
    """Enter basic insurance of the person in one county.

    Raises NotAllowed, or Refused for a place that is no county, impossible days, or an overlap with
    insurance of the same kind anywhere.
    """
    if county.level != Division.Level.COUNTY:
        raise Refused(
            _("The place of insurance is a county; %(place)s is not.") % {"place": county}
        )
    person = locked(person, actor)
    spans.check_days(person, first_day, last_day)
    rows = held_by(Enrolment.objects.select_related("county").filter(kind=kind), person)
    spans.refuse_overlap(rows, first_day, last_day)
    enrolment = Enrolment.objects.create(
        person=person, kind=kind, county=county, first_day=first_day, last_day=last_day
    )
    _record(enrolment, PersonChange.Kind.ENROLLED, actor=actor, at=at)
    return enrolment


@transaction.atomic
def end_enrolment(
    enrolment: Enrolment, *, last_day: date, actor: User | None, at: datetime
) -> Enrolment:
    """Set the last day of an insurance, which is inside it. Raises NotAllowed or Refused."""
    enrolment = _locked(enrolment, actor)
    spans.end(enrolment, last_day)
    _record(enrolment, PersonChange.Kind.ENROLMENT_ENDED, actor=actor, at=at)
    return enrolment


@transaction.atomic
def void_enrolment(
    enrolment: Enrolment, *, reason: str, actor: User | None, at: datetime
) -> Enrolment:
    """Take back an insurance entered wrongly; the right one is entered anew. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    enrolment = _locked(enrolment, actor)
    spans.void(enrolment, at)
    _record(enrolment, PersonChange.Kind.ENROLMENT_VOIDED, actor=actor, at=at, reason=reason)
    return enrolment


def _locked(enrolment: Enrolment, actor: User | None) -> Enrolment:
    locked(enrolment.person, actor)
    return Enrolment.objects.select_related("person", "county").get(pk=enrolment.pk)


def _record(
    enrolment: Enrolment,
    kind: PersonChange.Kind,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> None:
    subject = f"{enrolment} · {period(enrolment.first_day, enrolment.last_day)}"
    record(enrolment.person, kind, actor=actor, at=at, subject=subject, reason=reason)
