"""How long each case takes, stage by stage, as a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.cases.queries import (
    overdue,
    queue_for,
    returned_too_long,
    stuck,
    with_stages,
)
from assistance.cases.states import FINISHED, State
from assistance.web.choices import townships_in_scope
from assistance.web.forms.lists import ANY
from assistance.web.lists import ListForm, day, link, number, text
from assistance.web.templatetags.yizhu import state_badge

STUCK, RETURNED, OVERDUE = "stuck", "returned", "overdue"
KINDS: dict[str, Callable[..., QuerySet[Any]]] = {
    STUCK: stuck,
    RETURNED: returned_too_long,
    OVERDUE: overdue,
}


class TimingList(ListForm):
    subject = "days per stage"
    empty = _("No application matches.")
    orderings = {
        "waiting": (_("Longest without a step first"), ("-stay_days", "id")),
        "age": (_("Received first"), ("received_on", "id")),
        "deadline": (_("Deadline first"), ("deadline_on", "id")),
    }
    columns = (
        link(
            _("Case number"), lambda a: a.number, lambda a: reverse("application", args=[a.number])
        ),
        text(_("Patient"), lambda a: a.person.name, css="yz-nowrap"),
        text(_("Township"), lambda a: a.township.name, css="yz-nowrap"),
        text(_("State"), lambda a: a.get_state_display(), state_badge),
        day(_("Since"), lambda a: localtime(a.state_since).date()),
        number(_("Without a step"), lambda a: a.stay_days),
        number(_("Township review"), lambda a: a.days_first_review),
        number(_("County review"), lambda a: a.days_county_review),
        number(_("Decision"), lambda a: a.days_proposed),
        number(_("Publicity"), lambda a: a.days_publicity),
        number(_("Clock stopped"), lambda a: a.days_stopped),
        number(_("Since received"), lambda a: a.age_days),
    )

    kind = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[
            ANY,
            (STUCK, _("Stuck")),
            (RETURNED, _("Returned too long")),
            (OVERDUE, _("Overdue")),
        ],
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *State.choices])
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )
    mine = forms.BooleanField(label=_("Only what waits for me"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted, today = self.cleaned_data, localdate()
        exact = {"state": wanted["state"], "township": wanted["township"]}
        rows = rows.filter(**{field: value for field, value in exact.items() if value})
        if not wanted["state"]:
            rows = rows.exclude(state__in=FINISHED)
        if wanted["kind"]:
            rows = KINDS[wanted["kind"]](rows, today)
        if wanted["mine"]:
            rows = rows.filter(pk__in=queue_for(self.user).values("pk"))
        return with_stages(rows, today).select_related("person", "township")
