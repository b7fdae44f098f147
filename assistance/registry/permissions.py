"""Who may see, edit and check the record of a person. Every path asks here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import AGENCY_ROLES, TOWNSHIP_ROLES, Role
from assistance.accounts.scope import scope_of
from assistance.registry.models import (
    AccessLog,
    BankAccount,
    IdentityChange,
    ListImport,
    Person,
)
from assistance.registry.ties import is_close, why_not_close
from assistance.shared.errors import NotAllowed

ENTERING_ROLES = frozenset({Role.TOWNSHIP_CLERK, Role.WINDOW_CLERK})
LOOKING_UP_ROLES = ENTERING_ROLES | {Role.TOWNSHIP_LEADER, Role.REVIEWER}
LIST_ROLES = frozenset({Role.REVIEWER})
CONFIRMING_ROLES = frozenset({Role.APPROVER})
LIST_READERS = LIST_ROLES | CONFIRMING_ROLES | {Role.CITY_SUPERVISOR}
CHECKING_TOWNSHIP_ROLES = TOWNSHIP_ROLES
CHECKING_AGENCY_ROLES = frozenset({Role.REVIEWER, Role.PAYMENT_OFFICER})

WORKING_ROLES = frozenset({Role.TOWNSHIP_CLERK, Role.WINDOW_CLERK, Role.REVIEWER})
REVEALING: dict[str, frozenset[Role]] = {
    AccessLog.Field.ID_NUMBER: WORKING_ROLES,
    AccessLog.Field.PHONE: WORKING_ROLES,
    AccessLog.Field.ACCOUNT: WORKING_ROLES | {Role.PAYMENT_OFFICER},
}


def acts_for(user: User, person: Person, *roles: Role) -> bool:
    """Whether the user holds one of `roles` where the person belongs.

    A township role counts in the user's own township as far as his agency answers for it, an
    agency role in his own agency. The union of somebody's scope would be too much here: a clerk of
    one township who also reviews for the county does not enter for the other townships. Nobody acts for
    himself or for a relative he declared.
    """
    if is_close(user, person.pk):
        return False
    if user.agency_id is None or user.agency_id != person.agency_id:
        return False
    if user.has_role(*(AGENCY_ROLES.intersection(roles))):
        return True
    in_own_township = user.township_id is not None and user.township_id == person.township_id
    return in_own_township and user.has_role(*(TOWNSHIP_ROLES.intersection(roles)))


def may_see(user: User, person: Person) -> bool:
    return scope_of(user).covers(agency_id=person.agency_id, township_id=person.township_id)


def may_register(user: User) -> bool:
    return user.has_role(*ENTERING_ROLES)


def may_look_up(user: User) -> bool:
    """Whether the user's work may bring him a person from outside his scope."""
    return user.has_role(*LOOKING_UP_ROLES)


def may_edit(user: User, person: Person) -> bool:
    return acts_for(user, person, *ENTERING_ROLES)


def why_not_check_account(user: User, account: BankAccount) -> str | None:
    """Why this user may not confirm the account, as a sentence; None when he may."""
    if not acts_for(user, account.person, *CHECKING_TOWNSHIP_ROLES, *CHECKING_AGENCY_ROLES):
        return _(
            "Bank accounts are checked by the person's township, a reviewer or a payment officer."
        )
    if account.entered_by_id == user.pk:
        return _("Somebody else has to check an account that you entered yourself.")
    if account.retired_at is not None:
        return _("This account is no longer used.")
    if account.checked_at is not None:
        return _("This account has already been checked.")
    return None


def may_check_account(user: User, account: BankAccount) -> bool:
    return why_not_check_account(user, account) is None


def may_reveal(user: User, person: Person, field: str) -> bool:
    """Who works on the record may see a number in full, for a reason; who watches may not."""
    return acts_for(user, person, *REVEALING[field])


def may_compare(user: User, person: Person, field: str) -> bool:
    return acts_for(user, person, *REVEALING[field], Role.TOWNSHIP_LEADER, Role.PAYMENT_OFFICER)


def check_may_reveal(user: User, person: Person, field: str) -> None:
    """Raises NotAllowed."""
    if not may_reveal(user, person, field):
        raise NotAllowed(_("Your work does not need this number in full; you may ask who has it."))


def check_may_compare(user: User, person: Person, field: str) -> None:
    """Raises NotAllowed."""
    if not may_compare(user, person, field):
        raise NotAllowed(_("Your work does not need this number."))


# A scan shows numbers in full and illnesses: who watches sees that there is one, and its hash.
PAPER_READERS = frozenset({*ENTERING_ROLES, Role.TOWNSHIP_LEADER, Role.REVIEWER, Role.APPROVER})


