"""Keeping an award in the office until somebody has looked at what became known about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from assistance.accounts.models import User
from assistance.payments.models import Award, AwardStop, Programme
from assistance.payments.operations.awards import given, lock_awards, move_awards
from assistance.payments.queries import obstacle
from assistance.payments.states import AwardState
from assistance.registry.models import Person
from assistance.registry.queries import held_by

# What the bank has not been given yet. In a batch the line cannot be confirmed or sent any more.
STOPPABLE = frozenset({AwardState.DUE, AwardState.HELD, AwardState.BATCHED, AwardState.FAILED})


@transaction.atomic
def stop_award(
    award: Award, *, source: str, reason: str, actor: User | None, at: datetime
) -> AwardStop | None:
    """Stop an award that has not been handed to the bank; None when it has, or was cancelled.

    A due award becomes held. The same `source` stops an award once, lifted or not. The caller has asked
    whether the actor may say so.
    """
    (award,) = lock_awards([award.pk])
    if award.state not in STOPPABLE:
        return None
    reason = given(reason)
    values = {"reason": reason, "at": at, "by": actor, "held": award.state == AwardState.DUE}
    stop, is_new = AwardStop.objects.get_or_create(award=award, source=source, defaults=values)
    if is_new and stop.held:
        move_awards([award], AwardState.HELD, actor=actor, at=at, reason=reason)
    return stop


@transaction.atomic
def question_awards(
    person: Person,
    year: int,
    *,
    source: str,
    reason: str,
    actor: User | None,
    at: datetime,
    programmes: Sequence[str] = tuple(Programme),
) -> list[AwardStop]:
    """Stop every award of the person and benefit year that the bank has not been given, of `programmes`.

    Call it with the person-year locked, in the transaction that writes what became known: no batch leaves
    between the two.
    """
    awards = held_by(
        Award.objects.filter(benefit_year=year, state__in=STOPPABLE, programme__in=programmes),
        person,
    )
    stops = [
        stop_award(award, source=source, reason=reason, actor=actor, at=at)
        for award in awards.order_by("id")
    ]
    return [stop for stop in stops if stop is not None]


@transaction.atomic
def lift_stops(
    award: Award, *, source: str = "", reason: str, actor: User | None, at: datetime
) -> Award:
    """Lift the open stops of an award (only that of `source`, if named), with the reason for all of them.

    An award that was due before it was stopped is due again, unless a person's death or its account are
    in the way. Lifting again changes nothing. It is the case that is decided, so the caller has asked.
    """
    (award,) = lock_awards([award.pk])
    stops = AwardStop.objects.filter(award=award, lifted_at__isnull=True)
    wanted = stops.filter(source=source) if source else stops
    was_due = wanted.filter(held=True).exists()
    if not wanted.update(lifted_at=at, lifted_by=actor, lifted_because=given(reason)):
        return award
    free = not stops.exists() and obstacle(award) is None
    if award.state == AwardState.HELD and was_due and free:
        move_awards([award], AwardState.DUE, actor=actor, at=at, reason=reason[:300])
    return award
