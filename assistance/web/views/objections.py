"""Objections at the office: recorded, looked into, decided, told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.cases import operations
from assistance.cases.confidences import (
    may_investigate,
    may_read_objection,
    may_take_on_objection,
    may_tell_objector,
)
from assistance.cases.models import Objection
from assistance.cases.permissions import may
from assistance.cases.queries import letters_visible_to, objection_code, objections_visible_to
from assistance.cases.states import Action
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.shared.errors import NotAllowed, Refused
from assistance.web.files import respond
from assistance.web.forms.base import ScreenForm
from assistance.web.forms.objections import (
    FindingForm,
    ObjectionForm,
    ObjectionList,
    TakeOnForm,
    TellForm,
)
from assistance.web.lists import list_page
from assistance.web.requests import StaffRequest
from assistance.web.views.notices import run_form
from assistance.web.views.objects import visible_notice


@never_cache
def objections(request: StaffRequest) -> HttpResponse:
    rows = objections_visible_to(request.user)
    return list_page(request, ObjectionList, rows, "web/objections/list.html")


def _visible(request: StaffRequest, number: str) -> Objection:
    related = (
        "line__notice__agency",
        "line__application__person",
        "line__application__township",
        "investigator",
        "decided_by",
        "recorded_by",
        "told_by",
    )
    rows = objections_visible_to(request.user).select_related(*related)
    return get_object_or_404(
        rows.prefetch_related("line__application__participations"), number=number
    )


@never_cache
def objection(request: StaffRequest, number: str) -> HttpResponse:
    return _show(request, _visible(request, number))


def _show(
    request: StaffRequest, objection: Objection, *, revealed: bool = False, **bound: ScreenForm
) -> HttpResponse:
    user, number = request.user, objection.number
    case = objection.line.application
    shown: dict[str, Any] = {
        "objection": objection,
        "case": case,
        "may_read": may_read_objection(user, objection),
        "may_reveal": not objection.is_anonymous and may_investigate(user, case),
        "revealed": revealed,
        "may_take_on": may_take_on_objection(user, objection),
        "may_decide": not objection.outcome and may(user, Action.SETTLE_OBJECTION, case),
        "may_tell": may_tell_objector(user, objection) and not objection.told_how,
        "letter": letters_visible_to(user).filter(objection=objection).first(),
        "take_on_form": TakeOnForm(action=reverse("take_on_objection", args=[number])),
        "finding_form": FindingForm(action=reverse("decide_objection", args=[number])),
        "tell_form": TellForm(action=reverse("tell_objector", args=[number])),
    }
    status = 422 if bound else 200
    return render(request, "web/objections/objection.html", shown | bound, status=status)


@never_cache
def record(request: StaffRequest, number: str, line_id: int) -> HttpResponse:
    notice = visible_notice(request, number)
    line = get_object_or_404(notice.lines.select_related("application"), pk=line_id)
    form = ObjectionForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.record_objection(
                line, **form.cleaned_data, actor=request.user, at=now()
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The objection is recorded; this case is stopped."))
            return redirect("objection_receipt", made.number)
    shown = {"notice": notice, "line": line, "form": form}
    return render(request, "web/objections/record.html", shown, status=422 if form.errors else 200)


@never_cache
def receipt(request: StaffRequest, number: str) -> HttpResponse:
    """Number and code for the objector: for whoever took the objection down."""
    objection = _visible(request, number)
    if objection.recorded_by_id != request.user.pk:
        raise Http404
    shown = {"objection": objection, "code": objection_code(objection)}
    return render(request, "print/objection_receipt.html", shown)


@never_cache
@require_POST
def reveal(request: StaffRequest, number: str) -> HttpResponse:
    """Who objects, for this one view of the page; noted in the access log."""
    objection = _visible(request, number)
    if not may_investigate(request.user, objection.line.application):
        raise PermissionDenied
    log_access(request.user, AccessLog.Kind.LOOKUP, f"objector of {number}", at=now())
    return _show(request, objection, revealed=True)


@never_cache
@require_POST
def take_on(request: StaffRequest, number: str) -> HttpResponse:
    objection = _visible(request, number)
    form = TakeOnForm(request.POST)

    def run() -> None:
        operations.take_on_objection(objection, actor=request.user, at=now())

    if run_form(request, form, run, _("You look into this objection now.")):
        return redirect("objection", number)
    return _show(request, objection, take_on_form=form)


@never_cache
@require_POST
def decide(request: StaffRequest, number: str) -> HttpResponse:
    objection = _visible(request, number)
    form = FindingForm(request.POST)

    def run() -> None:
        operations.decide_objection(objection, **form.cleaned_data, actor=request.user, at=now())

    if run_form(request, form, run, _("The objection is decided.")):
        return redirect("objection", number)
    return _show(request, objection, finding_form=form)


@never_cache
@require_POST
def tell(request: StaffRequest, number: str) -> HttpResponse:
    objection = _visible(request, number)
    form = TellForm(request.POST)

    def run() -> None:
        operations.tell_objector(objection, **form.cleaned_data, actor=request.user, at=now())

    if run_form(request, form, run, _("It is noted how the objector was told.")):
        return redirect("objection", number)
    return _show(request, objection, tell_form=form)


@never_cache
@require_POST
def letter(request: StaffRequest, number: str) -> HttpResponse:
    """From the decision to the page of the letter, where it is printed and served like any other."""
    objection = _visible(request, number)
    try:
        made = operations.issue_objection_letter(objection, actor=request.user, at=now())
    except NotAllowed:
        raise PermissionDenied from None
    except Refused as error:
        messages.error(request, str(error))
        return redirect("objection", number)
    return redirect("letter", made.pk)


@never_cache
def scan(request: StaffRequest, number: str) -> HttpResponse:
    objection = _visible(request, number)
    if objection.scan is None or not may_read_objection(request.user, objection):
        raise Http404
    return respond(request, objection.scan, subject=f"objection-{number}")
