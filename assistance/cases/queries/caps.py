"""Annual maxima that two merged records have passed together: shown to a person, corrected by nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from assistance.entitlements.models import Bucket, PersonYear
from assistance.entitlements.queries import granted
from assistance.policies.queries import NoPolicy, pack_of, version_in_force
from assistance.registry.models import Person
from assistance.registry.queries import records
from assistance.shared.money import from_fen

POLICY_OF = {Bucket.JINGNING: "JN21"}
CAP = "cap.annual"


@dataclass(frozen=True, slots=True)
class PassedCap:
    """What a human has been granted for a year on all his records, in yuan, and what he may be."""

    person: Person
    year: int
    granted: Decimal
    cap: Decimal


def passed_caps(person: Person) -> list[PassedCap]:
    """The years in which the records of this human together were granted more than the maximum."""
    group = records(person).values("pk")
    years = PersonYear.objects.filter(person__in=group).order_by("-year")
    found = []
    for year in years.values_list("year", flat=True).distinct():
        for bucket, policy in POLICY_OF.items():
            cap = _cap(policy, year)
            given = granted(person, year, bucket)
            if cap is not None and given > cap:
                found.append(PassedCap(person, year, given, cap))
    return found


def merged_people(people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `people` into whose record another one was merged."""
    return people.filter(merged_records__isnull=False).distinct()


def _cap(policy: str, year: int) -> Decimal | None:
    day = date(year, 12, 31)
    try:
        pack = pack_of(version_in_force(policy, on=day))
    except NoPolicy:
        return None
    found = pack.find(CAP, on=day)
    return None if found is None else from_fen(found.number)
