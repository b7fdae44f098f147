"""Wenzhou's documents are for people registered in the city (WZ19 三(一)): one of them has left it."""

from __future__ import annotations

from datetime import date, datetime

from assistance.accounts.models import Agency, Division
from assistance.registry.models import Person, Residence
from assistance.registry.operations import Place
from assistance.registry.operations.residences import move_residence

WENZHOU = "wenzhou"
# By which the person is found.
VILLAGE = "户籍已迁往外市"
PROVINCE = "330000"


def asked_for(city: str, agency: Agency) -> Division | None:
    """The city whose registration the lists of the agency ask for; None where the documents do not."""
    if city != WENZHOU:
        return None
    return Division.objects.get(code=f"{agency.code[:4]}00")


def let_one_leave(agency: Agency, since: date, at: datetime) -> None:
    """Recognised and living here, registered elsewhere in the province: his bills are for a person to look at."""
    people = Person.objects.filter(agency=agency, recipient_spans__last_day=None)
    person = people.filter(recipient_spans__isnull=False).order_by("id").first()
    if person is None:
        return
    move_residence(
        person,
        kind=Residence.Kind.HUKOU,
        place=Place(Division.objects.get(code=PROVINCE), VILLAGE),
        first_day=since,
        actor=None,
        at=at,
    )
