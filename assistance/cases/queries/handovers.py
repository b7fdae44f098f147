"""Hand-overs: who has to answer, and which cases should be offered because the patient moved."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.cases.models import Application, HandOver
from assistance.cases.queries.lists import applications_visible_to
from assistance.cases.states import FINISHED, State
from assistance.registry.models import PersonChange


def hand_overs_visible_to(user: User) -> QuerySet[HandOver]:
    """Those of one's cases, and those offered to one's township, which cannot see the case yet."""
    mine, offered = hand_overs_of_cases(user), hand_overs_offered_to(user)
    waiting = offered.filter(outcome=HandOver.Outcome.OPEN)
    return HandOver.objects.filter(Q(pk__in=mine.values("pk")) | Q(pk__in=waiting.values("pk")))


def hand_overs_of_cases(user: User) -> QuerySet[HandOver]:
    """Those of the cases the user sees."""
    return scope_of(user).filter(
        HandOver.objects.all(), agency="application__agency", township="application__township"
    )


def hand_overs_offered_to(user: User) -> QuerySet[HandOver]:
    """Those offered to the user's township, answered or not."""
    return scope_of(user).filter(
        HandOver.objects.all(), agency="application__agency", township="to_township"
    )


def moved_away(user: User) -> QuerySet[Application]:
    """Cases under way whose patient has moved to another township since they were entered."""
    moves = PersonChange.objects.filter(
        person=OuterRef("person"), kind=PersonChange.Kind.MOVED, at__gt=OuterRef("entered_at")
    )
    offered = HandOver.objects.filter(application=OuterRef("pk"), outcome=HandOver.Outcome.OPEN)
    cases = applications_visible_to(user).exclude(state__in=FINISHED | {State.PUBLICITY})
    elsewhere = cases.filter(person__agency=F("agency")).exclude(person__township=F("township"))
    return elsewhere.filter(Exists(moves)).exclude(Exists(offered))


def has_moved_away(user: User, application: Application) -> bool:
    """Whether this case should be offered to the township its patient moved to."""
    return moved_away(user).filter(pk=application.pk).exists()
