"""Who may do what to money. `why_not_…` gives the sentence to show, `may_…` is its absence.

Working on money needs the role and the agency itself; reading follows the scope.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.accounts.roles import Role
from assistance.accounts.scope import scope_of
from assistance.payments.models import (
    Award,
    Batch,
    BatchLine,
    FundYear,
    HeirClaim,
    Recovery,
    RecoveryEntry,
)
from assistance.payments.states import (
    BATCH_MOVES,
    HANDED_OUT,
    STILL_CLAIMED,
    UNSENT_AWARDS,
    AwardState,
    BatchState,
    LineOutcome,
)
from assistance.registry.models import BankAccount
from assistance.registry.permissions import may_edit
from assistance.registry.ties import close_people, why_not_close
from assistance.shared.errors import NotAllowed

BATCH_READERS = frozenset({Role.PAYMENT_OFFICER, Role.FUND_SUPERVISOR, Role.CITY_SUPERVISOR})
FUND_READERS = BATCH_READERS | {Role.REVIEWER, Role.APPROVER}
# The window files claims and tells people where their money is.
AWARD_READERS = FUND_READERS | {Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER, Role.WINDOW_CLERK}


def check(why_not: str | None) -> None:
    """Raise NotAllowed with the sentence, if there is one."""
    if why_not:
        raise NotAllowed(why_not)


def why_not_draw_up_batch(user: User, agency: Agency) -> str | None:
    return _not_payment_officer(user, agency.pk)


def why_not_confirm_batch(user: User, batch: Batch) -> str | None:
    if batch.drawn_up_by_id == user.pk:
        return _(
            "You drew up this batch: another payment officer compares it and confirms the sum."
        )
    return (
        _not_payment_officer(user, batch.agency_id)
        or _close_in_batch(user, batch)
        or _no_batch_move(batch, BatchState.CONFIRMED)
    )


def why_not_change_batch(user: User, batch: Batch) -> str | None:
    """Take out a line or discard the whole."""
    return _not_payment_officer(user, batch.agency_id) or _no_batch_move(
        batch, BatchState.DISCARDED
    )


def why_not_send_batch(user: User, batch: Batch) -> str | None:
    """Take out the bank file: the first time it sends the batch, later it is the same file again."""
    refusal = _not_payment_officer(user, batch.agency_id)
    if refusal or batch.state in HANDED_OUT:
        return refusal
    return _no_batch_move(batch, BatchState.SENT)


def why_not_read_return(user: User, batch: Batch) -> str | None:
    return _not_payment_officer(user, batch.agency_id) or _no_batch_move(batch, BatchState.CLOSED)


def why_not_bounce(user: User, line: BatchLine) -> str | None:
    """Record that a payment of the batch came back after the bank had reported it as paid."""
    refusal = _not_payment_officer(user, line.batch.agency_id)
    refusal = refusal or why_not_close(user, line.award.person_id)
    if refusal or line.outcome == LineOutcome.PAID:
        return refusal
    return _(
        "Line %(position)s of batch %(number)s is “%(outcome)s”: only a paid one comes back."
    ) % {
        "position": line.position,
        "number": line.batch.number,
        "outcome": line.get_outcome_display(),
    }


def why_not_read_bounces(user: User, agency: Agency) -> str | None:
    return _not_payment_officer(user, agency.pk)


def why_not_budget(user: User, fund_year: FundYear) -> str | None:
    if user.has_role(Role.FUND_SUPERVISOR) and user.agency_id == fund_year.agency_id:
        return None
    return _("Only a fund supervisor of this agency books budgets and moves money between years.")


def why_not_hold(user: User, award: Award) -> str | None:
    # In a batch it is its line that is taken out, which holds the award.
    if award.state != AwardState.DUE:
        return _wrong_award_state(award)
    return _not_payment_officer(user, award.agency_id) or why_not_close(user, award.person_id)


def why_not_unhold(user: User, award: Award) -> str | None:
    if award.state != AwardState.HELD:
        return _wrong_award_state(award)
    return _not_payment_officer(user, award.agency_id) or why_not_close(user, award.person_id)


def why_not_reissue(user: User, award: Award) -> str | None:
    if award.state != AwardState.FAILED:
        return _wrong_award_state(award)
    return _not_payment_officer(user, award.agency_id) or why_not_close(user, award.person_id)


def why_not_change_account(user: User, award: Award) -> str | None:
    if award.state not in UNSENT_AWARDS:
        return _wrong_award_state(award)
    return _not_payment_officer(user, award.agency_id) or why_not_close(user, award.person_id)


def why_not_work_on_recovery(user: User, recovery: Recovery) -> str | None:
    """Enter the decision, a plan, a repayment or the wish to waive."""
    if recovery.state not in STILL_CLAIMED:
        return _("Recovery %(number)s is “%(state)s”: nothing is claimed any more.") % {
            "number": recovery.number,
            "state": recovery.get_state_display(),
        }
    return _not_payment_officer(user, recovery.agency_id) or why_not_close(
        user, recovery.award.person_id
    )


def why_not_decide_entry(user: User, entry: RecoveryEntry) -> str | None:
    """Confirm or reject what a payment officer entered: the fund supervisor, a second person."""
    if entry.confirmed_at is not None or entry.rejected_at is not None:
        return _("This entry is decided already.")
    if entry.entered_by_id == user.pk:
        return _("You entered this: another person confirms it.")
    if user.has_role(Role.FUND_SUPERVISOR) and user.agency_id == entry.recovery.agency_id:
        return why_not_close(user, entry.recovery.award.person_id)
    return _("Only a fund supervisor of this agency confirms what has come back or is waived.")


def may_work_on_recovery(user: User, recovery: Recovery) -> bool:
    return why_not_work_on_recovery(user, recovery) is None


def may_decide_entry(user: User, entry: RecoveryEntry) -> bool:
    return why_not_decide_entry(user, entry) is None


def why_not_claim(user: User, award: Award) -> str | None:
    """Enter a claim of the heirs: whoever enters data where the person belongs."""
    if award.state not in UNSENT_AWARDS:
        return _wrong_award_state(award)
    if award.person.died_on is None:
        return _("No death is entered for this person.")
    if not may_edit(user, award.person):
        return _("The clerk of the person's township or the county window enters the heirs' claim.")
    return None


def why_not_decide_claim(user: User, award: Award, claim: HeirClaim | None) -> str | None:
    """Confirm or set aside: a county reviewer who did not enter the claim."""
    if claim is None:
        return _("No claim of heirs waits for a decision.")
    if award.state not in UNSENT_AWARDS:
        return _wrong_award_state(award)
    if claim.entered_by_id == user.pk:
        return _("You entered this claim: another person decides on it.")
    if user.has_role(Role.REVIEWER) and user.agency_id == award.agency_id:
        return why_not_close(user, award.person_id)
    return _("Only a county reviewer of this agency decides on the heirs' claim.")


def why_not_use_account(user: User, account: BankAccount) -> str | None:
    """Four eyes: who entered or checked an account is not the one who points money to it."""
    if user.pk not in (account.entered_by_id, account.checked_by_id):
        return None
    return _("You entered or checked this account: another payment officer points the award to it.")


def may_draw_up_batch(user: User, agency: Agency) -> bool:
    return why_not_draw_up_batch(user, agency) is None


def may_confirm_batch(user: User, batch: Batch) -> bool:
    return why_not_confirm_batch(user, batch) is None


def may_change_batch(user: User, batch: Batch) -> bool:
    return why_not_change_batch(user, batch) is None


def may_send_batch(user: User, batch: Batch) -> bool:
    return why_not_send_batch(user, batch) is None


def may_read_return(user: User, batch: Batch) -> bool:
    return why_not_read_return(user, batch) is None


def may_bounce(user: User, line: BatchLine) -> bool:
    return why_not_bounce(user, line) is None


def may_read_bounces(user: User, agency: Agency) -> bool:
    return why_not_read_bounces(user, agency) is None


def may_budget(user: User, fund_year: FundYear) -> bool:
    return why_not_budget(user, fund_year) is None


def may_hold(user: User, award: Award) -> bool:
    return why_not_hold(user, award) is None


def may_unhold(user: User, award: Award) -> bool:
    return why_not_unhold(user, award) is None


def may_reissue(user: User, award: Award) -> bool:
    return why_not_reissue(user, award) is None


def may_change_account(user: User, award: Award) -> bool:
    return why_not_change_account(user, award) is None


def may_see_award(user: User, award: Award) -> bool:
    return user.has_role(*AWARD_READERS) and scope_of(user).covers(
        agency_id=award.agency_id, township_id=award.person.township_id
    )


def may_see_batch(user: User, batch: Batch) -> bool:
    return user.has_role(*BATCH_READERS) and scope_of(user).covers(agency_id=batch.agency_id)


def may_see_fund_year(user: User, fund_year: FundYear) -> bool:
    return user.has_role(*FUND_READERS) and scope_of(user).covers(agency_id=fund_year.agency_id)


def _not_payment_officer(user: User, agency_id: int) -> str | None:
    if user.has_role(Role.PAYMENT_OFFICER) and user.agency_id == agency_id:
        return None
    return _("Only a payment officer of this agency may do this.")


def _close_in_batch(user: User, batch: Batch) -> str | None:
    close = close_people(user)
    if not close or not batch.lines.filter(award__person__in=close).exists():
        return None
    return _(
        "An award in this batch is yours or a relative's: another payment officer confirms it."
    )


def _no_batch_move(batch: Batch, to: BatchState) -> str | None:
    if to in BATCH_MOVES[BatchState(batch.state)]:
        return None
    return _("Batch %(number)s is “%(state)s”: this is not possible now.") % {
        "number": batch.number,
        "state": batch.get_state_display(),
    }


def _wrong_award_state(award: Award) -> str:
    return _("Award %(number)s is “%(state)s”: this is not possible now.") % {
        "number": award.number,
        "state": award.get_state_display(),
    }
