"""What follows for awards when a death becomes known, or turns out to be a mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from assistance.payments.models import Award
from assistance.payments.operations.awards import lock_awards, move_awards
from assistance.payments.operations.heirs import void_claim
from assistance.payments.queries import LIVE_CLAIM, obstacle
from assistance.payments.states import UNSENT_AWARDS, AwardState
from assistance.registry.models import Person
from assistance.registry.queries import held_by

# In a batch the line itself tells of the death or its revocation, and cannot be confirmed or sent.
IN_THE_OFFICE = UNSENT_AWARDS | {AwardState.BATCHED}


@dataclass(frozen=True, slots=True)
class Followed:
    """How many awards were held because of a death, and how many claims ended because of none."""

    held: int
    voided: int


def follow_deaths(*, at: datetime, person: Person | None = None) -> Followed:
    """Hold the due awards of people who have died, and end the claims on those who have not.

    Of one person on all his records, or of everybody; each award is a transaction of its own. Again, or twice at once, it
    changes nothing more.
    """
    awards = Award.objects.all() if person is None else held_by(Award.objects.all(), person)
    dead = awards.filter(state=AwardState.DUE, person__died_on__isnull=False)
    alive = awards.filter(
        Q(heir_claims__state__in=LIVE_CLAIM), state__in=IN_THE_OFFICE, person__died_on__isnull=True
    )
    held = [pk for pk in dead.order_by("pk").values_list("pk", flat=True) if _hold(pk, at=at)]
    voided = [pk for pk in alive.order_by("pk").values_list("pk", flat=True) if _void(pk, at=at)]
    return Followed(len(held), len(voided))


@transaction.atomic
def _hold(pk: int, *, at: datetime) -> bool:
    (award,) = lock_awards([pk])
    problem = obstacle(award)
    if award.state != AwardState.DUE or award.person.died_on is None or problem is None:
        return False
    move_awards([award], AwardState.HELD, actor=None, at=at, reason=problem)
    return True


@transaction.atomic
def _void(pk: int, *, at: datetime) -> bool:
    (award,) = lock_awards([pk])
    live = award.heir_claims.filter(state__in=LIVE_CLAIM)
    if award.state not in IN_THE_OFFICE or award.person.died_on is not None or not live.exists():
        return False
    void_claim(award, at=at)
    return True
