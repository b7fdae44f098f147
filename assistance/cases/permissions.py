"""Who may do what to an application: one rule per action, asked on every path."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import TOWNSHIP_ROLES, Role
from assistance.cases.models import (
    Application,
    BulkRun,
    Letter,
    Notice,
    Participation,
    StatusChange,
)
from assistance.cases.states import MOVES, Action, State
from assistance.registry.models import Person
from assistance.registry.permissions import PAPER_READERS
from assistance.registry.ties import is_close, why_not_close
from assistance.shared.errors import NotAllowed

Part = Participation.Part


@dataclass(frozen=True, slots=True)
class Rule:
    """Roles that may act, and the part of the case the actor then has."""

    roles: frozenset[Role]
    part: Part | None


ENTRY = Rule(frozenset({Role.TOWNSHIP_CLERK, Role.WINDOW_CLERK}), Part.ENTRY)
FIRST_REVIEW = Rule(frozenset({Role.TOWNSHIP_LEADER}), Part.FIRST_REVIEW)
# The employer signs, the county window files; it never reviews what it filed.
WINDOW = Rule(frozenset({Role.WINDOW_CLERK}), Part.ENTRY)
# The second person for a day of receipt: no part of deciding the case.
RECEIPT = Rule(frozenset({Role.TOWNSHIP_LEADER, Role.WINDOW_CLERK}), None)
COUNTY_REVIEW = Rule(frozenset({Role.REVIEWER}), Part.COUNTY_REVIEW)
APPROVAL = Rule(frozenset({Role.APPROVER}), Part.APPROVAL)
INVESTIGATION = Rule(frozenset({Role.REVIEWER}), Part.INVESTIGATION)
OBJECTION = Rule(frozenset({Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER, Role.WINDOW_CLERK}), None)

# Whoever of the case's people hears of the decision records it; that is no part of deciding the case.
WAIT = Rule(ENTRY.roles | FIRST_REVIEW.roles | COUNTY_REVIEW.roles, None)

RULES: dict[tuple[Action, State], Rule] = {
    (Action.EDIT, State.DRAFT): ENTRY,
    (Action.EDIT, State.RETURNED): ENTRY,
    (Action.SUBMIT, State.DRAFT): ENTRY,
    (Action.SUBMIT, State.RETURNED): ENTRY,
    (Action.EMPLOYER_REVIEW, State.DRAFT): WINDOW,
    (Action.EMPLOYER_REVIEW, State.RETURNED): WINDOW,
    (Action.CLAIM_RECEIPT, State.DRAFT): ENTRY,
    (Action.DECIDE_RECEIPT, State.DRAFT): RECEIPT,
    (Action.DECIDE_RECEIPT, State.WAITING): RECEIPT,
    (Action.WITHDRAW, State.DRAFT): ENTRY,
    (Action.WITHDRAW, State.RETURNED): ENTRY,
    (Action.WITHDRAW, State.FIRST_REVIEW): ENTRY,
    (Action.SIGN_FIRST_REVIEW, State.FIRST_REVIEW): FIRST_REVIEW,
    (Action.RETURN, State.FIRST_REVIEW): FIRST_REVIEW,
    (Action.RETURN, State.COUNTY_REVIEW): COUNTY_REVIEW,
    (Action.PARK, State.DRAFT): ENTRY,
    (Action.PARK, State.FIRST_REVIEW): FIRST_REVIEW,
    (Action.PARK, State.COUNTY_REVIEW): COUNTY_REVIEW,
    (Action.EDIT, State.WAITING): ENTRY,
    (Action.REMIND, State.WAITING): WAIT,
    (Action.RESUME, State.WAITING): WAIT,
    (Action.WITHDRAW, State.WAITING): ENTRY,
    (Action.REVIEW, State.COUNTY_REVIEW): COUNTY_REVIEW,
    (Action.PROPOSE, State.COUNTY_REVIEW): COUNTY_REVIEW,
    (Action.PROPOSE_REFUSAL, State.COUNTY_REVIEW): COUNTY_REVIEW,
    (Action.PROPOSE_RECOVERY, State.COUNTY_REVIEW): COUNTY_REVIEW,
    (Action.AGREE, State.PROPOSED): APPROVAL,
    (Action.SEND_BACK, State.PROPOSED): APPROVAL,
    (Action.SEND_BACK, State.WAITING_FUNDS): APPROVAL,
    (Action.OBJECT, State.PUBLICITY): OBJECTION,
    # A second person may object while the first objection is looked into.
    (Action.OBJECT, State.OBJECTED): OBJECTION,
    (Action.OBJECT, State.APPROVED): OBJECTION,
    (Action.SETTLE_OBJECTION, State.OBJECTED): INVESTIGATION,
    # The money had left: the case stays approved, a person says what follows.
    (Action.SETTLE_OBJECTION, State.APPROVED): INVESTIGATION,
    (Action.REOPEN, State.APPROVED): APPROVAL,
    # Who finds the error does not decide on it.
    (Action.REPORT_ERROR, State.PUBLICITY): COUNTY_REVIEW,
    (Action.REPORT_ERROR, State.APPROVED): COUNTY_REVIEW,
    (Action.CORRECT, State.PUBLICITY): APPROVAL,
    (Action.CORRECT, State.APPROVED): APPROVAL,
    (Action.DISMISS_ERROR, State.PUBLICITY): APPROVAL,
    (Action.DISMISS_ERROR, State.APPROVED): APPROVAL,
    (Action.PAY_ANYWAY, State.APPROVED): APPROVAL,
}
# Who may take which step for many; for every row the rule of the single step is asked again.
BULK_ROLES: dict[BulkRun.Kind, frozenset[Role]] = {
    BulkRun.Kind.SUBMIT: ENTRY.roles,
    BulkRun.Kind.SIGN_FIRST_REVIEW: FIRST_REVIEW.roles,
    BulkRun.Kind.RETURN: FIRST_REVIEW.roles | COUNTY_REVIEW.roles,
    BulkRun.Kind.ASSIGN: frozenset({Role.REVIEWER, Role.APPROVER}),
    BulkRun.Kind.NOTICE: frozenset({Role.TOWNSHIP_CLERK, Role.REVIEWER, Role.APPROVER}),
    BulkRun.Kind.HOLD: frozenset({Role.PAYMENT_OFFICER}),
    BulkRun.Kind.RELEASE: frozenset({Role.PAYMENT_OFFICER}),
    BulkRun.Kind.BATCH: frozenset({Role.PAYMENT_OFFICER}),
}
# Who picks up the telephone; approvers and supervisors do not speak with applicants.
CALL_ROLES = TOWNSHIP_ROLES | {Role.WINDOW_CLERK, Role.REVIEWER, Role.PAYMENT_OFFICER}
# A paper account may be mended until money has left; the payment office looks at it again.
ACCOUNT_STATES = frozenset(State) - {State.REFUSED, State.WITHDRAWN}
# Who writes which letter, in which state of the case; whoever meets the applicant notes its service.
LETTERS: dict[Letter.Kind, tuple[State, frozenset[Role]]] = {
    Letter.Kind.REFUSAL: (
        State.REFUSED,
        frozenset({Role.WINDOW_CLERK, Role.REVIEWER, Role.APPROVER}),
    ),
    Letter.Kind.CORRECTION: (
        State.RETURNED,
        TOWNSHIP_ROLES | {Role.WINDOW_CLERK, Role.REVIEWER},
    ),
}
SERVICE = TOWNSHIP_ROLES | {Role.WINDOW_CLERK, Role.REVIEWER, Role.APPROVER}


def acts_for(user: User, roles: frozenset[Role], *, agency_id: int, township_id: int) -> bool:
    """Whether the user holds one of `roles` for this agency, and for this township where it binds."""
    if not user.is_active or user.agency_id != agency_id:
        return False
    return any(
        role not in TOWNSHIP_ROLES or user.township_id == township_id for role in user.roles & roles
    )


def why_not(user: User, action: Action, application: Application) -> str | None:
    """A sentence that says why `user` may not do `action` now, or None if he may."""
    rule = RULES.get((action, application.state_enum))
    if rule is None:
        return _("This is not possible while the case is in the stage “%(state)s”.") % {
            "state": application.get_state_display()
        }
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    if not acts_for(user, rule.roles, **where):
        return _("Your role does not allow this for this case.")
    if is_close(user, application.person_id):
        return why_not_close(user, application.person_id)
    part = part_of(user, application)
    if rule.part is not None and part not in (None, rule.part):
        return _(
            "You already have another part in this case (%(part)s); a different person must do this."
        ) % {"part": part.label}
    return None


def part_of(user: User, application: Application) -> Part | None:
    """The part the user has had in the case; from the prefetched rows where there are any."""
    for row in application.participations.all():
        if row.user_id == user.pk:
            return Part(row.part)
    return None


def may(user: User, action: Action, application: Application) -> bool:
    return why_not(user, action, application) is None


def check(user: User, action: Action, application: Application) -> Rule:
    """The rule the user acts under; raises `NotAllowed` with the reason."""
    reason = why_not(user, action, application)
    if reason is not None:
        raise NotAllowed(reason)
    return RULES[action, application.state_enum]


def may_apply_again(user: User, application: Application) -> bool:
    """Clerks start a further application, or an official correction, from a decided case."""
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    decided = application.state_enum in (State.APPROVED, State.OVERPAID)
    free = not is_close(user, application.person_id)
    return decided and free and acts_for(user, ENTRY.roles, **where)


def may_draw_up_notice(user: User, *, agency_id: int, township_id: int) -> bool:
    """The county draws a notice up; the township may as well, it arranges the posting (JN21-3.2)."""
    roles = BULK_ROLES[BulkRun.Kind.NOTICE]
    return acts_for(user, roles, agency_id=agency_id, township_id=township_id)


def may_assign(user: User, application: Application) -> bool:
    """Reviewers share the cases in county review out among themselves, or the approver does."""
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    reviewed = application.state_enum is State.COUNTY_REVIEW
    return reviewed and acts_for(user, BULK_ROLES[BulkRun.Kind.ASSIGN], **where)


def why_not_assigned(user: User, application: Application) -> str | None:
    """Why this user would not be able to review the case in county review; None when he would."""
    rule = RULES[Action.REVIEW, State.COUNTY_REVIEW]
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    if not acts_for(user, rule.roles, **where):
        return _("%(name)s is no reviewer of this county.") % {"name": user}
    if is_close(user, application.person_id):
        return _("%(name)s is close to the person of this case.") % {"name": user}
    part = part_of(user, application)
    if part not in (None, rule.part):
        return _("%(name)s already has another part in this case.") % {"name": user}
    return None


def may_post(user: User, notice: Notice) -> bool:
    where = {"agency_id": notice.agency_id, "township_id": notice.township_id}
    return notice.state == Notice.State.DRAFT and acts_for(user, TOWNSHIP_ROLES, **where)


def may_certify(user: User, notice: Notice) -> bool:
    """The township leader certifies that the notice hung and what was objected."""
    where = {"agency_id": notice.agency_id, "township_id": notice.township_id}
    posted = notice.state == Notice.State.POSTED and notice.certified_at is None
    return posted and acts_for(user, FIRST_REVIEW.roles, **where)


def may_mend_account(user: User, application: Application) -> bool:
    """Township and window clerks name the account to pay to until the award has left."""
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    free = application.state_enum in ACCOUNT_STATES and not is_close(user, application.person_id)
    return free and acts_for(user, ENTRY.roles, **where)


def may_note_call(user: User, person: Person, application: Application | None) -> bool:
    """Whether the user answers calls where the case belongs or, without a case, the person."""
    about = application or person
    where = {"agency_id": about.agency_id, "township_id": about.township_id}
    return acts_for(user, CALL_ROLES, **where)


def may_issue_letter(user: User, application: Application, kind: Letter.Kind) -> bool:
    """Whether the case is at the stage of such a letter and the user's office writes it."""
    state, roles = LETTERS[kind]
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    free = application.state_enum is state and not is_close(user, application.person_id)
    return free and acts_for(user, roles, **where)


