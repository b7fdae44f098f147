"""What is done about pushed people, files for partners and prepared applications."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.screening import operations
from assistance.screening.models import HandOut, Prospect, Push
from assistance.screening.permissions import may_answer, may_call, may_hand_out, may_remind
from assistance.screening.states import TO_PHONE, HandOutState
from assistance.web.acts import Act, plain
from assistance.web.partners import forms

ANSWER: Act[Push] = Act(
    url_name="answer_push",
    path="answer/",
    title=_("Answer"),
    done=_("The answer is sent."),
    form=forms.AnswerForm,
    may=may_answer,
    run=operations.answer_push,
    hint=_("The latest answer counts; earlier ones stay in the history."),
)
PUSH_ACTS: tuple[Act[Push], ...] = (
    ANSWER,
    Act(
        url_name="remind_push",
        path="remind/",
        title=_("Remind the office"),
        done=_("The office is reminded at its desk."),
        form=plain(forms.NothingForm),
        may=may_remind,
        run=operations.remind,
        hint=_("The row stands at the top of the office's desk with the day of the reminder."),
    ),
)


def _is(state: HandOutState, user: User, hand_out: HandOut) -> bool:
    return hand_out.state == state and may_hand_out(user, hand_out)


HAND_OUT_ACTS: tuple[Act[HandOut], ...] = (
    Act(
        url_name="claim_hand_out",
        path="claim/",
        title=_("Take the file out"),
        done=_("The file is yours now: download it, hand it over and confirm."),
        form=plain(forms.NothingForm),
        may=lambda user, row: _is(HandOutState.READY, user, row),
        run=operations.claim_hand_out,
        hint=_("Only one person takes it out. Whether it arrived is confirmed afterwards."),
    ),
    Act(
        url_name="confirm_hand_out",
        path="confirm/",
        title=_("Confirm the hand-over"),
        done=_("The hand-over is confirmed."),
        form=plain(forms.ReceivedForm),
        may=lambda user, row: _is(HandOutState.CLAIMED, user, row),
        run=operations.confirm_hand_out,
    ),
    Act(
        url_name="give_back_hand_out",
        path="give-back/",
        title=_("It was not handed over"),
        done=_("The file may be taken out anew."),
        form=plain(forms.GiveBackForm),
        may=lambda user, row: _is(HandOutState.CLAIMED, user, row),
        run=operations.give_back_hand_out,
        hint=_("Destroy the copy first: nobody else may find it."),
        danger=True,
    ),
)
CALL: Act[Prospect] = Act(
    url_name="call_prospect",
    path="call/",
    title=_("Record the call"),
    done=_("The call is recorded."),
    form=plain(forms.CallForm),
    may=lambda user, row: row.state in TO_PHONE and may_call(user, row),
    run=operations.record_prospect_call,
    hint=_(
        "Say that the person may qualify and ask whether the bills may be fetched. "
        "Only who agrees gets a draft with his bills."
    ),
)
