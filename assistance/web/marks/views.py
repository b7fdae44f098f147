"""Bills for the treatment of mental illness: what the list proposes, and a reviewer's decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.settlements.models import PsychiatricMark
from assistance.settlements.operations.psychiatric import decide_mark
from assistance.settlements.permissions import may_decide_mark
from assistance.settlements.queries.psychiatric import marks_visible_to
from assistance.shared.money import yuan
from assistance.web.acts import Act, perform, plain
from assistance.web.forms.base import ScreenForm
from assistance.web.lists import list_page
from assistance.web.marks.lists import MarkList
from assistance.web.requests import StaffRequest


class DecideForm(ScreenForm):
    submit_label = gettext_lazy("Judge")
    rows = (("decided",), ("reason",))

    decided = forms.ChoiceField(
        label=gettext_lazy("The bill is for"),
        choices=[
            ("yes", gettext_lazy("Treatment of mental illness")),
            ("no", gettext_lazy("Other treatment")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("What was looked at: discharge summary, certificate, fee lines."),
    )


def _may(user: User, mark: PsychiatricMark) -> bool:
    return may_decide_mark(user, mark.settlement.person)


def _decide(mark: PsychiatricMark, *, decided: str, reason: str, actor: User, at: datetime) -> Any:
    return decide_mark(mark, decided=decided == "yes", reason=reason, actor=actor, at=at)


DECIDE: Act[PsychiatricMark] = Act(
    url_name="decide_mark",
    path="decide/",
    title=gettext_lazy("Is it mental illness?"),
    done=gettext_lazy("Decided; the calculation uses it from now on."),
    form=plain(DecideForm),
    may=_may,
    run=_decide,
    hint=gettext_lazy(
        "Recipients with a certificate of mental disability get the in-scope burden in full."
    ),
)


@never_cache
def marks(request: StaffRequest) -> HttpResponse:
    return list_page(request, MarkList, marks_visible_to(request.user), "web/marks/list.html")


@never_cache
def act(request: StaffRequest, mark_id: int, act: Act[PsychiatricMark]) -> HttpResponse:
    mark = get_object_or_404(marks_visible_to(request.user), pk=mark_id)
    bill = mark.settlement
    about = [
        (_("Name"), bill.person.name),
        (_("Settled on"), bill.settled_on.isoformat()),
        (_("Hospital"), bill.institution),
        (_("Diagnosis"), mark.because),
        (_("Total cost"), yuan(bill.total)),
        (_("Proposal of the list"), mark.get_proposal_display()),
    ]
    page: dict[str, Any] = {"pretitle": _("Bill for mental illness"), "about": about}
    return perform(request, act, mark, back=lambda: reverse("marks"), **page)
