"""What a person can choose from, narrowed to his scope."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from assistance.accounts.models import Agency, Division, User
from assistance.accounts.queries import townships_of
from assistance.accounts.scope import scope_of
from assistance.payments.models import APPLIED_FOR

# Those a person applies for.
PROGRAMMES = [(programme.value, programme.label) for programme in APPLIED_FOR]


def townships_in_scope(user: User) -> QuerySet[Division]:
    """The townships whose cases the user may read, by code."""
    scope = scope_of(user)
    townships = Division.objects.filter(level=Division.Level.TOWNSHIP).order_by("code")
    within = Q(pk__in=scope.township_ids)
    for agency in Agency.objects.filter(pk__in=scope.agency_ids):
        within |= Q(pk__in=townships_of(agency).order_by().values("pk"))
    return townships.filter(within)