def may_open_papers(user: User, application: Application) -> bool:
    """Who enters, reviews or decides cases there opens their papers; who watches or pays does not."""
    return acts_for(
        user,
        PAPER_READERS,
        agency_id=application.agency_id,
        township_id=application.township_id,
    )


def may_add_evidence(user: User, application: Application) -> bool:
    """The clerk while he may edit the case, the reviewer while he reviews it."""
    return may(user, Action.EDIT, application) or may(user, Action.REVIEW, application)


def check_may_add_evidence(user: User, application: Application) -> Action:
    """The action under which the user changes the papers; raises `NotAllowed` with the reason."""
    if may(user, Action.REVIEW, application):
        return Action.REVIEW
    check(user, Action.EDIT, application)
    return Action.EDIT


def may_record_original(user: User, application: Application) -> bool:
    """Originals are seen, kept and given back at the desk and in review, whatever the stage."""
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    free = not is_close(user, application.person_id)
    return free and acts_for(user, ENTRY.roles | COUNTY_REVIEW.roles, **where)


def why_not_take_back(
    user: User, application: Application, last: StatusChange | None
) -> str | None:
    """Why `user` may not undo the `last` move: only he may who made it, in the role he made it in."""
    if last is None or (Action.TAKE_BACK, State(last.to_state)) not in MOVES or not last.action:
        return _("The last step of this case cannot be taken back.")
    if last.by_id != user.pk:
        return _("Only whoever took the last step may take it back.")
    rule = RULES.get((Action(last.action), State(last.from_state)))
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    if rule is None or not acts_for(user, rule.roles, **where):
        return _("Your role does not allow this for this case.")
    return None


def may_use_applicant_phone(
    user: User, application: Application, *, revealing: bool = False
) -> bool:
    """Who works on the case sees the applicant's telephone for a reason; the leader compares only."""
    roles = frozenset({Role.TOWNSHIP_CLERK, Role.WINDOW_CLERK, Role.REVIEWER})
    roles = roles if revealing else roles | {Role.TOWNSHIP_LEADER}
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    return acts_for(user, roles, **where)


def check_applicant_phone(user: User, application: Application, *, revealing: bool = False) -> None:
    """Raises NotAllowed."""
    if not may_use_applicant_phone(user, application, revealing=revealing):
        raise NotAllowed(_("Your work does not need this number."))
