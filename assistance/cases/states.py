"""The states of an application and the one table of moves between them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    FIRST_REVIEW = "first_review", _("Township first review")
    COUNTY_REVIEW = "county_review", _("County review")
    PROPOSED = "proposed", _("Proposed for approval")
    PUBLICITY = "publicity", _("Public notice")
    OBJECTED = "objected", _("Objected to")
    WAITING_FUNDS = "waiting_funds", _("Waiting for money")
    APPROVED = "approved", _("Approved")
    OVERPAID = "overpaid", _("Overpayment established")
    RETURNED = "returned", _("Returned for completion")
    WAITING = "waiting", _("Waiting for civil affairs")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Action(models.TextChoices):
    """What a person (or the closing of a notice) does to an application."""

    EDIT = "edit", _("Edit")
    SUBMIT = "submit", _("Submit")
    WITHDRAW = "withdraw", _("Withdraw")
    EMPLOYER_REVIEW = "employer_review", _("File under the employer's first review")
    CLAIM_RECEIPT = "claim_receipt", _("Name an earlier day of receipt")
    DECIDE_RECEIPT = "decide_receipt", _("Confirm the earlier day of receipt")
    SIGN_FIRST_REVIEW = "sign_first_review", _("Sign the first review")
    RETURN = "return", _("Return for completion")
    PARK = "park", _("Wait for civil affairs")
    REMIND = "remind", _("Ask again later")
    RESUME = "resume", _("Go on after the decision")
    REVIEW = "review", _("Record accepted figures")
    PROPOSE = "propose", _("Propose an amount")
    PROPOSE_REFUSAL = "propose_refusal", _("Propose a refusal")
    AGREE = "agree", _("Agree")
    SEND_BACK = "send_back", _("Send back to county review")
    OBJECT = "object", _("Record an objection")
    SETTLE_OBJECTION = "settle_objection", _("Decide on an objection")
    CLOSE_NOTICE = "close_notice", _("Close the notice")
    REOPEN = "reopen", _("Reopen before payment")
    REPORT_ERROR = "report_error", _("Report a wrong amount")
    CORRECT = "correct", _("Order the correction")
    DISMISS_ERROR = "dismiss_error", _("The amount is right")
    PAY_ANYWAY = "pay_anyway", _("Pay all the same")
    PROPOSE_RECOVERY = "propose_recovery", _("Propose to claim money back")
    CONTINUE = "continue", _("Continue with money in the fund")
    TAKE_BACK = "take_back", _("Take back the last step")


# (action, from) → the states it may lead to. Nothing else writes a state.
MOVES: dict[tuple[Action, State], frozenset[State]] = {
    (Action.SUBMIT, State.DRAFT): frozenset({State.FIRST_REVIEW}),
    (Action.SUBMIT, State.RETURNED): frozenset({State.FIRST_REVIEW}),
    # Of an employee: the employer has done the first review (JN21 二(三)2(1)).
    (Action.EMPLOYER_REVIEW, State.DRAFT): frozenset({State.COUNTY_REVIEW}),
    (Action.EMPLOYER_REVIEW, State.RETURNED): frozenset({State.COUNTY_REVIEW}),
    (Action.WITHDRAW, State.DRAFT): frozenset({State.WITHDRAWN}),
    (Action.WITHDRAW, State.RETURNED): frozenset({State.WITHDRAWN}),
    (Action.WITHDRAW, State.FIRST_REVIEW): frozenset({State.WITHDRAWN}),
    (Action.SIGN_FIRST_REVIEW, State.FIRST_REVIEW): frozenset({State.COUNTY_REVIEW}),
    (Action.RETURN, State.FIRST_REVIEW): frozenset({State.RETURNED}),
    (Action.RETURN, State.COUNTY_REVIEW): frozenset({State.RETURNED}),
    # Where the case goes on is where it was parked.
    (Action.PARK, State.DRAFT): frozenset({State.WAITING}),
    (Action.PARK, State.FIRST_REVIEW): frozenset({State.WAITING}),
    (Action.PARK, State.COUNTY_REVIEW): frozenset({State.WAITING}),
    (Action.RESUME, State.WAITING): frozenset(
        {State.DRAFT, State.FIRST_REVIEW, State.COUNTY_REVIEW}
    ),
    (Action.WITHDRAW, State.WAITING): frozenset({State.WITHDRAWN}),
    (Action.PROPOSE, State.COUNTY_REVIEW): frozenset({State.PROPOSED}),
    (Action.PROPOSE_REFUSAL, State.COUNTY_REVIEW): frozenset({State.PROPOSED}),
    (Action.SEND_BACK, State.PROPOSED): frozenset({State.COUNTY_REVIEW}),
    (Action.PROPOSE_RECOVERY, State.COUNTY_REVIEW): frozenset({State.PROPOSED}),
    (Action.AGREE, State.PROPOSED): frozenset(
        {State.PUBLICITY, State.REFUSED, State.WAITING_FUNDS, State.OVERPAID}
    ),
    # The system goes on as soon as the fund holds the money; the amount may have changed meanwhile.
    (Action.CONTINUE, State.WAITING_FUNDS): frozenset({State.PUBLICITY, State.COUNTY_REVIEW}),
    (Action.SEND_BACK, State.WAITING_FUNDS): frozenset({State.COUNTY_REVIEW}),
    (Action.OBJECT, State.PUBLICITY): frozenset({State.OBJECTED}),
    # Received in time and typed after the closing: the case comes back while its award is in no batch.
    (Action.OBJECT, State.APPROVED): frozenset({State.OBJECTED}),
    (Action.SETTLE_OBJECTION, State.OBJECTED): frozenset(
        {State.PUBLICITY, State.COUNTY_REVIEW, State.APPROVED}
    ),
    # The second look at closing may find a death, a changed status or new aid.
    (Action.CLOSE_NOTICE, State.PUBLICITY): frozenset({State.APPROVED, State.COUNTY_REVIEW}),
    (Action.REOPEN, State.APPROVED): frozenset({State.COUNTY_REVIEW}),
    # A reviewer found the amount wrong; the approver orders that it is reviewed and publicised anew.
    (Action.CORRECT, State.PUBLICITY): frozenset({State.COUNTY_REVIEW}),
    (Action.CORRECT, State.APPROVED): frozenset({State.COUNTY_REVIEW}),
    # By whoever took the step, while nobody has touched the case since; see why_not_take_back.
    (Action.TAKE_BACK, State.FIRST_REVIEW): frozenset({State.DRAFT, State.RETURNED}),
    (Action.TAKE_BACK, State.COUNTY_REVIEW): frozenset({State.FIRST_REVIEW}),
    (Action.TAKE_BACK, State.RETURNED): frozenset({State.FIRST_REVIEW, State.COUNTY_REVIEW}),
}

# States in which an annual programme's application of a person and year is under way.
UNDER_WAY = frozenset(
    {
        State.FIRST_REVIEW,
        State.COUNTY_REVIEW,
        State.PROPOSED,
        State.WAITING_FUNDS,
        State.PUBLICITY,
        State.OBJECTED,
        State.RETURNED,
        State.WAITING,
    }
)
# States in which the statutory clock stands still.
STOPPED = frozenset({State.RETURNED, State.WAITING})
FINISHED = frozenset({State.APPROVED, State.OVERPAID, State.REFUSED, State.WITHDRAWN})
# Steps that the clock takes under an earlier decision.
BY_SYSTEM = frozenset({Action.CLOSE_NOTICE, Action.CONTINUE})
