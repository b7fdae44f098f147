"""Lists as the clock would have drawn them up, partner offices, and the desks that answer."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from assistance.accounts.models import Agency, User
from assistance.accounts.roles import Role
from assistance.policies.operations import release_templates
from assistance.policies.queries import pack_of, version_in_force
from assistance.registry.models import Person
from assistance.screening.models import (
    ListEntry,
    ListRun,
    PartnerMember,
    PartnerOffice,
    Period,
    PushField,
)
from assistance.screening.rules import LIMIT_OF
from assistance.screening.states import (
    ListKind,
    Movement,
    PartnerKind,
    PeriodState,
    PushedField,
    RunState,
)
from tests.factories import stock
from tests.factories.accounts import Places, user

LONG_AGO = date(2020, 1, 1)


def make_period(
    kind: ListKind = ListKind.ZHIPIN, month: date | None = None, *, agency: Agency | None = None
) -> Period:
    """Of the last whole month, unless told otherwise."""
    month = month or timezone.localdate().replace(day=1) - timedelta(days=1)
    last = date(month.year, month.month, monthrange(month.year, month.month)[1])
    return Period.objects.get_or_create(
        agency=agency or Places().agency,
        kind=kind,
        year=month.year,
        number=month.month,
        defaults={
            "last_day": last,
            "due_on": last + timedelta(days=1),
            "state": PeriodState.DONE,
        },
    )[0]


def make_run(period: Period | None = None, *people: Person, **fields: Any) -> ListRun:
    """A finished run with these people on it; `burden` is everybody's, in yuan."""
    period, now = period or make_period(), timezone.now()
    burden = fields.pop("burden", "32000.00")
    if not stock.stocked():
        release_templates(at=now)
    values: dict[str, Any] = {
        "as_of": period.last_day,
        "version": version_in_force("ZS22", on=period.last_day),
        "engine": 1,
        "state": RunState.DONE,
        "started_at": now,
        "finished_at": now,
    }
    values |= fields
    limit = pack_of(values["version"]).find(LIMIT_OF[ListKind(period.kind)], on=values["as_of"])
    values.setdefault("parameters", {"limit": limit.number if limit else 2_000_000})
    run = ListRun.objects.create(period=period, **values)
    for person in people:
        make_entry(run, person, burden)
    return run


def make_entry(run: ListRun, person: Person, burden: str = "32000.00", **fields: Any) -> ListEntry:
    amount = Decimal(burden)
    values: dict[str, Any] = {
        "township": person.township,
        "burden": amount,
        "own_total": amount,
        "own_in_scope": amount,
        "movement": Movement.ENTERED,
    }
    return ListEntry.objects.create(run=run, person=person, **(values | fields))


def make_office(
    kind: PartnerKind = PartnerKind.CIVIL_AFFAIRS, name: str = "", **fields: Any
) -> PartnerOffice:
    """An office of Jingning that has always been there and is told what the seeded table says."""
    values: dict[str, Any] = {
        "agency": fields.pop("agency", None) or Places().agency,
        "name": name or f"景宁县{kind.label}",
        "township": fields.pop("township", None),
    }
    rest: dict[str, Any] = {"since": LONG_AGO, "recognises": kind == PartnerKind.CIVIL_AFFAIRS}
    office = PartnerOffice.objects.get_or_create(kind=kind, **values, defaults=rest | fields)[0]
    for name_of_list in ("zhipin", "fanpin", "watch"):
        for field in _told(kind):
            PushField.objects.get_or_create(kind=kind, list=name_of_list, field=field)
    return office


def _told(kind: PartnerKind) -> list[PushedField]:
    least = [
        PushedField.LIST,
        PushedField.MONTH,
        PushedField.TOWNSHIP,
        PushedField.NAME,
        PushedField.MASKED_NUMBER,
    ]
    if kind == PartnerKind.CIVIL_AFFAIRS:
        return [*least, PushedField.BAND, PushedField.FULL_NUMBER]
    return least


def seat(office: PartnerOffice, username: str) -> User:
    """Somebody who works at the desk of this office."""
    person = user(username, Role.PARTNER, agency=office.agency)
    PartnerMember.objects.get_or_create(user=person, defaults={"office": office})
    return person
