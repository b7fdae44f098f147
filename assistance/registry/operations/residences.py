from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, Division, User
from assistance.accounts.queries import agency_for
from assistance.registry.models import Person, PersonChange, Residence
from assistance.registry.operations import spans
from assistance.registry.operations.changes import locked, period, record
from assistance.registry.operations.records import lock_canonical
from assistance.registry.queries import held_by, in_force
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused


@dataclass(frozen=True, slots=True)
class Place:
    division: Division
    village: str = ""


def where_it_belongs(places: list[Division]) -> tuple[Division, Agency] | None:
    """The first place an agency answers for: who handles a person with these residences.

    Ask with the household registration first; a registration in another province has no agency here,
    then the actual residence decides.
    """
    for division in places:
        agency = agency_for(division)
        if agency is not None:
            return division, agency
    return None


def settle(person: Person, on: date) -> None:
    """Derive township and agency from the residences in force on `on`: the only place that does.

    An area of recognition goes before the household registration (ZS22 二(一)2), that before the actual residence.
    Somebody who left for good keeps the last township: his old cases still belong there.
    """
    homes = in_force(held_by(Residence.objects.select_related("division"), person), on)
    homes = homes.order_by("kind", "-first_day", "-id")
    found = where_it_belongs([home.division for home in homes])
    if found is not None and found != (person.township, person.agency):
        person.township, person.agency = found
        person.save(update_fields=["township", "agency"])
    if person.merged_into_id is not None:
        settle(lock_canonical(person), on)


@transaction.atomic
def move_residence(
    person: Person,
    *,
    kind: Residence.Kind,
    place: Place,
    first_day: date,
    actor: User | None,
    at: datetime,
) -> Residence:
    """Enter a move that has happened: the residence of this kind before it ends the day before.

    Township and agency follow. Raises NotAllowed, or Refused for a day to come or before an entry
    that begins later.
    """
    person = locked(person, actor)
    today = timezone.localdate(at)
    if first_day > today:
        raise Refused(_("A move is entered once it has happened; this day is still to come."))
    spans.check_days(person, first_day, None)
    rows = held_by(Residence.objects.filter(kind=kind), person)
    before = in_force(rows, first_day).filter(first_day__lt=first_day, last_day=None).first()
    if before is not None:
        spans.end(before, first_day - timedelta(days=1))
    spans.refuse_overlap(rows, first_day, None)
    residence = Residence.objects.create(
        person=person,
        kind=kind,
        division=place.division,
        village=place.village.strip(),
        first_day=first_day,
    )
    settle(person, today)
    record(person, PersonChange.Kind.MOVED, actor=actor, at=at, subject=describe(residence))
    return residence


@transaction.atomic
def end_residence(
    residence: Residence, *, last_day: date, actor: User | None, at: datetime
) -> Residence:
    """The person left and no new address of this kind is known. Raises NotAllowed or Refused."""
    person = locked(residence.person, actor)
    residence = Residence.objects.select_related("division").get(pk=residence.pk)
    today = timezone.localdate(at)
    if last_day > today:
        raise Refused(_("A departure is entered once it has happened; this day is still to come."))
    spans.end(residence, last_day)
    settle(person, today)
    record(
        person, PersonChange.Kind.RESIDENCE_ENDED, actor=actor, at=at, subject=describe(residence)
    )
    return residence


@transaction.atomic
def void_residence(
    residence: Residence, *, reason: str, actor: User | None, at: datetime
) -> Residence:
    """Take back a residence entered wrongly; enter the right one after it. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    person = locked(residence.person, actor)
    residence = Residence.objects.select_related("division").get(pk=residence.pk)
    spans.void(residence, at)
    settle(person, timezone.localdate(at))
    record(
        person,
        PersonChange.Kind.RESIDENCE_VOIDED,
        actor=actor,
        at=at,
        subject=describe(residence),
        reason=reason,
    )
    return residence


def describe(residence: Residence) -> str:
    """Kind, place and days of a residence, for the timeline."""
    days = period(residence.first_day, residence.last_day)
    return f"{residence.get_kind_display()} · {residence} · {days}"
