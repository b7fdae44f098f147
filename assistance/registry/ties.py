"""Own cases and those of relatives (回避): asked wherever somebody enters, reviews, approves or pays."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import (
    CertificateType,
    HouseholdMember,
    Person,
    PersonNumber,
    StaffTie,
)

_KEPT = "close_people"


def close_people(user: User) -> frozenset[int]:
    """The people the user must not work on: declared numbers, his own, and their households of today.

    Read once per request, as the roles are.
    """
    if _KEPT not in user.__dict__:
        user.__dict__[_KEPT] = _close_people(user)
    found: frozenset[int] = user.__dict__[_KEPT]
    return found


def forget_close_people(user: User) -> None:
    """Read them again when next asked."""
    user.__dict__.pop(_KEPT, None)


def is_close(user: User, person_id: int | None) -> bool:
    return person_id in close_people(user)


def why_not_close(user: User, person_id: int | None) -> str | None:
    """The sentence that keeps somebody from his own and his relatives' cases, or None."""
    if not is_close(user, person_id):
        return None
    return _(
        "This is your own case or that of a relative or of your household: somebody else does it."
    )


def _close_people(user: User) -> frozenset[int]:
    """Whoever is close by any record or number, with all records of that human and his household."""
    ties = StaffTie.objects.filter(user=user, ended_at=None)
    digests = [bytes(digest) for digest in ties.values_list("digest", flat=True)]
    if not digests:
        return frozenset()
    # Every kind of document, so that the index is of use.
    present = Person.objects.filter(
        certificate_type__in=CertificateType.values, id_digest__in=digests
    ).values_list("pk", flat=True)
    formerly = PersonNumber.objects.filter(digest__in=digests).values_list("person", flat=True)
    named = _all_records({*present, *formerly})
    living = HouseholdMember.objects.filter(
        Q(last_day=None) | Q(last_day__gte=localdate()), voided_at=None
    )
    households = living.filter(person__in=named).values("household")
    together = living.filter(household__in=households).values_list("person", flat=True)
    return frozenset(named | _all_records(set(together)))


def _all_records(people: set[int]) -> set[int]:
    """The ids of all records of these humans: merging is one level deep."""
    answering = Person.objects.filter(pk__in=people).values_list(
        Coalesce("merged_into", "pk"), flat=True
    )
    roots = set(answering)
    records = Person.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots))
    return set(records.values_list("pk", flat=True))
