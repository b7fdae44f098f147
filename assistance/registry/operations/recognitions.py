from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import Person, PersonChange, RecipientCategory, RecipientSpan
from assistance.registry.operations import spans
from assistance.registry.operations.changes import locked, period, record
from assistance.registry.queries import held_by
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused


@transaction.atomic
def recognise(
    person: Person,
    *,
    category: RecipientCategory,
    recognised_by: str,
    first_day: date,
    last_day: date | None = None,
    actor: User | None,
    at: datetime,
) -> RecipientSpan:
    """Enter a recognition; somebody may hold several categories, each once on a day.

    Raises NotAllowed, or Refused for impossible days or an overlap with a row of the same category.
    """
    recognised_by = recognised_by.strip()
    if not recognised_by:
        raise Refused(_("Say which office recognised the person."))
    person = locked(person, actor)
    spans.check_days(person, first_day, last_day)
    rows = held_by(RecipientSpan.objects.select_related("category"), person)
    rows = rows.filter(category=category)
    spans.refuse_overlap(rows, first_day, last_day)
    span = RecipientSpan.objects.create(
        person=person,
        category=category,
        recognised_by=recognised_by,
        first_day=first_day,
        last_day=last_day,
    )
    _record(span, PersonChange.Kind.RECOGNISED, actor=actor, at=at)
    return span


@transaction.atomic
def end_recognition(
    span: RecipientSpan, *, last_day: date, actor: User | None, at: datetime
) -> RecipientSpan:
    """Set the last day of a recognition, which is inside it. Raises NotAllowed or Refused."""
    span = _locked(span, actor)
    spans.end(span, last_day)
    _record(span, PersonChange.Kind.RECOGNITION_ENDED, actor=actor, at=at)
    return span


@transaction.atomic
def void_recognition(
    span: RecipientSpan, *, reason: str, actor: User | None, at: datetime
) -> RecipientSpan:
    """Take back a recognition entered wrongly; the right one is entered anew. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    span = _locked(span, actor)
    spans.void(span, at)
    _record(span, PersonChange.Kind.RECOGNITION_VOIDED, actor=actor, at=at, reason=reason)
    return span


def _locked(span: RecipientSpan, actor: User | None) -> RecipientSpan:
    locked(span.person, actor)
    return RecipientSpan.objects.select_related("person", "category").get(pk=span.pk)


def _record(
    span: RecipientSpan,
    kind: PersonChange.Kind,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> None:
    subject = f"{span.category.name} · {period(span.first_day, span.last_day)}"
    record(span.person, kind, actor=actor, at=at, subject=subject, reason=reason)
