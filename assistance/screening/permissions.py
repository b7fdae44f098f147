"""Who reads the lists and has them drawn up, who sees and answers what was pushed, and who phones."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import TOWNSHIP_ROLES, Role
from assistance.accounts.scope import scope_of
from assistance.cases.permissions import ENTRY, acts_for
from assistance.registry.ties import is_close, why_not_close
from assistance.screening.models import HandOut, PartnerOffice, Prospect, Push
from assistance.screening.states import PushState
from assistance.shared.errors import NotAllowed

LIST_RUNNERS = frozenset({Role.REVIEWER, Role.APPROVER})
# Townships read the rows of their own people.
LIST_READERS = TOWNSHIP_ROLES | LIST_RUNNERS | {Role.CITY_SUPERVISOR}
# Whom to phone tells of illness and cost: those who call or decide.
PROSPECT_READERS = TOWNSHIP_ROLES | LIST_RUNNERS | {Role.WINDOW_CLERK}
THRESHOLD_ROLES = frozenset({Role.APPROVER})
FOLLOWING = frozenset({Role.REVIEWER})
PUSH_READERS = FOLLOWING | {Role.APPROVER, Role.CITY_SUPERVISOR}


def office_of(user: User) -> PartnerOffice | None:
    """The office of his agency whose desk this user sits at, if it is in use and works with the system at all."""
    if not user.has_role(Role.PARTNER):
        return None
    offices = PartnerOffice.objects.filter(agency=user.agency_id, is_active=True, by_file=False)
    return offices.filter(members__user=user).first()


def may_follow(user: User, agency_id: int) -> bool:
    """Whether he reminds partners of this agency, hands files over and types what comes back on paper."""
    return user.has_role(*FOLLOWING) and scope_of(user).may_work_on(agency_id=agency_id)


def may_answer(user: User, push: Push) -> bool:
    """The office itself; for one that works with files, the reviewer of the agency."""
    if push.state == PushState.MOVED or is_close(user, push.person_id):
        return False
    if push.office.by_file:
        return may_follow(user, push.agency_id)
    office = office_of(user)
    return office is not None and office.pk == push.office_id


def check_may_answer(user: User, push: Push) -> None:
    """Raises NotAllowed."""
    if push.state == PushState.MOVED:
        raise NotAllowed(_("This person has become a recipient; nothing is to be answered."))
    if refusal := why_not_close(user, push.person_id):
        raise NotAllowed(refusal)
    if not may_answer(user, push):
        raise NotAllowed(_("Only the office a person was pushed to answers."))


def may_remind(user: User, push: Push) -> bool:
    return push.answered_at is None and may_follow(user, push.agency_id)


def may_hand_out(user: User, hand_out: HandOut) -> bool:
    return may_follow(user, hand_out.agency_id)


def may_call(user: User, prospect: Prospect) -> bool:
    """Whoever would enter the application of this place."""
    where = {"agency_id": prospect.agency_id, "township_id": prospect.township_id}
    if is_close(user, prospect.person_id):
        return False
    return acts_for(user, ENTRY.roles, **where)


def may_run_lists(user: User, agency_id: int | None) -> bool:
    """A reviewer or approver of the agency has its lists drawn up, stops them and signs its sources."""
    return _of(user, agency_id) and user.has_role(*LIST_RUNNERS)


def may_set_threshold(user: User, agency_id: int | None) -> bool:
    """An approver of the agency writes down what the county has decided."""
    return _of(user, agency_id) and user.has_role(*THRESHOLD_ROLES)


def check_may_run_lists(user: User | None, agency_id: int | None) -> None:
    """Raises NotAllowed; the clock (None) may."""
    if user is not None and not may_run_lists(user, agency_id):
        raise NotAllowed(_("Lists are drawn up by a reviewer or approver of their agency."))


def check_may_set_threshold(user: User, agency_id: int | None) -> None:
    """Raises NotAllowed."""
    if not may_set_threshold(user, agency_id):
        raise NotAllowed(_("The threshold is set by an approver of the agency."))


def _of(user: User, agency_id: int | None) -> bool:
    return agency_id is not None and user.agency_id == agency_id


def may_read_answer(user: User, push: Push) -> bool:
    """The paper that shows an aid: for the office that gave it and whoever decides at the agency."""
    office = office_of(user)
    if office is not None:
        return office.pk == push.office_id
    decides = user.has_role(Role.REVIEWER, Role.APPROVER)
    return decides and scope_of(user).may_work_on(agency_id=push.agency_id)
