"""Who may look into objections and learn who made them, who notes the service of
letters, and who hands cases over."""

from __future__ import annotations

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.cases.models import Application, HandOver, Letter, Objection
from assistance.cases.permissions import INVESTIGATION, SERVICE, acts_for, may, part_of
from assistance.cases.states import FINISHED, Action


def may_investigate(user: User, application: Application) -> bool:
    """County reviewers without another part in the case: they alone learn who objects."""
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    part = part_of(user, application)
    return part in (None, INVESTIGATION.part) and acts_for(user, INVESTIGATION.roles, **where)


def may_read_objection(user: User, objection: Objection) -> bool:
    """The words may give the objector away: for investigators, and for whoever took them down."""
    own = objection.recorded_by_id is not None and objection.recorded_by_id == user.pk
    return own or may_investigate(user, objection.line.application)


def may_tell_objector(user: User, objection: Objection) -> bool:
    return objection.outcome != "" and may_investigate(user, objection.line.application)


def may_record_service(user: User, letter: Letter) -> bool:
    """Once per letter: by whoever of township or county meets the applicant; an objector meets nobody
    but the county's investigators."""
    if hasattr(letter, "service"):
        return False
    case = letter.application
    if letter.kind == Letter.Kind.OBJECTION:
        return may_investigate(user, case)
    return acts_for(user, SERVICE, agency_id=case.agency_id, township_id=case.township_id)


def may_take_on_objection(user: User, objection: Objection) -> bool:
    free = objection.outcome == "" and objection.investigator_id != user.pk
    return free and may(user, Action.SETTLE_OBJECTION, objection.line.application)


def may_hand_over(user: User, application: Application) -> bool:
    """The leader of its township or the county hands a case over until it is finished."""
    roles = frozenset({Role.TOWNSHIP_LEADER, Role.REVIEWER})
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    return application.state_enum not in FINISHED and acts_for(user, roles, **where)


def may_answer_hand_over(user: User, hand_over: HandOver) -> bool:
    """Clerk or leader of the receiving township, who did not propose it himself."""
    roles = frozenset({Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER})
    where = {
        "agency_id": hand_over.application.agency_id,
        "township_id": hand_over.to_township_id,
    }
    waits = hand_over.outcome == HandOver.Outcome.OPEN and hand_over.proposed_by_id != user.pk
    return waits and acts_for(user, roles, **where)


def may_take_back_hand_over(user: User, hand_over: HandOver) -> bool:
    open_offer = hand_over.outcome == HandOver.Outcome.OPEN
    return open_offer and may_hand_over(user, hand_over.application)
