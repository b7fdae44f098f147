"""The forms of a case that waits for civil affairs, and the list of cases whose clock stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.cases.models import ClockStop, FactSheet
from assistance.registry.models import RecipientCategory
from assistance.web.choices import townships_in_scope
from assistance.web.forms.base import VersionedForm, date_field
from assistance.web.lists import ListForm, day, link, text
from assistance.web.templatetags.yizhu import deadline_badge

Outcome = FactSheet.GateOutcome
ASK_AFTER = timedelta(days=30)


def _next_time() -> Any:
    return localdate() + ASK_AFTER


def _kinds() -> list[tuple[str, str]]:
    names = RecipientCategory.objects.filter(is_hardship=True).order_by("order", "id")
    return [(category.name, category.name) for category in names]


class ParkForm(VersionedForm):
    submit_label = _("Wait for civil affairs")
    submit_class = "btn-outline-primary"
    rows = (("what", "applied_on", "remind_on"),)

    what = forms.ChoiceField(label=_("Applied for"), choices=_kinds)
    applied_on = date_field(label=_("Applied to civil affairs on"))
    remind_on = date_field(label=_("Ask again on"), initial=_next_time)


class RemindForm(VersionedForm):
    submit_label = _("Not decided yet, ask again")
    submit_class = "btn-outline-primary"
    rows = (("remind_on",),)

    remind_on = date_field(label=_("Ask again on"), initial=_next_time)


class ResumeForm(VersionedForm):
    submit_label = _("Record the decision and go on")
    rows = (("outcome", "authority", "paper"),)

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(choice.value, choice.label) for choice in (Outcome.NEGATIVE, Outcome.POSITIVE)],
    )
    authority = forms.CharField(label=_("Decided by"), max_length=80)
    paper = forms.CharField(label=_("Paper and number"), max_length=120)


class StoppedList(ListForm):
    subject = "clock-stopped"
    empty = _("No case waits for anybody outside.")
    orderings = {
        "longest": (_("Waiting longest first"), ("since", "id")),
        "ask": (_("To ask first"), ("remind_on", "id")),
    }
    columns = (
        link(
            _("Case number"),
            lambda stop: stop.application.number,
            lambda stop: reverse("application", args=[stop.application.number]),
        ),
        text(_("Patient"), lambda stop: stop.application.person.name, css="yz-nowrap"),
        text(_("Township"), lambda stop: stop.application.township.name, css="yz-nowrap"),
        day(_("Received on"), lambda stop: stop.application.received_on),
        text(_("Waits because"), lambda stop: stop.get_kind_display()),
        text(_("Waits for"), lambda stop: stop.what),
        day(_("Clock stopped since"), lambda stop: localtime(stop.since).date()),
        text(
            _("Ask again on"),
            lambda stop: stop.remind_on or "",
            lambda stop: deadline_badge(stop.remind_on),
        ),
        text(_("Goes on in"), lambda stop: stop.get_stage_display()),
    )

    kind = forms.ChoiceField(
        label=_("Waits because"), required=False, choices=[("", _("All")), *ClockStop.Kind.choices]
    )
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )
    ask = forms.BooleanField(label=_("Only what to ask about now"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {"kind": wanted["kind"], "application__township": wanted["township"]}
        rows = rows.filter(**{field: value for field, value in exact.items() if value})
        if wanted["ask"]:
            rows = rows.filter(remind_on__lte=localdate())
        return rows.select_related("application__person", "application__township")
