"""The steps of a case as the screen offers them: which form, which operation, what it says afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.models import Application
from assistance.cases.permissions import may, why_not
from assistance.cases.queries import (
    has_no_open_receipt,
    has_open_receipt,
    is_employee,
    may_be_employee,
)
from assistance.cases.states import Action, State
from assistance.payments.states import AwardState
from assistance.web.forms import clock, corrections, routes
from assistance.web.forms import decisions as forms
from assistance.web.forms.base import VersionedForm


@dataclass(frozen=True, slots=True)
class Step:
    """`run` takes the application and the form's fields by name, besides actor, at and version."""

    form: type[VersionedForm]
    run: Callable[..., Application]
    done: str | Promise
    url_name: str
    opinion: str | Promise = ""
    # Whether to offer it on this case at all; whether it may be taken is the operation's business.
    fits: Callable[[Application], bool] = lambda _application: True


STEPS: dict[Action, Step] = {
    Action.DISMISS_ERROR: Step(
        corrections.DismissForm,
        operations.dismiss_error,
        _("The amount stands; the case goes on."),
        "dismiss_error",
    ),
    Action.CORRECT: Step(
        corrections.OrderForm,
        operations.order_correction,
        _("The case is in county review again; what was booked is taken back."),
        "order_correction",
    ),
    Action.PAY_ANYWAY: Step(
        corrections.PayAnywayForm,
        operations.pay_anyway,
        _("Nothing stops the payment any more."),
        "pay_anyway",
    ),
    Action.SUBMIT: Step(
        forms.SubmitForm, operations.submit, _("Submitted to the first review."), "submit"
    ),
    Action.DECIDE_RECEIPT: Step(
        routes.DecideReceiptForm,
        operations.decide_earlier_receipt,
        _("The day of receipt is decided."),
        "decide_earlier_receipt",
        fits=has_open_receipt,
    ),
    Action.EMPLOYER_REVIEW: Step(
        routes.EmployerReviewForm,
        operations.file_employer_review,
        _("Filed under the employer's first review; the county has the case now."),
        "file_employer_review",
        fits=may_be_employee,
    ),
    Action.SIGN_FIRST_REVIEW: Step(
        forms.FirstReviewForm,
        operations.sign_first_review,
        _("Signed; the county has the case now."),
        "sign_first_review",
        _("Verified with the family; the facts are as declared. I agree to report it."),
    ),
    Action.PROPOSE: Step(
        forms.ProposeForm,
        operations.propose,
        _("Proposed; the approver has the case now."),
        "propose",
        _("Reviewed; the conditions are met and the amount is computed by the rule."),
    ),
    Action.AGREE: Step(
        forms.AgreeForm, operations.agree, _("Agreed."), "agree", _("I agree with the proposal.")
    ),
    Action.RETURN: Step(
        forms.ReturnForm,
        operations.return_application,
        _("Returned; the clock pauses."),
        "return_application",
    ),
    Action.RESUME: Step(
        clock.ResumeForm,
        operations.resume,
        _("The decision is recorded; the case goes on."),
        "resume",
    ),
    Action.REMIND: Step(
        clock.RemindForm, operations.remind, _("The day to ask again is noted."), "remind"
    ),
    Action.PARK: Step(
        clock.ParkForm,
        operations.park,
        _("The case waits for civil affairs; the day received stays and the clock stands still."),
        "park",
    ),
    Action.PROPOSE_RECOVERY: Step(
        corrections.ProposeRecoveryForm,
        operations.propose_recovery,
        _("The recovery is proposed; the approver has the case now."),
        "propose_recovery",
    ),
    Action.CLAIM_RECEIPT: Step(
        routes.ClaimReceiptForm,
        operations.claim_earlier_receipt,
        _("Noted; a second person confirms the day."),
        "claim_earlier_receipt",
        fits=has_no_open_receipt,
    ),
    Action.PROPOSE_REFUSAL: Step(
        forms.RefusalForm,
        operations.propose_refusal,
        _("Refusal proposed; the approver has the case now."),
        "propose_refusal",
    ),
    Action.SEND_BACK: Step(
        forms.SendBackForm, operations.send_back, _("Sent back to county review."), "send_back"
    ),
    Action.WITHDRAW: Step(forms.WithdrawForm, operations.withdraw, _("Withdrawn."), "withdraw"),
    Action.REOPEN: Step(
        forms.ReopenForm, operations.reopen, _("Reopened for county review."), "reopen"
    ),
    Action.REPORT_ERROR: Step(
        corrections.ReportErrorForm,
        operations.report_error,
        _("Reported; the approver decides whether the amount is corrected."),
        "report_error",
    ),
}

