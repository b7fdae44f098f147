from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from assistance.registry.models import Person, RecipientSpan
from assistance.registry.queries import in_force
from assistance.settlements.models import LaterPayment, Payer, Settlement

ROOT = Coalesce("person__merged_into_id", "person_id")


def unassisted(people: QuerySet[Person], month: date) -> QuerySet[Person]:
    """Recognised on a day of the month, with in-scope cost of their own in it and no assistance (应享尽享).

    Bills count in the month they were settled in; a reversed bill and its twin make nothing together.
    """
    first = month.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    own = Sum(F("in_scope") - F("basic") - F("supplementary") - F("big_illness"))
    bills = Settlement.objects.filter(settled_on__gte=first, settled_on__lte=last)
    of_person = bills.annotate(root=ROOT).values("root")
    due = of_person.annotate(own=own, aid=Sum("assistance")).filter(own__gt=0, aid__lte=0)
    # What was settled later counts with its bill; without one, on its own day.
    in_month = Q(settlement__settled_on__range=(first, last), settlement__reversed_by=None) | Q(
        settlement=None, paid_on__range=(first, last)
    )
    later = LaterPayment.objects.filter(in_month, payer=Payer.ASSISTANCE).annotate(root=ROOT)
    assisted = later.values("root").annotate(sum=Sum("amount")).filter(sum__gt=0)
    held = in_force(RecipientSpan.objects.all(), first, last).annotate(root=ROOT)
    found = people.filter(merged_into__isnull=True, pk__in=due.order_by().values("root"))
    return found.filter(pk__in=held.order_by().values("root")).exclude(
        pk__in=assisted.order_by().values("root")
    )
