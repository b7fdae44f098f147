"""What held for a person on a day. Voided rows never count; the last day of a row is inside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from assistance.accounts.models import Division
from assistance.registry.models import Enrolment, ListSource, Person, RecipientSpan, Residence
from assistance.registry.queries.records import held_by

M = TypeVar("M", bound=Model)


def in_force(rows: QuerySet[M], first: date, last: date | None = None) -> QuerySet[M]:
    """The rows not voided that hold on `first`, or on any day from `first` to `last`."""
    return rows.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=first),
        voided_at__isnull=True,
        first_day__lte=last or first,
    )


def current_residence(
    person: Person, on: date, kind: Residence.Kind | None = None
) -> Residence | None:
    """Where the person is registered on `on`, else where he lives; `kind` asks for one kind of entry."""
    rows = in_force(held_by(Residence.objects.select_related("division__parent"), person), on)
    if kind is not None:
        return rows.filter(kind=kind).order_by("-first_day", "-id").first()
    # "hukou" sorts before "living"; of two records the later move is the true one.
    at_home = rows.exclude(kind=Residence.Kind.AREA)
    return at_home.order_by("kind", "-first_day", "-id").first()


def residences_known(person: Person, kind: Residence.Kind) -> list[Residence]:
    """All registrations of one kind that hold on some day, the latest first; for several days of one page."""
    rows = held_by(Residence.objects.select_related("division"), person)
    return list(rows.filter(kind=kind, voided_at__isnull=True).order_by("-first_day", "-id"))


def residence_among(known: Iterable[Residence], on: date) -> Residence | None:
    """As `current_residence`, of rows that are at hand."""
    for row in known:
        if row.first_day <= on and (row.last_day is None or on <= row.last_day):
            return row
    return None


def hukou_in(person: Person, county: Division, day: date) -> bool:
    """Whether the household registration of `day` is in the county or one of its townships."""
    hukou = current_residence(person, day, Residence.Kind.HUKOU)
    return hukou is not None and county.pk in (hukou.division_id, hukou.division.parent_id)


def registered_elsewhere(person: Person, day: date) -> Residence | None:
    """The household registration of `day` where the person's agency asks for one in its city and it lies in
    another place (WZ19 三(一)); None where nobody asks, it lies there, or none is on record."""
    places = ListSource.objects.filter(
        agency=person.agency_id, is_active=True, hukou_in__isnull=False
    )
    place = places.order_by("id").values_list("hukou_in", flat=True).first()
    home = current_residence(person, day, Residence.Kind.HUKOU) if place is not None else None
    if home is None:
        return None
    above = [home.division, home.division.parent]
    above.append(above[-1].parent if above[-1] is not None else None)
    return None if place in {at.pk for at in above if at is not None} else home


def recipient_on(person: Person, day: date) -> QuerySet[RecipientSpan]:
    """The recognitions that hold on `day`, in the order of the categories; there may be several."""
    spans = in_force(held_by(RecipientSpan.objects.select_related("category"), person), day)
    return spans.order_by("category__order", "id")


def hardship_on(person: Person, day: date) -> RecipientSpan | None:
    """The recognition that makes the person 困难人员 in Jingning on `day` (JN21 二(一)1), if any."""
    return recipient_on(person, day).filter(category__is_hardship=True).first()


def enrolled_in(person: Person, county: Division, day: date) -> bool:
    """Whether the person has basic insurance of the county on `day`, resident or employee."""
    return in_force(held_by(Enrolment.objects.filter(county=county), person), day).exists()


def enrolled_in_year(person: Person, county: Division, year: int) -> bool:
    """Whether the person has basic insurance of the county on any day of `year` (AMB-63)."""
    rows = held_by(Enrolment.objects.filter(county=county), person)
    return in_force(rows, date(year, 1, 1), date(year, 12, 31)).exists()


def insured_since(person: Person, county: Division, on: date) -> date | None:
    """First day of the uninterrupted insurance in the county that holds on `on`, else None.

    Rows follow one another without a gap when the next begins on the day after the last day of one
    before it, or earlier; resident and employee insurance make one chain (JN21 二(一), AMB-24).
    """
    rows = held_by(Enrolment.objects.filter(county=county, voided_at__isnull=True), person)
    since: date | None = None
    covered_to: date | None = None
    for first, last in (
        rows.filter(first_day__lte=on).order_by("first_day").values_list("first_day", "last_day")
    ):
        if covered_to is None or first > covered_to + timedelta(days=1):
            since = first
            covered_to = None
        # After `on` nothing matters, so an open row reaches just there.
        covered_to = max(covered_to or first, min(last or on, on))
    return since if covered_to == on else None
