"""Forms of the bottom-line review and of the joint meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.payments.models import FundSource, Recovery
from assistance.screening.models import BottomLineCase, Meeting, Resolution
from assistance.screening.queries.bottom_line import borne_of
from assistance.screening.states import Vote
from assistance.settlements.models import OtherAid, Settlement
from assistance.web.forms.base import ScreenForm, amount_field, date_field, once_field, text_area
from assistance.web.forms.files import PaperField


class MarkForm(ScreenForm):
    submit_label = _("Mark as not reasonable")
    rows = (("amount", "reason"),)

    token = once_field()
    amount = amount_field(label=_("Not reasonable (yuan)"), min_value=0.01)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, subject: tuple[BottomLineCase, Settlement], *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        _case, bill = subject
        self.fields["amount"].initial = borne_of([bill])[bill.pk]


class AidForm(ScreenForm):
    submit_label = _("Enter the aid")
    rows = (("giver", "amount"), ("given_on", "paper"), ("scan",))

    giver = forms.ChoiceField(label=_("Given by"), choices=OtherAid.Giver.choices)
    amount = amount_field(label=_("Amount (yuan)"), min_value=0.01)
    given_on = date_field(label=_("Given on"), initial=localdate)
    paper = forms.CharField(
        label=_("Paper"), max_length=120, help_text=_("Number or kind of the paper that shows it.")
    )
    scan = PaperField(label=_("Scan of the paper"), required=False)


class LeaveOutForm(ScreenForm):
    submit_label = _("Save")
    rows = (("reason",),)

    reason = forms.CharField(
        label=_("Does not count because"),
        max_length=200,
        required=False,
        help_text=_("Leave it empty to count the aid again."),
    )


class WhyForm(ScreenForm):
    submit_label = _("Confirm")
    rows = (("reason",),)

    reason = text_area(label=_("Reason"), max_length=400)


class ClaimForm(ScreenForm):
    """The amount is computed and stands above the form."""

    submit_label = _("Propose to claim back")
    rows = (("kind",), ("explanation",))

    kind = forms.ChoiceField(label=_("Reason"), choices=Recovery.Reason.choices)
    explanation = text_area(
        label=_("Explanation"),
        max_length=400,
        help_text=_("What became known after the payment, and from which paper."),
    )


class AgreeForm(ScreenForm):
    submit_label = _("Agree")


class SealForm(ScreenForm):
    """Nothing to fill in: the figures are compared by the operation."""

    submit_label = _("Seal the list")


class ConveneForm(ScreenForm):
    submit_label = _("Call the meeting")
    rows = (("held_on", "chair"), ("place",))

    held_on = date_field(label=_("Held on"), initial=localdate)
    chair = forms.CharField(label=_("In the chair"), max_length=60)
    place = forms.CharField(label=_("Meeting place"), max_length=80)


class AttendanceForm(ScreenForm):
    """One field a department: who came for it."""

    submit_label = _("Save the attendance")

    def __init__(self, meeting: Meeting, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = meeting.attendance.select_related("department")
        for row in rows.order_by("department__position", "id"):
            self.fields[f"department_{row.department_id}"] = forms.CharField(
                label=row.department.name,
                max_length=60,
                required=False,
                initial=row.represented_by,
                widget=forms.TextInput(attrs={"placeholder": _("Name; empty: absent")}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        return {"present": {int(name.split("_")[1]): value for name, value in given.items()}}


class ResolveForm(ScreenForm):
    submit_label = _("Record the vote")
    rows = (("vote", "amount"), ("source",), ("reason",))

    vote = forms.ChoiceField(label=_("Decision of the meeting"), choices=Vote.choices)
    amount = amount_field(label=_("Decided amount (yuan)"), required=False, min_value=0.01)
    source = forms.ModelChoiceField(
        label=_("Paid by"),
        queryset=FundSource.objects.none(),
        required=False,
        empty_label=_("Medical assistance fund"),
    )
    reason = text_area(
        label=_("Reason"),
        required=False,
        max_length=400,
        help_text=_("Required for another amount than the proposed one, a refusal and a deferral."),
    )

    def __init__(self, resolution: Resolution, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vote"].initial = resolution.vote or Vote.GRANTED
        self.fields["amount"].initial = resolution.amount or resolution.proposed
        self.fields["reason"].initial = resolution.reason
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        agency = resolution.case.list.run.period.agency_id
        source.queryset = FundSource.objects.filter(agency=agency, in_use=True).order_by("name")
        source.initial = resolution.source_id


class CloseForm(ScreenForm):
    submit_label = _("Close the votes")


class MinutesForm(ScreenForm):
    submit_label = _("File the signed minutes")
    rows = (("scan",),)

    scan = PaperField(label=_("Scan of the signed minutes"))
