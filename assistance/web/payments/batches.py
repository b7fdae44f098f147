"""Batches: drawn up, confirmed by another officer, handed to the bank, answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.accounts.models import Agency
from assistance.accounts.roles import Role
from assistance.payments import operations
from assistance.payments.models import Batch, Programme
from assistance.payments.permissions import (
    may_change_batch,
    may_draw_up_batch,
    may_read_bounces,
    may_send_batch,
    why_not_confirm_batch,
)
from assistance.payments.queries import (
    awards_visible_to,
    batch_lines,
    batches_visible_to,
    due_awards,
    line_problem,
    live_lines,
    obstacle,
    wrong_year,
)
from assistance.payments.states import BatchState, LineOutcome
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.shared.errors import Refused
from assistance.shared.money import capital, to_fen, yuan
from assistance.web.acts import Act, links, perform, refuse
from assistance.web.lists import list_page
from assistance.web.payments.acts import BATCH_ACTS, DROP_LINE
from assistance.web.payments.forms import DrawUpForm
from assistance.web.payments.lists import BatchList
from assistance.web.payments.objects import visible_batch
from assistance.web.requests import StaffRequest

# As many as a batch may hold.
MOST_SHOWN = 1000
# Before the bank has the file a line may still turn out wrong.
UNSENT = frozenset({BatchState.DRAFT, BatchState.CONFIRMED})


@never_cache
def batches(request: StaffRequest) -> HttpResponse:
    agency = request.user.agency
    offered = agency is not None and may_draw_up_batch(request.user, agency)
    rows = batches_visible_to(request.user)
    return list_page(request, BatchList, rows, "web/payments/batches.html", may_draw_up=offered)


@never_cache
def draw_up(request: StaffRequest) -> HttpResponse:
    agency = _own_agency(request)
    form = DrawUpForm(request.POST if request.method == "POST" else None)
    programme = _programme(request)
    if form.is_valid():
        try:
            made = _drawn_up(request, agency, programme, form.cleaned_data["award"])
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("Drawn up; another payment officer confirms the batch."))
            return redirect("batch", made.number)
    shown = {
        "form": form,
        "programme": programme,
        "programmes": list(Programme),
        "rows": _due(agency, programme),
        "chosen": set(form["award"].value() or ()),
    }
    return render(request, "web/payments/draw_up.html", shown, status=422 if form.errors else 200)


def _programme(request: StaffRequest) -> Programme:
    """A batch is of one programme: the first unless the address names another."""
    wanted = request.GET.get("programme", "")
    return Programme(wanted) if wanted in Programme.values else Programme.JINGNING


def _drawn_up(
    request: StaffRequest, agency: Agency, programme: Programme, chosen: list[str]
) -> Batch:
    awards = awards_visible_to(request.user).filter(pk__in=chosen)
    return operations.draw_up_batch(
        agency=agency,
        programme=programme,
        awards=list(awards),
        actor=request.user,
        at=now(),
    )


def _own_agency(request: StaffRequest) -> Agency:
    agency = request.user.agency
    if agency is None or not may_draw_up_batch(request.user, agency):
        raise PermissionDenied
    return agency


def _due(agency: Agency, programme: Programme) -> list[dict[str, Any]]:
    """What may be ticked, the longest waiting first, with the reason where it may not."""
    at = now()
    return [
        {
            "award": award,
            "value": str(award.pk),
            "fen": to_fen(award.amount),
            "problem": obstacle(award) or wrong_year(award.fund_year, at=at),
        }
        for award in due_awards(agency, programme)[:MOST_SHOWN]
    ]


@never_cache
def batch(request: StaffRequest, number: str) -> HttpResponse:
    batch = visible_batch(request, number)
    draft = batch.state == BatchState.DRAFT
    officer = request.user.has_role(Role.PAYMENT_OFFICER)
    shown = {
        "batch": batch,
        "lines": _lines(batch),
        "may_drop": may_change_batch(request.user, batch),
        "may_bounce": may_read_bounces(request.user, batch.agency),
        "may_send": may_send_batch(request.user, batch),
        "why_not_confirm": why_not_confirm_batch(request.user, batch) if draft and officer else "",
        "returns": batch.returns.select_related("read_by").order_by("-id"),
        "links": links(BATCH_ACTS, request.user, batch, batch.number),
    }
    return render(request, "web/payments/batch.html", shown)


def _lines(batch: Batch) -> list[dict[str, Any]]:
    watched = batch.state in UNSENT
    return [
        {
            "line": line,
            "problem": line_problem(line)
            if watched and line.outcome == LineOutcome.PENDING
            else None,
        }
        for line in batch_lines(batch)
    ]


@never_cache
def act(request: StaffRequest, number: str, act: Act[Batch]) -> HttpResponse:
    batch = visible_batch(request, number)
    shown: dict[str, Any] = {"pretitle": batch.number, "about": _about(batch)}
    return perform(request, act, batch, back=lambda: reverse("batch", args=[number]), **shown)


@never_cache
def drop_line(request: StaffRequest, number: str, line_id: int) -> HttpResponse:
    batch = visible_batch(request, number)
    line = get_object_or_404(batch.lines.select_related("award__person"), pk=line_id)
    about = [
        (_("Line"), str(line.position)),
        (_("Name"), line.award.person.name),
        (_("Amount (yuan)"), yuan(line.amount)),
    ]
    shown: dict[str, Any] = {"pretitle": batch.number, "about": about}
    return perform(request, DROP_LINE, line, back=lambda: reverse("batch", args=[number]), **shown)


def _about(batch: Batch) -> list[tuple[str, str]]:
    total = batch.total  # type: ignore[attr-defined]
    return [
        (_("Batch"), batch.number),
        (_("Drawn up by"), str(batch.drawn_up_by)),
        (_("Number of payments"), str(batch.line_count)),  # type: ignore[attr-defined]
        (_("Sum (yuan)"), yuan(total)),
        (_("In capitals"), capital(total)),
        (_("State"), batch.get_state_display()),
    ]


@never_cache
@require_POST
def hand_out(request: StaffRequest, number: str) -> HttpResponse:
    batch = visible_batch(request, number)
    try:
        filename, content = operations.hand_out_file(batch, actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
        return redirect("batch", number)
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    headers = {"Content-Disposition": disposition or ""}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@never_cache
def roster(request: StaffRequest, number: str) -> HttpResponse:
    batch = visible_batch(request, number)
    log_access(request.user, AccessLog.Kind.PRINT, f"roster of batch {batch.number}", at=now())
    return render(request, "web/payments/roster.html", {"batch": batch, "lines": live_lines(batch)})
