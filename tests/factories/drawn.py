"""Offices that draw up lists, and lists drawn up, by the operations themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.utils.timezone import now

from assistance.accounts.models import Agency, Division
from assistance.jobs.models import BackgroundJob
from assistance.policies.models import PolicyVersion
from assistance.policies.operations import release_templates
from assistance.screening.models import ListOffice, ListRun, Period
from assistance.screening.operations import draw_up_list, start_run, write_periods
from assistance.screening.states import ListKind, PeriodState
from tests.factories.accounts import agency, division

ZHOUSHAN_START = date(2023, 1, 1)


class Unwatched:
    """Somebody long work tells its progress, who never stops it."""

    def tell(self, **progress: Any) -> None:
        pass


def zhoushan_county() -> Division:
    province = division("330000", "浙江省", Division.Level.PROVINCE)
    city = division("330900", "舟山市", Division.Level.CITY, province)
    return division("330903", "普陀区", Division.Level.COUNTY, city)


def zhoushan_agency() -> Agency:
    """普陀区, whose agency draws up the lists of Zhoushan."""
    parent = agency("330900", "舟山市医疗保障局")
    return agency("330903", "舟山市医疗保障局普陀分局", zhoushan_county(), parent=parent)


def zhoushan_township(code: str = "330903001", name: str = "沈家门街道") -> Division:
    zhoushan_agency()
    return division(code, name, Division.Level.TOWNSHIP, zhoushan_county())


def make_office(
    where: Agency | None = None, *, city: str = "zhoushan", since: date = ZHOUSHAN_START
) -> ListOffice:
    if not PolicyVersion.objects.exists():
        release_templates(at=now())
    values = {"city": city, "since": since}
    return ListOffice.objects.get_or_create(agency=where or zhoushan_agency(), defaults=values)[0]


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def make_period(
    kind: str = ListKind.ZHIPIN,
    year: int = 2024,
    number: int = 3,
    *,
    where: Agency | None = None,
    **fields: Any,
) -> Period:
    """The period as the clock writes it; a bottom-line list is due at once unless told otherwise."""
    office = make_office(where)
    months = number * 3 if kind == ListKind.BOTTOM_LINE else number
    first = date(year + months // 12, months % 12 + 1, 1)
    write_periods(first)
    found = Period.objects.get(agency=office.agency, kind=kind, year=year, number=number)
    for name, value in ({"state": PeriodState.DUE} | fields).items():
        setattr(found, name, value)
    found.save()
    return found


def draw(period: Period, at: datetime | None = None, **started: Any) -> ListRun:
    """The list drawn up as a worker would."""
    at = at or now()
    run = start_run(period, actor=started.pop("actor", None), at=at, **started)
    return work(run)


def work(run: ListRun) -> ListRun:
    assert run.job is not None
    job = BackgroundJob.objects.get(pk=run.job.pk)
    outcome = draw_up_list(job, Unwatched())
    job.state, job.message = BackgroundJob.State.DONE, outcome.message
    job.save()
    run.refresh_from_db()
    return run


def listed(run: ListRun) -> Mapping[int, Any]:
    """The entries by the id of the person."""
    return {entry.person_id: entry for entry in run.entries.all()}


def gone(run: ListRun) -> dict[int, str]:
    return dict(run.departures.values_list("person", "why"))
