"""The filters of the list of recoveries and of the queue for money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.payments.models import Programme, Recovery
from assistance.payments.states import RecoveryState
from assistance.shared.masking import mask_id
from assistance.web.choices import townships_in_scope
from assistance.web.forms.lists import ANY, years
from assistance.web.lists import ListForm, amount, day, exported, link, text
from assistance.web.payments.lists import short
from assistance.web.templatetags.yizhu import state_badge


class RecoveryList(ListForm):
    subject = "recoveries"
    empty = _("No recovery matches.")
    orderings = {
        "newest": (_("Newest first"), ("-id",)),
        "due": (_("To be repaid first"), ("due_on", "id")),
        "amount": (_("Largest first"), ("-amount", "id")),
    }
    columns = (
        link(_("Recovery"), lambda r: r.number, lambda r: reverse("recovery", args=[r.number])),
        short(_("Name"), lambda r: r.person.name),
        text(_("State"), lambda r: r.get_state_display(), state_badge),
        amount(_("Outstanding (yuan)"), lambda r: r.outstanding),
        day(_("To be repaid by"), lambda r: r.due_on),
        exported(text(_("Id number"), lambda r: mask_id(r.person.id_number))),
        short(_("Township"), lambda r: r.person.township.name),
        text(_("Year of the cost"), lambda r: r.benefit_year),
        short(_("Programme"), lambda r: r.get_programme_display()),
        short(_("Reason"), lambda r: r.get_reason_display()),
        amount(_("Claimed back (yuan)"), lambda r: r.amount),
        amount(_("Repaid (yuan)"), lambda r: r.repaid),
        exported(amount(_("Waived (yuan)"), lambda r: r.waived)),
        exported(amount(_("To be confirmed (yuan)"), lambda r: r.waiting)),
        exported(day(_("Opened on"), lambda r: localtime(r.opened_at).date())),
    )

    q = forms.CharField(label=_("Number, name or pinyin"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *RecoveryState.choices]
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[ANY, *Recovery.Reason.choices]
    )
    programme = forms.ChoiceField(
        label=_("Programme"), required=False, choices=[ANY, *Programme.choices]
    )
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )
    year = forms.ChoiceField(label=_("Year of the cost"), required=False, choices=years)
    unconfirmed = forms.BooleanField(label=_("Only what waits for confirmation"), required=False)
    overdue = forms.BooleanField(label=_("Only what is overdue"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "state": wanted["state"],
            "reason": wanted["reason"],
            "programme": wanted["programme"],
            "person__township": wanted["township"],
            "benefit_year": wanted["year"],
            "waiting__gt": 0 if wanted["unconfirmed"] else None,
            "due_on__lt": localdate() if wanted["overdue"] else None,
            "outstanding__gt": 0 if wanted["overdue"] else None,
        }
        rows = rows.filter(
            **{key: value for key, value in exact.items() if value not in ("", None)}
        )
        return rows.filter(_named(wanted["q"])) if wanted["q"] else rows


def _named(words: str) -> Q:
    words = words.strip()
    return (
        Q(number__icontains=words)
        | Q(person__name__icontains=words)
        | Q(person__pinyin_key__contains=words.lower().replace(" ", ""))
    )


class WaitingList(ListForm):
    subject = "waiting-for-money"
    empty = _("No case waits for money.")
    orderings = {"turn": (_("In the order of agreement"), ("state_since", "id"))}
    columns = (
        link(
            _("Case number"), lambda a: a.number, lambda a: reverse("application", args=[a.number])
        ),
        short(_("Patient"), lambda a: a.person.name),
        short(_("Township"), lambda a: a.township.name),
        text(_("Programme"), lambda a: f"{a.get_programme_display()} {a.benefit_year}"),
        amount(_("Amount (yuan)"), lambda a: a.amount),
        day(_("Agreed on"), lambda a: localtime(a.state_since).date()),
    )

    q = forms.CharField(label=_("Case number or name"), required=False, max_length=60)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        words = self.cleaned_data["q"].strip()
        if words:
            rows = rows.filter(Q(number__icontains=words) | Q(person__name__icontains=words))
        return rows.select_related("person", "township")