def may_read_paper(user: User, person: Person) -> bool:
    """Who enters, confirms or decides reads the papers of names and numbers."""
    return acts_for(user, person, *PAPER_READERS)


def may_read_account_paper(user: User, person: Person) -> bool:
    """Papers about an account, and those of the heirs it belongs to: also for who pays to it."""
    return acts_for(user, person, *PAPER_READERS, Role.PAYMENT_OFFICER)


def why_not_confirm_identity(user: User, change: IdentityChange) -> str | None:
    """Why this user may not confirm the new name or number, as a sentence; None when he may."""
    if not acts_for(user, change.person, Role.TOWNSHIP_LEADER, Role.REVIEWER):
        return _("Names and numbers are confirmed by the township leader or a reviewer.")
    if change.entered_by_id == user.pk:
        return _("Somebody else has to confirm what you entered yourself.")
    if change.outcome:
        return _("This change has already been decided.")
    return None


def may_confirm_identity(user: User, change: IdentityChange) -> bool:
    return why_not_confirm_identity(user, change) is None


def check_may_confirm_identity(user: User, change: IdentityChange) -> None:
    """Raises NotAllowed with the reason of `why_not_confirm_identity`."""
    reason = why_not_confirm_identity(user, change)
    if reason is not None:
        raise NotAllowed(reason)


def may_propose_merge(user: User, *people: Person) -> bool:
    """A reviewer, where all of the records belong."""
    return all(acts_for(user, person, Role.REVIEWER) for person in people)


def may_decide_merge(user: User, *people: Person) -> bool:
    return all(acts_for(user, person, Role.APPROVER) for person in people)


def check_merge(user: User, what: str, *people: Person, other_than: int | None = None) -> None:
    """Raises NotAllowed unless the user may "propose" or "decide" on merging these records."""
    if user.pk == other_than:
        raise NotAllowed(_("Somebody else has to decide on what you proposed yourself."))
    may = may_propose_merge if what == "propose" else may_decide_merge
    if not may(user, *people):
        raise NotAllowed(
            _(
                "Records are merged by a reviewer and an approver of the agency that answers for both."
            )
        )


def check_may_edit(user: User | None, person: Person) -> None:
    """Raises NotAllowed unless the user enters data where the person belongs."""
    if user is not None and is_close(user, person.pk):
        raise NotAllowed(why_not_close(user, person.pk))
    if user is not None and not may_edit(user, person):
        raise NotAllowed(
            _("Only the clerk of the person's township or the county window may change this.")
        )


def check_may_register(user: User | None) -> None:
    """Raises NotAllowed unless the user enters data at all."""
    if user is not None and not may_register(user):
        raise NotAllowed(_("Only township clerks and the county window register people."))


def check_may_look_up(user: User) -> None:
    """Raises NotAllowed unless the user's work needs people from outside his scope."""
    if not may_look_up(user):
        raise NotAllowed(_("Your role does not look up people outside its area."))


def check_may_check_account(user: User, account: BankAccount) -> None:
    """Raises NotAllowed with the reason of `why_not_check_account`."""
    reason = why_not_check_account(user, account)
    if reason is not None:
        raise NotAllowed(reason)


def may_work_on_lists(user: User, agency_id: int | None) -> bool:
    """Whether the user takes in and applies recipient lists of this agency: its reviewers."""
    return agency_id is not None and user.agency_id == agency_id and user.has_role(*LIST_ROLES)


def check_may_work_on_lists(user: User | None, agency_id: int | None) -> None:
    """Raises NotAllowed."""
    if user is not None and not may_work_on_lists(user, agency_id):
        raise NotAllowed(_("Recipient lists are taken in by the reviewers of their agency."))


def why_not_confirm_ends(user: User, listing: ListImport) -> str | None:
    """Why this user may not stand for the ends of a list, as a sentence; None when he may."""
    if user.agency_id != listing.agency_id or not user.has_role(*CONFIRMING_ROLES):
        return _("The ends of a list are confirmed by an approver of its agency.")
    if listing.uploaded_by_id == user.pk:
        return _("Somebody else has to confirm the ends of a list that you uploaded yourself.")
    return None


def check_may_confirm_ends(user: User, listing: ListImport) -> None:
    """Raises NotAllowed with the reason of `why_not_confirm_ends`."""
    reason = why_not_confirm_ends(user, listing)
    if reason is not None:
        raise NotAllowed(reason)


def may_note_duty(user: User, person: Person) -> bool:
    """Whoever works on the record, and the township's leader, who hands the work out."""
    return acts_for(user, person, *WORKING_ROLES, Role.TOWNSHIP_LEADER)


def check_may_note_duty(user: User, person: Person) -> None:
    """Raises NotAllowed."""
    if not may_note_duty(user, person):
        raise NotAllowed(
            _("To-do lists are worked on by the township, the window and the reviewer.")
        )
