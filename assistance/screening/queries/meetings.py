"""Joint meetings and what stands on their agendas."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.accounts.scope import scope_of
from assistance.screening.meeting_permissions import BOTTOM_LINE_READERS, MINUTES_READERS
from assistance.screening.models import BottomLineCase, BottomLineClaim, Meeting, Resolution
from assistance.screening.states import BottomLineState, ClaimState, MeetingState, Vote

WHERE = "case__list__run__period__agency"


def _on_agendas() -> QuerySet[Resolution]:
    return Resolution.objects.select_related(
        "meeting",
        "assessment",
        "case__person__township",
        "case__entry__category",
        f"{WHERE}",
        "case__list__run__version",
        "award",
        "source",
        "recorded_by",
        "released_by",
    )


def agenda_of(meeting: Meeting) -> QuerySet[Resolution]:
    """All cases of a meeting, of whatever agency, in the order of the agenda."""
    return _on_agendas().filter(meeting=meeting).order_by("id")


def resolutions_visible_to(user: User) -> QuerySet[Resolution]:
    """Cases of the user's agencies on any agenda, in the order of the agenda."""
    rows = _on_agendas()
    if not user.has_role(*BOTTOM_LINE_READERS):
        return rows.none()
    return scope_of(user).filter(rows, agency=WHERE, township=None).order_by("id")


def meetings_visible_to(user: User) -> QuerySet[Meeting]:
    """Whoever convenes sees his meetings, an agency those on whose agenda it has a case; newest first."""
    rows = Meeting.objects.select_related("agency", "called_by", "scan")
    if not user.has_role(*BOTTOM_LINE_READERS):
        return rows.none()
    if not user.has_role(*MINUTES_READERS):
        own = resolutions_visible_to(user).order_by().values("meeting")
        return rows.filter(pk__in=own).order_by("-id")
    return scope_of(user).filter(rows, township=None).order_by("-id")


def waiting_for(user: User) -> dict[str, int]:
    """How much of the bottom line waits for this user: to look at again, to release, to put on an agenda."""
    cases = scope_of(user).filter(
        BottomLineCase.objects.all(), agency="list__run__period__agency", township=None
    )
    waiting: dict[str, int] = {}
    if user.has_role(Role.REVIEWER):
        waiting["recheck"] = cases.filter(state=BottomLineState.RECHECK).count()
        open_claims = BottomLineClaim.objects.filter(case=OuterRef("pk"), state=ClaimState.PROPOSED)
        waiting["too_much"] = cases.filter(~Exists(open_claims)).exclude(to_claim=0).count()
    if user.has_role(Role.APPROVER):
        signed = Q(
            resolutions__meeting__state=MeetingState.SIGNED,
            resolutions__vote=Vote.GRANTED,
            resolutions__sent_back_at__isnull=True,
        )
        waiting["release"] = cases.filter(signed, state=BottomLineState.GRANTED).count()
        waiting["claims"] = cases.filter(claims__state=ClaimState.PROPOSED).count()
    if user.has_role(Role.CITY_SUPERVISOR):
        on_agenda = Resolution.objects.filter(
            case=OuterRef("pk"), vote="", sent_back_at__isnull=True
        )
        free = cases.filter(~Exists(on_agenda), state=BottomLineState.AGENDA)
        waiting["agenda"] = free.count()
    return waiting


def with_counts(rows: QuerySet[Meeting], user: User) -> QuerySet[Meeting]:
    """With the number of cases and the sum granted, of all agencies for whoever convenes."""
    mine = Q(resolutions__isnull=False)
    if not user.has_role(Role.CITY_SUPERVISOR):
        mine = Q(resolutions__case__list__run__period__agency=user.agency)
    return rows.annotate(
        cases=Count("resolutions", filter=mine),
        granted=Sum("resolutions__amount", filter=mine),
    )
