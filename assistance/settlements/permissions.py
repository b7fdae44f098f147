"""Who may type and take back bills and other aid of a person."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.accounts.scope import scope_of
from assistance.registry.models import Person
from assistance.registry.permissions import ENTERING_ROLES, acts_for
from assistance.settlements.models import BillSource, DifferenceDecision, Settlement
from assistance.shared.errors import NotAllowed


def may_type_bill(user: User, person: Person) -> bool:
    return acts_for(user, person, *ENTERING_ROLES)


def why_not_reverse_bill(user: User, bill: Settlement) -> str | None:
    """Why this user may not take the bill back, as a sentence; None when he may."""
    if not acts_for(user, bill.person, *ENTERING_ROLES):
        return _("Only the clerk of the person's township or the county window may change bills.")
    if bill.source != Settlement.Source.TYPED:
        return _("A bill from the insurance system is reversed there.")
    return None


def may_reverse_bill(user: User, bill: Settlement) -> bool:
    return why_not_reverse_bill(user, bill) is None


def may_record_aid(user: User, person: Person) -> bool:
    """Clerks, and the reviewer, who learns of aid from the other departments (JN21 二(三)2)."""
    return acts_for(user, person, *ENTERING_ROLES, Role.REVIEWER)


def check_may_type_bill(user: User | None, person: Person) -> None:
    """Raises NotAllowed. Without a user the system acts, here and below."""
    if user is not None and not may_type_bill(user, person):
        raise NotAllowed(
            _("Only the clerk of the person's township or the county window may change bills.")
        )


def check_may_reverse_bill(user: User | None, bill: Settlement) -> None:
    """Raises NotAllowed with the reason of `why_not_reverse_bill`."""
    reason = why_not_reverse_bill(user, bill) if user is not None else None
    if reason is not None:
        raise NotAllowed(reason)


def check_may_record_aid(user: User | None, person: Person) -> None:
    """Raises NotAllowed."""
    if user is not None and not may_record_aid(user, person):
        raise NotAllowed(
            _("Other aid is entered by the person's township, the county window or a reviewer.")
        )


# The insurance system's bills are taken in by the county's reviewers, as its lists are.
DELIVERING_ROLES = frozenset({Role.REVIEWER})
RELEASING_ROLES = frozenset({Role.APPROVER})
DELIVERY_READERS = DELIVERING_ROLES | RELEASING_ROLES | {Role.CITY_SUPERVISOR}


def may_deliver_bills(user: User, source: BillSource) -> bool:
    """A reviewer of the agency the source sends to."""
    scope = scope_of(user)
    return user.has_role(*DELIVERING_ROLES) and scope.may_work_on(agency_id=source.agency_id)


def check_may_deliver_bills(user: User | None, source: BillSource) -> None:
    """Raises NotAllowed."""
    if user is not None and not may_deliver_bills(user, source):
        raise NotAllowed(_("Bills of this source are taken in by the reviewers of its agency."))


def may_work_on_payers(user: User, agency_id: int | None) -> bool:
    """Whether the user takes in what further payers send to this agency: its reviewers."""
    return (
        agency_id is not None and user.agency_id == agency_id and user.has_role(*DELIVERING_ROLES)
    )


def check_may_work_on_payers(user: User | None, agency_id: int | None) -> None:
    """Raises NotAllowed."""
    if user is not None and not may_work_on_payers(user, agency_id):
        raise NotAllowed(_("Files of further payers are taken in by the reviewers of the agency."))


def may_draft_source(user: User) -> bool:
    """Administrators keep the tables of codes and columns."""
    return user.has_role(Role.ADMINISTRATOR)


def check_may_draft_source(user: User | None) -> None:
    """Raises NotAllowed."""
    if user is not None and not may_draft_source(user):
        raise NotAllowed(_("Columns, codes and formula of a source are drafted by administrators."))


def why_not_release_source(user: User, source: BillSource) -> str | None:
    """Why this user may not release the draft of a source, as a sentence; None when he may."""
    if user.agency_id != source.agency_id or not user.has_role(*RELEASING_ROLES):
        return _("The definition of a source is released by an approver of its agency.")
    if source.drafted_by_id == user.pk:
        return _("Somebody else has to release what you drafted yourself.")
    return None


def check_may_release_source(user: User | None, source: BillSource) -> None:
    """Raises NotAllowed with the reason of `why_not_release_source`."""
    reason = why_not_release_source(user, source) if user is not None else None
    if reason is not None:
        raise NotAllowed(reason)


def may_decide_mark(user: User, person: Person) -> bool:
    """Whether the user says which bills of this person are for mental illness: reviewers, where he belongs."""
    return acts_for(user, person, Role.REVIEWER)


def check_may_decide_mark(user: User | None, person: Person) -> None:
    """Raises NotAllowed."""
    if user is not None and not may_decide_mark(user, person):
        raise NotAllowed(_("Marks of mental illness are decided by a reviewer of the agency."))


def may_judge_difference(user: User, bill: Settlement) -> bool:
    """Whether the user says what becomes of a figure that is not ours: reviewers, where the person belongs."""
    return acts_for(user, bill.person, Role.REVIEWER)


def check_may_judge_difference(user: User | None, bill: Settlement) -> None:
    """Raises NotAllowed."""
    if user is not None and not may_judge_difference(user, bill):
        raise NotAllowed(_("Differences are decided by a reviewer of the agency."))


def why_not_confirm_difference(user: User, decision: DifferenceDecision) -> str | None:
    """Why this user may not agree to the decision, as a sentence; None when he may."""
    if not acts_for(user, decision.settlement.person, *RELEASING_ROLES):
        return _("An approver of the agency agrees to decisions from which money follows.")
    if decision.decided_by_id == user.pk:
        return _("Somebody else has to agree to what you decided yourself.")
    return None


def check_may_confirm_difference(user: User | None, decision: DifferenceDecision) -> None:
    """Raises NotAllowed with the reason of `why_not_confirm_difference`."""
    reason = why_not_confirm_difference(user, decision) if user is not None else None
    if reason is not None:
        raise NotAllowed(reason)
