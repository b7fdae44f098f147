from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.screening.models import Push
from assistance.screening.operations.feedback import answers_to
from assistance.screening.operations.prospects import SAID
from assistance.screening.states import PushState
from assistance.web.forms.base import ScreenForm, amount_field, date_field, once_field
from assistance.web.forms.files import PaperField

BULK_ANSWERS = (
    PushState.RECOGNISED,
    PushState.NOT_RECOGNISED,
    PushState.NOT_AIDED,
    PushState.PENDING,
)


class AnswerForm(ScreenForm):
    submit_label = _("Send the answer")
    rows = (
        ("answer",),
        ("note",),
        _("Only where aid was given"),
        ("amount", "given_on"),
        ("paper",),
    )

    answer = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Remark"),
        max_length=200,
        required=False,
        help_text=_("Needed for “no” and for “being verified”. No illness, please."),
    )
    amount = amount_field(label=_("Aid given (yuan)"), required=False)
    given_on = date_field(label=_("Given on"), required=False)
    paper = PaperField(label=_("Paper that shows the aid"), required=False)

    def __init__(self, push: Push, _user: User, *posted: Any) -> None:
        super().__init__(*posted)
        answer = self.fields["answer"]
        assert isinstance(answer, forms.ChoiceField)
        answer.choices = [(one.value, one.label) for one in answers_to(push)]


class BulkAnswerForm(forms.Form):
    """The same answer for the ticked rows of the list; `number` holds their ids."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=[(one.value, one.label) for one in BULK_ANSWERS]
    )
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    @property
    def rows(self) -> list[int]:
        given = self.data.getlist("number") if hasattr(self.data, "getlist") else []
        return [int(one) for one in given if one.isdecimal() and len(one) < 18]


class NothingForm(ScreenForm):
    """An act that asks for nothing but to be sure."""

    submit_label = _("Go ahead")


class ReceivedForm(ScreenForm):
    submit_label = _("Confirm the hand-over")
    rows = (("received_by",),)

    received_by = forms.CharField(label=_("Received by"), max_length=60)


class GiveBackForm(ScreenForm):
    submit_label = _("Give the file back")
    rows = (("reason",),)

    reason = forms.CharField(label=_("Reason"), max_length=200)


class CallForm(ScreenForm):
    submit_label = _("Record the call")
    rows = (("outcome",), ("call_again_on", "note"))

    token = once_field()
    outcome = forms.ChoiceField(
        label=_("What came of it"),
        widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in SAID],
    )
    call_again_on = date_field(
        label=_("Phone again on"), required=False, help_text=_("Where nobody was reached.")
    )
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["call_again_on"].widget.attrs["min"] = localdate().isoformat()
