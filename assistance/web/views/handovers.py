"""Cases that go from one township to another: offered, accepted, declined, taken back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.confidences import (
    may_answer_hand_over,
    may_hand_over,
    may_take_back_hand_over,
)
from assistance.cases.models import Application, HandOver
from assistance.cases.queries import (
    applications_visible_to,
    hand_overs_of_cases,
    hand_overs_offered_to,
    hand_overs_visible_to,
    moved_away,
)
from assistance.shared.masking import mask_name
from assistance.web.acts import Act, links, perform, plain
from assistance.web.forms import handovers as forms
from assistance.web.forms.base import ScreenForm
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import visible_application

SHOWN = 100


def _propose_form(application: Application, _user: User, *posted: Any) -> ScreenForm:
    return forms.ProposeForm(*posted, application=application)


PROPOSE: Act[Application] = Act(
    url_name="propose_hand_over",
    path="hand-over/",
    title=_("Hand over to another township"),
    done=_("The case is offered; it moves once the other township accepts."),
    form=_propose_form,
    may=may_hand_over,
    run=operations.propose_hand_over,
    hint=_("Stage, deadline and history go with the case; your township will no longer find it."),
)
TAKE_BACK: Act[HandOver] = Act(
    url_name="take_back_hand_over",
    path="take-back/",
    title=_("Take the offer back"),
    done=_("The offer is taken back."),
    form=plain(forms.TakeBackForm),
    may=may_take_back_hand_over,
    run=operations.take_back_hand_over,
    danger=True,
)
ANSWERS: tuple[Act[HandOver], ...] = (
    Act(
        url_name="accept_hand_over",
        path="accept/",
        title=_("Take the case over"),
        done=_("The case is your township's now."),
        form=plain(forms.AcceptForm),
        may=may_answer_hand_over,
        run=operations.accept_hand_over,
    ),
    Act(
        url_name="decline_hand_over",
        path="decline/",
        title=_("Decline"),
        done=_("The case stays with its township."),
        form=plain(forms.DeclineForm),
        may=may_answer_hand_over,
        run=operations.decline_hand_over,
        danger=True,
    ),
    TAKE_BACK,
)


@never_cache
def hand_overs(request: StaffRequest) -> HttpResponse:
    """Offers to answer, cases whose patient moved away, and what became of earlier ones."""
    user = request.user
    related = ("application__person", "from_township", "to_township", "proposed_by", "decided_by")
    rows = list(hand_overs_visible_to(user).select_related(*related).order_by("-id")[:SHOWN])
    own = applications_visible_to(user).filter(hand_overs__in=rows)
    readable = set(own.values_list("pk", flat=True))
    moved = moved_away(user).select_related("person__township", "township").order_by("id")
    shown = {
        "rows": [
            (row, links(ANSWERS, user, row, row.pk), row.application_id in readable) for row in rows
        ],
        "moved": [(case, may_hand_over(user, case)) for case in moved[:SHOWN]],
    }
    return render(request, "web/handovers/list.html", shown)


@never_cache
def propose(request: StaffRequest, number: str) -> HttpResponse:
    case = visible_application(request, number)
    back = reverse("application", args=[number])
    title = f"{number} · {case.person.name}"
    return perform(request, PROPOSE, case, back=lambda: back, pretitle=title)


@never_cache
def answer(request: StaffRequest, pk: int, act: Act[HandOver]) -> HttpResponse:
    related = ("application__person", "from_township", "to_township")
    rows = hand_overs_of_cases if act is TAKE_BACK else hand_overs_offered_to
    hand_over = get_object_or_404(rows(request.user).select_related(*related), pk=pk)
    about = [
        (_("Case number"), hand_over.application.number),
        (_("Patient"), mask_name(hand_over.application.person.name)),
        (_("From township"), hand_over.from_township),
        (_("To township"), hand_over.to_township),
        (_("Reason"), hand_over.reason),
    ]
    back = reverse("hand_overs")
    return perform(request, act, hand_over, back=lambda: back, about=about)
