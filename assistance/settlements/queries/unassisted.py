from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from assistance.registry.models import Person, RecipientSpan
from assistance.registry.queries import in_force
from assistance.settlements.models import (
    LateFigure,
    LaterPayment,
    Payer,
    PsychiatricMark,
    Settlement,
)

ROOT = Coalesce("person__merged_into_id", "person_id")


def unassisted(people: QuerySet[Person], month: date) -> QuerySet[Person]:
    """Recognised on a day of the month, with in-scope cost of their own in it and no assistance (应享尽享)."""
    first = month.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return unassisted_between(people, first, last)


def entitled_between(people: QuerySet[Person], first: date, last: date) -> QuerySet[Person]:
    """Recognised on one of the days, with in-scope cost of their own in them, before assistance.

    Bills count on the day they were settled; a reversed bill and its twin count for nothing. Of a bill that
    our own rule was asked about, only where it gives something today, or something was given: below the deductible,
    or at an outpatient desk the document does not pay for, there is no right to miss (B-14).
    """
    own = Sum(F("in_scope") - F("basic") - F("supplementary") - F("big_illness"))
    bills = _in_force(first, last).filter(~Q(assistance=0) | _right_by_our_rule())
    due = bills.annotate(root=ROOT).values("root").annotate(own=own).filter(own__gt=0)
    held = in_force(RecipientSpan.objects.all(), first, last).annotate(root=ROOT)
    found = people.filter(merged_into__isnull=True, pk__in=due.order_by().values("root"))
    return found.filter(pk__in=held.order_by().values("root"))


def _in_force(first: date, last: date) -> QuerySet[Settlement]:
    reversed_ones = Settlement.objects.filter(reverses__isnull=False).values("reverses_id")
    bills = Settlement.objects.filter(settled_on__gte=first, settled_on__lte=last)
    return bills.filter(reverses__isnull=True).exclude(pk__in=reversed_ones)


def _right_by_our_rule() -> Q:
    """Of which `queries.differences.FIGURE` is more than nothing, or that nobody asked our rule about. Put together
    from the few later figures and marks: never a look at every bill."""
    newest = LateFigure.objects.order_by("settlement_id", "-id").distinct("settlement_id")
    later = LateFigure.objects.filter(pk__in=newest.values("pk"))
    marks = PsychiatricMark.objects.filter(own_figure__isnull=False)
    by_delivery = Q(own_figure__isnull=True) | Q(own_figure__gt=0)
    by_mark = Q(pk__in=marks.filter(own_figure__gt=0).values("settlement_id"))
    before = by_mark | by_delivery & ~Q(pk__in=marks.values("settlement_id"))
    by_later = Q(pk__in=later.filter(figure__gt=0).values("settlement_id"))
    return by_later | before & ~Q(pk__in=later.values("settlement_id"))


def unassisted_between(people: QuerySet[Person], first: date, last: date) -> QuerySet[Person]:
    """Of those entitled, who had no assistance for the cost of these days, then or later."""
    of_person = _in_force(first, last).annotate(root=ROOT).values("root")
    aid = of_person.annotate(aid=Sum("assistance")).filter(aid__gt=0)
    # What was settled later counts with its bill; without one, on its own day.
    in_days = Q(settlement__settled_on__range=(first, last), settlement__reversed_by=None) | Q(
        settlement=None, paid_on__range=(first, last)
    )
    later = LaterPayment.objects.filter(in_days, payer=Payer.ASSISTANCE).annotate(root=ROOT)
    assisted = later.values("root").annotate(sum=Sum("amount")).filter(sum__gt=0)
    found = entitled_between(people, first, last).exclude(pk__in=aid.order_by().values("root"))
    return found.exclude(pk__in=assisted.order_by().values("root"))
