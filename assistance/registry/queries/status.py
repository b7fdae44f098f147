"""What held for a person on a day. Voided rows never count; the last day of a row is inside."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from assistance.accounts.models import Division
from assistance.registry.models import Enrolment, Person, RecipientSpan, Residence

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
    """Where the person is registered on `on`, else where he lives; `kind` asks for one of the two."""
    rows = in_force(person.residences.select_related("division"), on)
    if kind is not None:
        return rows.filter(kind=kind).first()
    # "hukou" sorts before "living".
    return rows.order_by("kind").first()


def hukou_in(person: Person, county: Division, day: date) -> bool:
    """Whether the household registration of `day` is in the county or one of its townships."""
    hukou = in_force(person.residences.filter(kind=Residence.Kind.HUKOU), day)
    return hukou.filter(Q(division=county) | Q(division__parent=county)).exists()


def recipient_on(person: Person, day: date) -> QuerySet[RecipientSpan]:
    """The recognitions that hold on `day`, in the order of the categories; there may be several."""
    spans = in_force(person.recipient_spans.select_related("category"), day)
    return spans.order_by("category__order", "id")


def hardship_on(person: Person, day: date) -> RecipientSpan | None:
    """The recognition that makes the person 困难人员 in Jingning on `day` (JN21 二(一)1), if any."""
    return recipient_on(person, day).filter(category__is_hardship=True).first()


def enrolled_in(person: Person, county: Division, day: date) -> bool:
    """Whether the person has basic insurance of the county on `day`, resident or employee."""
    return in_force(person.enrolments.filter(county=county), day).exists()


def enrolled_in_year(person: Person, county: Division, year: int) -> bool:
    """Whether the person has basic insurance of the county on any day of `year` (AMB-63)."""
    rows = in_force(person.enrolments.filter(county=county), date(year, 1, 1), date(year, 12, 31))
    return rows.exists()


def insured_since(person: Person, county: Division, on: date) -> date | None:
    """First day of the uninterrupted insurance in the county that holds on `on`, else None.

    Rows follow one another without a gap when the next begins on the day after the last day of one
    before it, or earlier; resident and employee insurance make one chain (JN21 二(一), AMB-24).
    """
    rows = Enrolment.objects.filter(person=person, county=county, voided_at__isnull=True)
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
