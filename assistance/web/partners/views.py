"""The partner's desk, and what an agency sees of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.screening import operations
from assistance.screening.models import Push, PushAnswer
from assistance.screening.operations.feedback import SHOWN_IN_FULL
from assistance.screening.permissions import PUSH_READERS, may_read_answer, office_of
from assistance.screening.queries import pushes_visible_to, told, yields
from assistance.screening.states import PushedField
from assistance.shared.errors import NotAllowed, Refused
from assistance.web.acts import Act, links, perform
from assistance.web.files import respond
from assistance.web.lists import list_page
from assistance.web.partners.acts import ANSWER, PUSH_ACTS
from assistance.web.partners.forms import BulkAnswerForm
from assistance.web.partners.lists import DeskList, PushList
from assistance.web.requests import StaffRequest


def visible_push(request: StaffRequest, pk: int) -> Push:
    return get_object_or_404(pushes_visible_to(request.user), pk=pk)


@never_cache
def pushes(request: StaffRequest) -> HttpResponse:
    """One address: an office sees its desk, a reader of the agency all offices."""
    user = request.user
    rows, office = pushes_visible_to(user), office_of(user)
    if office is None:
        follows = user.has_role(*PUSH_READERS)
        return list_page(request, PushList, rows, "web/partners/pushes.html", follows=follows)
    log_access(user, AccessLog.Kind.PUSHED, "pushed people", at=now())
    shown: dict[str, Any] = {
        "office": office,
        "bulk_form": BulkAnswerForm(),
        "bulk_template": "web/partners/_bulk.html",
    }
    return list_page(request, DeskList, rows, "web/partners/pushes.html", **shown)


@never_cache
@require_POST
def answer_many(request: StaffRequest) -> HttpResponse:
    form = BulkAnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an answer."))
        return redirect("pushes")
    try:
        count = operations.answer_pushes(
            form.rows, **form.cleaned_data, actor=request.user, at=now()
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        messages.error(request, str(error))
    else:
        done = ngettext("%(count)d answer is sent.", "%(count)d answers are sent.", count)
        messages.success(request, done % {"count": count})
    return redirect("pushes")


@never_cache
def push(request: StaffRequest, pk: int) -> HttpResponse:
    row = visible_push(request, pk)
    log_access(request.user, AccessLog.Kind.PUSHED, f"push {row.pk}", row.person, at=now())
    return _page(request, row)


@never_cache
@require_POST
def push_number(request: StaffRequest, pk: int) -> HttpResponse:
    row = visible_push(request, pk)
    try:
        number = operations.reveal_push_number(
            row,
            field=request.POST.get("field", ""),
            reason=request.POST.get("reason", ""),
            actor=request.user,
            at=now(),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        return _page(request, row, 422, problem=str(error))
    return _page(request, row, number=number)


def _page(request: StaffRequest, row: Push, status: int = 200, **found: Any) -> HttpResponse:
    user = request.user
    at_desk = office_of(user) is not None
    answers = PushAnswer.objects.select_related("by", "paper").filter(push__person=row.person)
    if at_desk:
        answers = answers.filter(push__office=row.office)
    visible = pushes_visible_to(user).values("pk")
    fields = told(row, localdate())
    shown = {
        "push": row,
        # An office that was not told the name reads a number of ours.
        "title": fields.get(PushedField.NAME) or f"№ {row.pk}",
        "at_desk": at_desk,
        "fields": [(PushedField(name).label, value) for name, value in fields.items()],
        "fields_told": [PushedField(name).label for name in row.fields],
        "numbers": _numbers(row) if at_desk else [],
        "reasons": AccessLog.Reason.choices,
        "may_read": may_read_answer(user, row),
        "answers": answers.filter(push__in=visible)
        .select_related("push__office", "by", "paper")
        .order_by("-id"),
        "links": links(PUSH_ACTS, user, row, row.pk),
        **found,
    }
    return render(request, "web/partners/push.html", shown, status=status)


def _numbers(row: Push) -> list[tuple[str, str]]:
    """What the office may have shown in full: value and words of each."""
    field = AccessLog.Field
    return [
        (one, str(field(one).label)) for one, told in SHOWN_IN_FULL.items() if told in row.fields
    ]


@never_cache
def act(request: StaffRequest, pk: int, act: Act[Push]) -> HttpResponse:
    row = visible_push(request, pk)
    if act is not ANSWER and office_of(request.user) is not None:
        raise Http404
    fields = told(row, localdate())
    about = [(PushedField(name).label, value) for name, value in fields.items()]
    pretitle = row.office.name
    back = reverse("push", args=[pk])
    return perform(request, act, row, back=lambda: back, pretitle=pretitle, about=about)


@never_cache
def paper(request: StaffRequest, answer_id: int) -> HttpResponse:
    """The paper that shows an aid, for the office that gave it and for those who decide at the agency."""
    visible = pushes_visible_to(request.user).values("pk")
    rows = PushAnswer.objects.select_related("paper", "push__person", "push__office")
    answer = get_object_or_404(rows.filter(push__in=visible, paper__isnull=False), pk=answer_id)
    if answer.paper is None or not may_read_answer(request.user, answer.push):
        raise PermissionDenied
    subject = f"answer {answer.pk}"
    return respond(request, answer.paper, subject=subject, person=answer.push.person)


@never_cache
def push_yield(request: StaffRequest) -> HttpResponse:
    if not request.user.has_role(*PUSH_READERS):
        raise PermissionDenied
    return render(request, "web/partners/yield.html", {"rows": yields(request.user)})
