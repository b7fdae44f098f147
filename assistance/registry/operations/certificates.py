from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import Certificate, Person, PersonChange
from assistance.registry.operations import spans
from assistance.registry.operations.changes import locked, period, record
from assistance.registry.queries import held_by
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused


@transaction.atomic
def certify(
    person: Person,
    *,
    kind: Certificate.Kind,
    disease: str = "",
    issued_by: str,
    first_day: date,
    last_day: date | None = None,
    actor: User | None,
    at: datetime,
) -> Certificate:
    """Enter a certificate of mental disability or of a special disease; its last day counts (B-20).

    Raises NotAllowed, or Refused for a special disease without its name, impossible days, or an overlap
    with a certificate of the same kind and disease.
    """
    disease, issued_by = disease.strip(), issued_by.strip()
    if not issued_by:
        raise Refused(_("Say who issued the certificate."))
    if kind == Certificate.Kind.SPECIAL_DISEASE and not disease:
        raise Refused(_("Name the special disease."))
    if kind == Certificate.Kind.MENTAL_DISABILITY:
        disease = ""
    person = locked(person, actor)
    spans.check_days(person, first_day, last_day)
    rows = held_by(Certificate.objects.filter(kind=kind, disease=disease), person)
    spans.refuse_overlap(rows, first_day, last_day)
    certificate = Certificate.objects.create(
        person=person,
        kind=kind,
        disease=disease,
        issued_by=issued_by,
        first_day=first_day,
        last_day=last_day,
    )
    _record(certificate, PersonChange.Kind.CERTIFIED, actor=actor, at=at)
    return certificate


@transaction.atomic
def end_certificate(
    certificate: Certificate, *, last_day: date, actor: User | None, at: datetime
) -> Certificate:
    """Set the last day of a certificate, which is inside it. Raises NotAllowed or Refused."""
    certificate = _locked(certificate, actor)
    spans.end(certificate, last_day)
    _record(certificate, PersonChange.Kind.CERTIFICATE_ENDED, actor=actor, at=at)
    return certificate


@transaction.atomic
def void_certificate(
    certificate: Certificate, *, reason: str, actor: User | None, at: datetime
) -> Certificate:
    """Take back a certificate entered wrongly. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    certificate = _locked(certificate, actor)
    spans.void(certificate, at)
    _record(certificate, PersonChange.Kind.CERTIFICATE_VOIDED, actor=actor, at=at, reason=reason)
    return certificate


def _locked(certificate: Certificate, actor: User | None) -> Certificate:
    locked(certificate.person, actor)
    return Certificate.objects.select_related("person").get(pk=certificate.pk)


def _record(
    certificate: Certificate,
    kind: PersonChange.Kind,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> None:
    subject = f"{certificate} · {period(certificate.first_day, certificate.last_day)}"
    record(certificate.person, kind, actor=actor, at=at, subject=subject, reason=reason)
