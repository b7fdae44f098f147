"""The filters of the lists of the case road."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.cases.models import Notice
from assistance.cases.queries import queue_for, with_waiting
from assistance.cases.states import State
from assistance.shared.masking import mask_id
from assistance.web.choices import PROGRAMMES, townships_in_scope
from assistance.web.forms.base import date_field
from assistance.web.lists import ListForm, amount, day, link, number, text
from assistance.web.templatetags.yizhu import deadline_badge, state_badge

ANY = ("", _("All"))
ID_NUMBER = re.compile(r"\d{15}|\d{14,17}[\dXx]")


def years() -> list[tuple[str, str]]:
    """The years a list can be narrowed to: this one and the four before it."""
    this_year = localdate().year
    return [("", str(_("All"))), *((str(y), str(y)) for y in range(this_year, this_year - 5, -1))]


class ApplicationList(ListForm):
    subject = "applications"
    empty = _("No application matches.")
    orderings = {
        "newest": (_("Newest first"), ("-received_on", "-id")),
        "deadline": (_("Deadline first"), ("deadline_on", "id")),
        "name": (_("By name"), ("person__pinyin_key", "id")),
    }
    columns = (
        link(
            _("Case number"), lambda a: a.number, lambda a: reverse("application", args=[a.number])
        ),
        text(_("Patient"), lambda a: a.person.name, css="yz-nowrap"),
        text(_("Id number"), lambda a: mask_id(a.person.id_number)),
        text(_("Township"), lambda a: a.township.name, css="yz-nowrap"),
        text(_("Programme"), lambda a: f"{a.get_programme_display()} {a.benefit_year}"),
        day(_("Received on"), lambda a: a.received_on),
        text(_("State"), lambda a: a.get_state_display(), state_badge),
        text(_("Deadline"), lambda a: a.deadline_on or "", lambda a: deadline_badge(a.deadline_on)),
        number(_("Days in stage"), lambda a: a.stage_days),
        amount(_("Amount (yuan)"), lambda a: a.amount),
    )

    q = forms.CharField(label=_("Number, name or pinyin"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *State.choices])
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )
    year = forms.ChoiceField(label=_("Year of the cost"), required=False, choices=years)
    programme = forms.ChoiceField(label=_("Programme"), required=False, choices=[ANY, *PROGRAMMES])
    since = date_field(label=_("Received from"), required=False)
    until = date_field(label=_("Received until"), required=False)
    mine = forms.BooleanField(label=_("Only what waits for me"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if ID_NUMBER.search(words):
            raise forms.ValidationError(
                _("An id number does not belong into an address: use the quick search above.")
            )
        return words

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "state": wanted["state"],
            "township": wanted["township"],
            "benefit_year": wanted["year"],
            "programme": wanted["programme"],
            "received_on__gte": wanted["since"],
            "received_on__lte": wanted["until"],
        }
        rows = rows.filter(**{field: value for field, value in exact.items() if value})
        if wanted["q"]:
            rows = rows.filter(named(wanted["q"]))
        if wanted["mine"]:
            rows = rows.filter(pk__in=queue_for(self.user).values("pk"))
        return with_waiting(rows, localdate()).select_related("person", "township")


def named(words: str) -> Q:
    """Applications whose number or whose patient's name or pinyin contains the words."""
    words = words.strip()
    return (
        Q(number__icontains=words)
        | Q(person__name__icontains=words)
        | Q(person__pinyin_key__contains=words.lower().replace(" ", ""))
    )


class NoticeList(ListForm):
    subject = "notices"
    empty = _("No notice matches.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(_("Number"), lambda n: n.number, lambda n: reverse("notice", args=[n.number])),
        text(_("Township"), lambda n: n.township.name),
        text(_("Programme"), lambda n: n.get_programme_display()),
        text(_("Cases"), lambda n: n.cases),
        day(_("Posted on"), lambda n: n.posted_on),
        day(_("First day"), lambda n: n.first_day),
        day(_("Last day"), lambda n: n.last_day),
        text(_("State"), lambda n: n.get_state_display(), state_badge),
        text(
            _("Certificate"), lambda n: _("Certified") if n.certified_at else _("Not yet certified")
        ),
    )

    q = forms.CharField(label=_("Number"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *Notice.State.choices]
    )
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "state": wanted["state"],
            "township": wanted["township"],
            "number__icontains": wanted["q"],
        }
        return rows.filter(**{field: value for field, value in exact.items() if value})
