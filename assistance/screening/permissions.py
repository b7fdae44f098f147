"""Who sees what was pushed, who answers, who follows it up, and who phones."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.accounts.scope import scope_of
from assistance.cases.permissions import ENTRY, acts_for
from assistance.screening.models import HandOut, PartnerOffice, Prospect, Push
from assistance.screening.states import PushState
from assistance.shared.errors import NotAllowed

FOLLOWING = frozenset({Role.REVIEWER})
PUSH_READERS = FOLLOWING | {Role.APPROVER, Role.CITY_SUPERVISOR, Role.AUDITOR}


def office_of(user: User) -> PartnerOffice | None:
    """The office whose desk this user sits at, if it is in use and works with the system at all."""
    if not user.has_role(Role.PARTNER):
        return None
    return PartnerOffice.objects.filter(members__user=user, is_active=True, by_file=False).first()


def may_follow(user: User, agency_id: int) -> bool:
    """Whether he reminds partners of this agency, hands files over and types what comes back on paper."""
    return user.has_role(*FOLLOWING) and scope_of(user).may_work_on(agency_id=agency_id)


def may_answer(user: User, push: Push) -> bool:
    """The office itself; for one that works with files, the reviewer of the agency."""
    if push.state == PushState.MOVED:
        return False
    if push.office.by_file:
        return may_follow(user, push.agency_id)
    office = office_of(user)
    return office is not None and office.pk == push.office_id


def check_may_answer(user: User, push: Push) -> None:
    """Raises NotAllowed."""
    if push.state == PushState.MOVED:
        raise NotAllowed(_("This person has become a recipient; nothing is to be answered."))
    if not may_answer(user, push):
        raise NotAllowed(_("Only the office a person was pushed to answers."))


def may_remind(user: User, push: Push) -> bool:
    return push.answered_at is None and may_follow(user, push.agency_id)


def may_hand_out(user: User, hand_out: HandOut) -> bool:
    return may_follow(user, hand_out.agency_id)


def may_call(user: User, prospect: Prospect) -> bool:
    """Whoever would enter the application of this place."""
    where = {"agency_id": prospect.agency_id, "township_id": prospect.township_id}
    return acts_for(user, ENTRY.roles, **where)
