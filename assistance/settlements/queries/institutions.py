"""Where a bill arose, by the register of designated institutions as it stood on the fee date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from assistance.settlements.models import Institution, Settlement


def institutions_of(bills: Sequence[Settlement]) -> Mapping[int, Institution] | None:
    """The designation of each bill's hospital on its fee date, by bill, in two queries.

    By its code, and by its name where the bill has none. None while nothing is registered at all:
    then nobody can say who is not designated.
    """
    named = Q(code__in={bill.institution_code for bill in bills if bill.institution_code})
    named |= Q(name__in={bill.institution for bill in bills})
    found = list(Institution.objects.filter(named).order_by("first_day"))
    if not found and not Institution.objects.exists():
        return None
    places = {}
    for bill in bills:
        place = next((one for one in found if _is_it(one, bill)), None)
        if place is not None:
            places[bill.pk] = place
    return places


def not_designated() -> str:
    """Said of a bill whose hospital is not registered for its fee date; it counts all the same."""
    return _("The hospital is not in the register of designated institutions on the fee date.")


def _is_it(place: Institution, bill: Settlement) -> bool:
    if bill.institution_code:
        same = place.code == bill.institution_code
    else:
        same = place.name == bill.institution
    ended = place.last_day is not None and place.last_day < bill.settled_on
    return same and place.first_day <= bill.settled_on and not ended