# What happens next, in plain words: the state's own sentence.
NEXT: dict[State, str | Promise] = {
    State.DRAFT: _("The clerk completes facts and bills and submits the case."),
    State.RETURNED: _("The clerk completes what is missing and submits again; the clock pauses."),
    State.WAITING: _(
        "Civil affairs has to decide first. The day received stays; the clock stands still until the "
        "decision is recorded here."
    ),
    State.FIRST_REVIEW: _("The township leader verifies the facts and signs the first review."),
    State.COUNTY_REVIEW: _("The county reviewer accepts or corrects the figures and proposes."),
    State.PROPOSED: _("The county approver agrees or sends the case back."),
    State.PUBLICITY: _(
        "The township posts the notice; when its days are over the leader certifies it, and the award is made."
    ),
    State.OBJECTED: _(
        "A county reviewer without another part in the case decides on the objection."
    ),
    State.WAITING_FUNDS: _(
        "Agreed to, but the fund holds no money for it. The fund supervisor tops the fund up; the case then "
        "goes on by itself, in the order of agreement."
    ),
    State.OVERPAID: _(
        "Nothing is paid: too much was paid before. The payment office claims it back and writes the decision."
    ),
    State.APPROVED: _("The award is made; the payment office has it now."),
    State.REFUSED: _("The case is closed: refused. The applicant gets the reason in writing."),
    State.WITHDRAWN: _("The case is closed: withdrawn."),
}
WHERE_MONEY_IS: dict[str, str | Promise] = {
    AwardState.SENT: _("The bank has the money; its answer closes the case."),
    AwardState.PAID: _("The money has been paid; the case is closed."),
}


def next_step(application: Application) -> str | Promise:
    """What happens next; of an approved case what has become of its award."""
    award = application.award
    if application.state_enum is State.APPROVED and award is not None:
        return WHERE_MONEY_IS.get(award.state, NEXT[State.APPROVED])
    return NEXT[application.state_enum]


@dataclass(frozen=True, slots=True)
class Offer:
    """One step the person may take now, with its form."""

    action: Action
    form: VersionedForm


def offers(user: User, application: Application, bound: dict[str, Any]) -> list[Offer]:
    """The steps this person may take, the usual one of such a case first; a refused form keeps what was typed."""
    found = [
        Offer(action, bound.get(action) or step_form(action, application))
        for action in STEPS
        if may(user, action, application)
        and called_for(action, application)
        and STEPS[action].fits(application)
    ]
    by_employer = [offer for offer in found if offer.action is Action.EMPLOYER_REVIEW]
    if by_employer and is_employee(application):
        return by_employer + [offer for offer in found if offer not in by_employer]
    return found


def called_for(action: Action, application: Application) -> bool:
    """Whether the case gives cause for a step that its state alone would allow."""
    if action in (Action.CORRECT, Action.DISMISS_ERROR):
        return application.corrections.filter(outcome="").exists()
    if action is Action.REPORT_ERROR:
        # What the bank has is mended by an official correction.
        has_left = application.award is not None and application.award.state in WHERE_MONEY_IS
        return not (has_left or application.corrections.filter(outcome="").exists())
    if action is Action.PAY_ANYWAY:
        award = application.award
        return award is not None and award.stops.filter(lifted_at__isnull=True).exists()
    return action is not Action.PROPOSE_RECOVERY or application.previous_id is not None


def step_form(action: Action, application: Application, *posted: Any) -> VersionedForm:
    """The form of a step, with what was posted: the fields and the files."""
    step = STEPS[action]
    from_page = {"version": application.version, "opinion": step.opinion}
    address = reverse(step.url_name, args=[application.number])
    return step.form(*posted, initial=from_page, action=address)


def obstacles(user: User, application: Application) -> list[str]:
    """Why this person cannot take the steps that the state itself allows; each sentence once."""
    state = application.state_enum
    sentences = [
        why_not(user, action, application) for action in STEPS if (action, state) in MAIN_STEPS
    ]
    return list(dict.fromkeys(sentence for sentence in sentences if sentence))


MAIN_STEPS = frozenset(
    {
        (Action.SUBMIT, State.DRAFT),
        (Action.SUBMIT, State.RETURNED),
        (Action.SIGN_FIRST_REVIEW, State.FIRST_REVIEW),
        (Action.PROPOSE, State.COUNTY_REVIEW),
        (Action.AGREE, State.PROPOSED),
    }
)
