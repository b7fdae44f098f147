"""Premiums recorded for many people at once: lists of our own, and files of the tax office."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from assistance.accounts.models import Agency, User
from assistance.registry.models import PersonChange, Subsidy
from assistance.shared.money import yuan

AT_ONCE = 2000
Kind = PersonChange.Kind


class Premium(NamedTuple):
    """What the public paid for a person's resident insurance of a year, in yuan; by ids."""

    person: int
    year: int
    county: int
    basic: Decimal
    big_illness: Decimal
    paid_on: date


def lock_premiums(agency_id: int) -> None:
    """Premiums of an agency are recorded one after the other, also those of two records of one human."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency_id)


def record_premiums(
    premiums: Sequence[Premium],
    *,
    way: Subsidy.Way = Subsidy.Way.PAID_FOR,
    actor: User | None,
    at: datetime,
) -> list[Subsidy]:
    """Write the premiums down, in their order. Whoever calls it has locked the agency's premiums, made sure
    that none of the years is paid for, and asked whether the actor may."""
    rows = Subsidy.objects.bulk_create(
        (
            Subsidy(
                person_id=premium.person,
                year=premium.year,
                county_id=premium.county,
                basic=premium.basic,
                big_illness=premium.big_illness,
                paid_on=premium.paid_on,
                way=way,
                entered_by=actor,
                entered_at=at,
            )
            for premium in premiums
        ),
        batch_size=AT_ONCE,
    )
    _note(rows, Kind.SUBSIDISED, "", actor, at)
    return rows


def void_premiums(ids: Collection[int], *, reason: str, actor: User | None, at: datetime) -> None:
    """Take premiums back that stand. As `record_premiums`, it asks nobody."""
    standing = Subsidy.objects.filter(pk__in=ids, voided_at__isnull=True)
    # The desk may take one of them back at the same time.
    rows = list(standing.order_by("pk").select_for_update())
    Subsidy.objects.filter(pk__in=[row.pk for row in rows]).update(voided_at=at)
    _note(rows, Kind.SUBSIDY_VOIDED, reason, actor, at)


def subject_of(year: int, amount: Decimal) -> str:
    return f"{year} · {yuan(amount)}"


def _note(
    rows: Sequence[Subsidy],
    kind: PersonChange.Kind,
    reason: str,
    actor: User | None,
    at: datetime,
) -> None:
    PersonChange.objects.bulk_create(
        (
            PersonChange(
                person_id=row.person_id,
                kind=kind,
                at=at,
                by=actor,
                subject=subject_of(row.year, row.basic + row.big_illness),
                reason=reason[:200],
            )
            for row in rows
        ),
        batch_size=AT_ONCE,
    )
