"""Who may do what about bottom-line lists and meetings. `why_not_…` gives the sentence, `may_…` is its absence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.accounts.scope import scope_of
from assistance.payments.states import AwardState
from assistance.registry.ties import close_people, why_not_close
from assistance.screening.models import (
    BottomLineCase,
    BottomLineClaim,
    BottomLineList,
    ListRun,
    Meeting,
    Resolution,
)
from assistance.screening.states import BottomLineState, ClaimState, MeetingState, ReviewState, Vote
from assistance.shared.errors import NotAllowed

BOTTOM_LINE_READERS = frozenset({Role.REVIEWER, Role.APPROVER, Role.CITY_SUPERVISOR})
# Minutes name the people of all agencies.
MINUTES_READERS = frozenset({Role.CITY_SUPERVISOR})


def check(why_not: str | None) -> None:
    """Raise NotAllowed with the sentence, if there is one."""
    if why_not:
        raise NotAllowed(why_not)


def why_not_open_review(user: User, run: ListRun) -> str | None:
    return _not_of_agency(user, run.period.agency_id, Role.REVIEWER)


def why_not_review(user: User, reviewed: BottomLineList) -> str | None:
    """Mark cost, enter aid, compute the figures anew."""
    refusal = _not_of_agency(user, reviewed.run.period.agency_id, Role.REVIEWER)
    return refusal or _not_open(reviewed)


def why_not_work_on_case(user: User, case: BottomLineCase) -> str | None:
    """Before the list is sealed, and again where a case came back after the vote."""
    refusal = _not_for_case(user, case, Role.REVIEWER)
    if refusal or case.state == BottomLineState.RECHECK:
        return refusal
    return _not_open(case.list)


def why_not_recheck(user: User, case: BottomLineCase) -> str | None:
    refusal = _not_for_case(user, case, Role.REVIEWER)
    if refusal or case.state == BottomLineState.RECHECK:
        return refusal
    return _wrong_state(case)


def why_not_mark(user: User, case: BottomLineCase) -> str | None:
    """Only while the list is open: afterwards the cost stands as it was sealed."""
    return why_not_close(user, case.person_id) or why_not_review(user, case.list)


def why_not_seal(user: User, reviewed: BottomLineList) -> str | None:
    """The role and the state; that the sealer marked nothing is looked up by the operation."""
    refusal = _not_of_agency(user, reviewed.run.period.agency_id, Role.APPROVER)
    return refusal or _not_open(reviewed) or _close_to_the_list(user, reviewed)


def why_not_convene(user: User) -> str | None:
    if user.has_role(Role.CITY_SUPERVISOR) and user.agency_id is not None:
        return None
    return _("The joint meeting is convened by the city's medical security office.")


def why_not_prepare(user: User, meeting: Meeting) -> str | None:
    """Attendance, agenda and votes, until the votes are closed."""
    return _not_convener(user, meeting) or _not_in(meeting, MeetingState.CALLED)


def why_not_resolve(user: User, resolution: Resolution) -> str | None:
    """Record a vote: of nobody one is close to."""
    refusal = why_not_prepare(user, resolution.meeting)
    return refusal or why_not_close(user, resolution.case.person_id)


def why_not_sign(user: User, meeting: Meeting) -> str | None:
    return _not_convener(user, meeting) or _not_in(meeting, MeetingState.MINUTED)


def why_not_release(user: User, resolution: Resolution) -> str | None:
    """Make the award of a granted case: an approver of the agency that pays, not who recorded the vote."""
    refusal = _not_for_case(user, resolution.case, Role.APPROVER)
    if refusal:
        return refusal
    if resolution.recorded_by_id == user.pk:
        return _("You recorded this resolution: another person releases the payment.")
    if resolution.meeting.state != MeetingState.SIGNED:
        return _("Nothing is awarded before the signed minutes are filed.")
    if resolution.vote != Vote.GRANTED or resolution.sent_back_at is not None:
        return _wrong_state(resolution.case)
    return None


def why_not_take_back(user: User, case: BottomLineCase) -> str | None:
    """Take an award back, or let it be paid although something became known about it."""
    refusal = _not_for_case(user, case, Role.APPROVER)
    if refusal:
        return refusal
    if case.state != BottomLineState.AWARDED:
        return _wrong_state(case)
    if case.resolutions.filter(sent_back_at__isnull=True, award__state=AwardState.PAID).exists():
        return _("The money is paid: what of it is too much is claimed back.")
    return None


def why_not_propose_claim(user: User, case: BottomLineCase) -> str | None:
    """Propose to claim money back that was paid too much: a reviewer of the agency; what is too much is computed."""
    refusal = _not_for_case(user, case, Role.REVIEWER)
    return refusal or (None if case.state == BottomLineState.AWARDED else _wrong_state(case))


def why_not_decide_claim(user: User, claim: BottomLineClaim) -> str | None:
    """Agree to it or turn it down: an approver of the agency who did not propose it."""
    refusal = _not_for_case(user, claim.case, Role.APPROVER)
    if refusal:
        return refusal
    if claim.proposed_by_id == user.pk:
        return _("You proposed to claim this money back: another person decides.")
    if claim.state == ClaimState.PROPOSED:
        return None
    return _("This proposal is “%(state)s” already.") % {"state": claim.get_state_display()}


def may_open_review(user: User, run: ListRun) -> bool:
    return why_not_open_review(user, run) is None


def may_review(user: User, reviewed: BottomLineList) -> bool:
    return why_not_review(user, reviewed) is None


def may_work_on_case(user: User, case: BottomLineCase) -> bool:
    return why_not_work_on_case(user, case) is None


def may_recheck(user: User, case: BottomLineCase) -> bool:
    return why_not_recheck(user, case) is None


def may_mark(user: User, case: BottomLineCase) -> bool:
    return why_not_mark(user, case) is None


def may_seal(user: User, reviewed: BottomLineList) -> bool:
    return why_not_seal(user, reviewed) is None


def may_convene(user: User) -> bool:
    return why_not_convene(user) is None


def may_prepare(user: User, meeting: Meeting) -> bool:
    return why_not_prepare(user, meeting) is None


def may_resolve(user: User, resolution: Resolution) -> bool:
    return why_not_resolve(user, resolution) is None


def may_sign(user: User, meeting: Meeting) -> bool:
    return why_not_sign(user, meeting) is None


def may_release(user: User, resolution: Resolution) -> bool:
    return resolution.award_id is None and why_not_release(user, resolution) is None


def may_take_back(user: User, case: BottomLineCase) -> bool:
    return why_not_take_back(user, case) is None


def may_propose_claim(user: User, case: BottomLineCase) -> bool:
    return why_not_propose_claim(user, case) is None


def may_decide_claim(user: User, claim: BottomLineClaim) -> bool:
    return why_not_decide_claim(user, claim) is None


def may_read_minutes(user: User, meeting: Meeting) -> bool:
    """The scan of the signed minutes, which name the people of all agencies."""
    return user.has_role(*MINUTES_READERS) and scope_of(user).covers(agency_id=meeting.agency_id)


def _not_of_agency(user: User, agency_id: int, role: Role) -> str | None:
    if user.has_role(role) and user.agency_id == agency_id:
        return None
    if role is Role.REVIEWER:
        return _("Only a reviewer of the agency does this.")
    return _("Only an approver of the agency does this.")


def _not_for_case(user: User, case: BottomLineCase, role: Role) -> str | None:
    refusal = _not_of_agency(user, case.list.run.period.agency_id, role)
    return refusal or why_not_close(user, case.person_id)


def _close_to_the_list(user: User, reviewed: BottomLineList) -> str | None:
    close = close_people(user)
    if close and reviewed.cases.filter(person__in=close).exists():
        return _("Somebody you are close to stands on this list: another approver seals it.")
    return None


def _not_open(reviewed: BottomLineList) -> str | None:
    if reviewed.state == ReviewState.OPEN:
        return None
    return _("The list is “%(state)s”: nothing about it changes any more.") % {
        "state": reviewed.get_state_display()
    }


def _not_convener(user: User, meeting: Meeting) -> str | None:
    if user.has_role(Role.CITY_SUPERVISOR) and user.agency_id == meeting.agency_id:
        return None
    return _("Only the office that convened the meeting does this.")


def _not_in(meeting: Meeting, state: MeetingState) -> str | None:
    if meeting.state == state:
        return None
    return _("The meeting is “%(state)s”: this is not possible now.") % {
        "state": meeting.get_state_display()
    }


def _wrong_state(case: BottomLineCase) -> str:
    return _("Case %(number)s is “%(state)s”: this is not possible now.") % {
        "number": case.number,
        "state": case.get_state_display(),
    }
