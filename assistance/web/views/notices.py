"""Public notices: drawn up, posted, objected to, certified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.accounts.queries import agency_for
from assistance.accounts.roles import Role
from assistance.cases import operations
from assistance.cases.models import Notice, NoticeLine
from assistance.cases.permissions import may, may_certify, may_post
from assistance.cases.queries import notices_visible_to
from assistance.cases.states import Action
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.shared.errors import Refused
from assistance.web.forms.base import ScreenForm
from assistance.web.forms.lists import NoticeList
from assistance.web.forms.notices import (
    CertifyForm,
    DrawUpForm,
    PostForm,
)
from assistance.web.lists import list_page
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import visible_notice

DRAW_UP_ROLES = (Role.TOWNSHIP_CLERK, Role.REVIEWER, Role.APPROVER)


@never_cache
def notices(request: StaffRequest) -> HttpResponse:
    rows = (
        notices_visible_to(request.user).select_related("township").annotate(cases=Count("lines"))
    )
    may_draw_up = request.user.has_role(*DRAW_UP_ROLES)
    return list_page(request, NoticeList, rows, "web/notices/list.html", may_draw_up=may_draw_up)


@never_cache
def notice(request: StaffRequest, number: str) -> HttpResponse:
    return _show(request, visible_notice(request, number))


def _show(request: StaffRequest, notice: Notice, **bound: ScreenForm) -> HttpResponse:
    shown: dict[str, Any] = {
        "notice": notice,
        "lines": _lines(request, notice),
        "may_post": may_post(request.user, notice),
        "may_certify": may_certify(request.user, notice),
        "post_form": PostForm(action=reverse("post_notice", args=[notice.number])),
        "certify_form": CertifyForm(
            initial={"text": _certificate(notice)},
            action=reverse("certify_notice", args=[notice.number]),
        ),
    }
    return render(request, "web/notices/notice.html", shown | bound, status=422 if bound else 200)


def _certificate(notice: Notice) -> str:
    if notice.posted_on is None:
        return ""
    return _(
        "The notice hung at %(place)s from %(first)s to %(last)s; no objection came in beyond those recorded."
    ) % {"place": notice.posted_at_place, "first": notice.first_day, "last": notice.last_day}


def _lines(request: StaffRequest, notice: Notice) -> list[dict[str, Any]]:
    related = ("application__person", "application__township")
    lines = notice.lines.select_related(*related).prefetch_related(
        "objections", "application__participations"
    )
    return [
        {
            "line": line,
            "objections": [
                (
                    objection,
                    not objection.outcome
                    and may(request.user, Action.SETTLE_OBJECTION, line.application),
                )
                for objection in line.objections.all()
            ],
            "may_object": notice.state == Notice.State.POSTED
            and line.outcome == NoticeLine.Outcome.OPEN
            and may(request.user, Action.OBJECT, line.application),
        }
        for line in lines.order_by("id")
    ]


def run_form(
    request: StaffRequest, form: ScreenForm, operation: Callable[[], object], done: str
) -> bool:
    """Run one operation on a valid, posted form; a refusal goes onto the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        operation()
    except Refused as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, done)
    return True


@never_cache
def draw_up(request: StaffRequest) -> HttpResponse:
    form = DrawUpForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        township, programme = form.cleaned_data["township"], form.cleaned_data["programme"]
        agency = request.user.agency or agency_for(township)
        assert agency is not None
        try:
            made = operations.draw_up_notice(
                township, agency=agency, programme=programme, actor=request.user, at=now()
            )
            return redirect("notice", made.number)
        except Refused as error:
            form.add_error(None, str(error))
    return render(request, "web/notices/draw_up.html", {"form": form})


@never_cache
@require_POST
def post(request: StaffRequest, number: str) -> HttpResponse:
    notice = visible_notice(request, number)
    form = PostForm(request.POST)

    def run() -> None:
        operations.post_notice(notice, **form.cleaned_data, actor=request.user, at=now())

    if run_form(
        request, form, run, _("The posting is recorded; the days run from the day after it.")
    ):
        return redirect("notice", number)
    return _show(request, notice, post_form=form)


@never_cache
@require_POST
def certify(request: StaffRequest, number: str) -> HttpResponse:
    notice = visible_notice(request, number)
    form = CertifyForm(request.POST)

    def run() -> None:
        operations.certify_notice(notice, **form.cleaned_data, actor=request.user, at=now())

    if run_form(request, form, run, _("Certified. The cases are closed within a minute.")):
        return redirect("notice", number)
    return _show(request, notice, certify_form=form)


@never_cache
def sheet(request: StaffRequest, number: str) -> HttpResponse:
    notice = visible_notice(request, number)
    log_access(request.user, AccessLog.Kind.PRINT, f"notice {notice.number}", at=now())
    return render(
        request, "print/notice.html", {"notice": notice, "lines": notice.lines.order_by("id")}
    )
