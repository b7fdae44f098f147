from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.accounts.queries import holding, lenders
from assistance.accounts.roles import Role
from assistance.accounts.scope import scope_of
from assistance.cases.models import (
    Application,
    ClockStop,
    Correction,
    Notice,
    NoticeLine,
    Participation,
)
from assistance.cases.states import UNDER_WAY, State
from assistance.payments.models import AwardStop
from assistance.registry.models import Person
from assistance.registry.queries import held_by

# What waits for whom; drafts and returned cases wait for the township that entered them, and an
# agreed case waits for its clerk until it is on a notice.
QUEUES: dict[Role, tuple[State, ...]] = {
    Role.TOWNSHIP_CLERK: (State.DRAFT, State.RETURNED),
    Role.WINDOW_CLERK: (State.DRAFT, State.RETURNED),
    Role.TOWNSHIP_LEADER: (State.FIRST_REVIEW,),
    Role.REVIEWER: (State.COUNTY_REVIEW, State.OBJECTED),
    Role.APPROVER: (State.PROPOSED,),
}


def applications_visible_to(user: User) -> QuerySet[Application]:
    """Applications of the user's township or agency, and those below; none for others."""
    return scope_of(user).filter(Application.objects.all())


def notices_visible_to(user: User) -> QuerySet[Notice]:
    return scope_of(user).filter(Notice.objects.all())


def stops_visible_to(user: User) -> QuerySet[ClockStop]:
    """Cases whose clock stands still now, and what each waits for."""
    return scope_of(user).filter(
        ClockStop.objects.filter(ended_at=None),
        agency="application__agency",
        township="application__township",
    )


def queue_for(user: User) -> QuerySet[Application]:
    """What waits for this user: the stages of his roles, without cases where he had another part."""
    stages = [(role, states) for role, states in QUEUES.items() if user.has_role(role)]
    if not stages:
        return Application.objects.none()
    waiting = Q()
    for role, states in stages:
        waiting |= _waiting_for(user, role, states)
    return applications_visible_to(user).filter(waiting)


def part_in_queue(role: Role) -> Participation.Part:
    """The part that somebody of this role takes in a case by working on what waits for him."""
    parts = {
        Role.TOWNSHIP_LEADER: Participation.Part.FIRST_REVIEW,
        Role.REVIEWER: Participation.Part.COUNTY_REVIEW,
        Role.APPROVER: Participation.Part.APPROVAL,
    }
    return parts.get(role, Participation.Part.ENTRY)


def given_to_a_reviewer() -> Q:
    """Cases in county review whose reviewer is still there to do it; of one who left, they wait for all."""
    there = User.objects.filter(
        holding(Role.REVIEWER, on=localdate()),
        is_active=True,
        agency=OuterRef("agency"),
        pk=OuterRef("assigned_to"),
    )
    return Q(Exists(there), state=State.COUNTY_REVIEW)


def reviewers_of(user: User) -> QuerySet[User]:
    """The reviewers of the user's own agency, by name; also who is one for somebody absent."""
    rows = User.objects.filter(is_active=True, agency=user.agency_id)
    return rows.filter(holding(Role.REVIEWER, on=localdate())).order_by("full_name", "id")


def _waiting_for(user: User, role: Role, states: tuple[State, ...]) -> Q:
    own = Participation.objects.filter(application=OuterRef("pk"), user=user)
    other_part = Exists(own.exclude(part=part_in_queue(role)))
    waiting = Q(state__in=states)
    if role == Role.TOWNSHIP_CLERK:
        # Agreed, but on no notice: nothing is ever paid until somebody draws one up.
        on_notice = NoticeLine.objects.filter(
            application=OuterRef("pk"), outcome=NoticeLine.Outcome.OPEN
        )
        waiting |= Q(~Exists(on_notice), state=State.PUBLICITY)
    if role == Role.REVIEWER:
        # What is given to somebody absent waits for his substitute too.
        his = [user.pk, *lenders(user, role, on=localdate())]
        waiting &= ~(given_to_a_reviewer() & ~Q(assigned_to__in=his))
    if role == Role.APPROVER:
        # What a reviewer found wrong, or became known after the award: the approver decides.
        doubted = Correction.objects.filter(application=OuterRef("pk"), outcome="")
        stopped = AwardStop.objects.filter(award=OuterRef("award"), lifted_at__isnull=True)
        waiting |= Q(Exists(doubted)) | Q(Exists(stopped), state=State.APPROVED)
    return waiting & Q(~other_part)


def decided_before(person: Person, programme: str, year: int) -> Application | None:
    """The newest case of the person and year that granted something, or found it overpaid."""
    decided = held_by(Application.objects.all(), person).filter(
        programme=programme,
        benefit_year=year,
        state__in=(State.APPROVED, State.OVERPAID),
    )
    return decided.order_by("id").last()


def waiting_for_money() -> QuerySet[Application]:
    """Agreed cases whose fund held no money, in the order in which they were agreed to."""
    waiting = Application.objects.filter(state=State.WAITING_FUNDS)
    return waiting.order_by("state_since", "id")


def under_way(application: Application) -> QuerySet[Application]:
    """Other applications of the same human, programme and year that are not finished.

    The database allows one per record; of two records merged later there may be two, which is told.
    """
    same = held_by(Application.objects.all(), application.person).filter(
        programme=application.programme,
        benefit_year=application.benefit_year,
        state__in=UNDER_WAY | {State.DRAFT},
    )
    return same.exclude(pk=application.pk)
