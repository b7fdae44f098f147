"""Newborns without a number, and who answers for whom."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.operations import next_number
from assistance.registry.documents import read_document
from assistance.registry.models import CertificateType, Guardianship, Person, PersonChange
from assistance.registry.names import written_name
from assistance.registry.operations import spans
from assistance.registry.operations.changes import locked, period, record
from assistance.registry.operations.people import register_person
from assistance.registry.operations.residences import Place
from assistance.registry.queries import (
    age_on,
    current_residence,
    held_by,
    is_minor,
    person_with_number,
    same_human,
)
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused

# A number comes with the household registration, which a birth gets within a month as a rule.
OLDEST_WITHOUT_NUMBER = 6


@transaction.atomic
def register_newborn(
    guardian: Person,
    *,
    name: str,
    born_on: date,
    sex: str,
    relation: str,
    actor: User | None,
    at: datetime,
) -> Person:
    """Enter a child that has no number yet, living with the guardian, under a provisional number.

    The number that comes later is a change of identity (`request_number`); the provisional one still
    finds the child. Raises NotAllowed, or Refused for a child that should have a number by now.
    """
    today = timezone.localdate(at)
    home = current_residence(guardian, today)
    if home is None:
        raise Refused(_("The guardian has no residence on record: enter it first."))
    if age_on(born_on, today) >= OLDEST_WITHOUT_NUMBER:
        raise Refused(
            _("Only a child below %(age)d is registered without a number.")
            % {"age": OLDEST_WITHOUT_NUMBER}
        )
    serial = next_number("provisional number", today.year)
    child = register_person(
        name=name,
        id_number=f"LS{today.year}{serial:06d}",
        certificate_type=CertificateType.PROVISIONAL,
        born_on=born_on,
        sex=sex,
        since=born_on,
        living=Place(home.division, home.village),
        phone=guardian.phone,
        actor=actor,
        at=at,
    )
    _add(child, guardian, relation, born_on, actor=actor, at=at)
    return child


@transaction.atomic
def add_guardian(
    person: Person,
    *,
    number: str,
    name: str,
    relation: str,
    first_day: date,
    actor: User | None,
    at: datetime,
) -> Guardianship:
    """Enter who answers for the person: somebody on the register, by full number and exact name.

    Raises NotAllowed, or Refused for nobody of that number and name, a minor, somebody who has died,
    the person himself, and an overlap with an entry of the same two.
    """
    person = locked(person, actor)
    document = read_document(number, on=timezone.localdate(at))
    guardian = person_with_number(document.number)
    if guardian is None or guardian.name != written_name(name):
        raise Refused(_("Nobody is known under this number and name together."))
    return _add(person, guardian, relation, first_day, actor=actor, at=at)


@transaction.atomic
def end_guardianship(
    guardianship: Guardianship, *, last_day: date, actor: User | None, at: datetime
) -> Guardianship:
    """Set the last day of a guardianship, which is inside it. Raises NotAllowed or Refused."""
    guardianship = _locked(guardianship, actor)
    spans.end(guardianship, last_day)
    _record(guardianship, PersonChange.Kind.GUARDIAN_ENDED, actor=actor, at=at)
    return guardianship


@transaction.atomic
def void_guardianship(
    guardianship: Guardianship, *, reason: str, actor: User | None, at: datetime
) -> Guardianship:
    """Take back a guardianship entered wrongly. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    guardianship = _locked(guardianship, actor)
    spans.void(guardianship, at)
    _record(guardianship, PersonChange.Kind.GUARDIAN_VOIDED, actor=actor, at=at, reason=reason)
    return guardianship


def _add(
    person: Person,
    guardian: Person,
    relation: str,
    first_day: date,
    *,
    actor: User | None,
    at: datetime,
) -> Guardianship:
    if same_human(person, guardian):
        raise Refused(_("Nobody is his own guardian."))
    if is_minor(guardian, first_day):
        raise Refused(_("The guardian is a minor on that day."))
    if guardian.died_on is not None and guardian.died_on < first_day:
        raise Refused(_("The guardian has died."))
    spans.check_days(person, first_day, None)
    rows = held_by(Guardianship.objects.filter(guardian=guardian), person)
    spans.refuse_overlap(rows, first_day, None)
    guardianship = Guardianship.objects.create(
        person=person,
        guardian=guardian,
        relation=Guardianship.Relation(relation),
        first_day=first_day,
    )
    _record(guardianship, PersonChange.Kind.GUARDIAN_ADDED, actor=actor, at=at)
    return guardianship


def _locked(guardianship: Guardianship, actor: User | None) -> Guardianship:
    locked(guardianship.person, actor)
    return Guardianship.objects.select_related("person", "guardian").get(pk=guardianship.pk)


def _record(
    guardianship: Guardianship,
    kind: PersonChange.Kind,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> None:
    subject = f"{guardianship} · {period(guardianship.first_day, guardianship.last_day)}"
    record(guardianship.person, kind, actor=actor, at=at, subject=subject, reason=reason)
