"""The papers of a case: the list of what is needed and there, one paper, and what is done to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.cases import operations
from assistance.cases.models import Application, Evidence
from assistance.cases.operations.evidence import NEXT_ORIGINAL
from assistance.cases.permissions import may_add_evidence, may_record_original
from assistance.cases.queries import Need, papers_needed
from assistance.shared.errors import Refused
from assistance.web.casefile import Kind, sheets_of
from assistance.web.files import respond, respond_preview, respond_thumbnail
from assistance.web.forms.base import ScreenForm
from assistance.web.forms.evidence import EvidenceForm, OriginalForm, VoidEvidenceForm
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import application_with_papers, visible_application


@never_cache
def evidence(request: StaffRequest, number: str) -> HttpResponse:
    return _show(request, visible_application(request, number))


def _show(
    request: StaffRequest, application: Application, form: EvidenceForm | None = None
) -> HttpResponse:
    needs = _needs(application)
    may_add = may_add_evidence(request.user, application)
    if form is None and may_add:
        form = _form(application, needs, initial={"kind": request.GET.get("kind", "")})
    voided = application.evidence.filter(voided_at__isnull=False)
    shown = {
        "application": application,
        "needs": [need for need in needs if need.concerns],
        "offered": [need for need in needs if not need.concerns],
        "missing": sum(need.is_missing for need in needs),
        "voided": voided.select_related("file", "voided_by").order_by("-voided_at"),
        "may_add": may_add,
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "web/cases/evidence.html", shown, status=status)


def _needs(application: Application) -> list[Need]:
    """By the accepted facts as soon as there are some."""
    sheets = sheets_of(application)
    sheet = sheets.get(Kind.ACCEPTED) or sheets[Kind.DECLARED]
    return papers_needed(application, sheet, on=localdate())


def _form(
    application: Application, needs: list[Need], *posted: Any, **options: Any
) -> EvidenceForm:
    # What is missing stands first, so that the first choice mostly is the right one.
    kinds = [need.kind for need in sorted(needs, key=lambda need: not need.is_missing)]
    address = reverse("add_evidence", args=[application.number])
    return EvidenceForm(*posted, kinds=kinds, action=address, **options)


@require_POST
def add_evidence(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    form = _form(application, _needs(application), request.POST, request.FILES)
    if form.is_valid():
        try:
            added = operations.add_evidence(
                application, **form.cleaned_data, actor=request.user, at=now()
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            count = len(added)
            done = ngettext("%(count)d paper is added.", "%(count)d papers are added.", count)
            messages.success(request, done % {"count": count})
            return redirect("evidence", number)
    return _show(request, application, form)


@never_cache
def paper(request: StaffRequest, number: str, evidence_id: int) -> HttpResponse:
    return _show_paper(request, *_found(request, number, evidence_id))


def _found(request: StaffRequest, number: str, evidence_id: int) -> tuple[Application, Evidence]:
    application = application_with_papers(request, number)
    rows = application.evidence.select_related("file", "added_by", "voided_by", "copied_from")
    return application, get_object_or_404(rows, pk=evidence_id)


def _show_paper(
    request: StaffRequest, application: Application, row: Evidence, **bound: ScreenForm
) -> HttpResponse:
    args = [application.number, row.pk]
    forms: dict[str, ScreenForm] = {}
    if row.voided_at is None and may_add_evidence(request.user, application):
        forms["void_form"] = VoidEvidenceForm(action=reverse("void_evidence", args=args))
    if _may_record(request, application, row):
        address = reverse("record_original", args=args)
        forms["original_form"] = OriginalForm(evidence=row, action=address)
    shown = {
        "application": application,
        "row": row,
        "pages": range(1, row.file.pages + 1),
        "page": _page(request, row),
        "originals": row.originals.select_related("by").order_by("id"),
    }
    status = 422 if bound else 200
    return render(request, "web/cases/paper.html", shown | forms | bound, status=status)


def _may_record(request: StaffRequest, application: Application, row: Evidence) -> bool:
    standing = row.voided_at is None and bool(NEXT_ORIGINAL[row.original])
    return standing and may_record_original(request.user, application)


def _page(request: StaffRequest, row: Evidence) -> int:
    wanted = request.GET.get("page", "1")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 5 else 1
    return min(max(number, 1), row.file.pages)


@never_cache
def file(request: StaffRequest, number: str, evidence_id: int) -> HttpResponse:
    application, row = _found(request, number, evidence_id)
    return respond(request, row.file, subject=_subject(row), person=application.person)


@never_cache
def preview(request: StaffRequest, number: str, evidence_id: int) -> HttpResponse:
    application, row = _found(request, number, evidence_id)
    page = _page(request, row)
    return respond_preview(
        request, row.file, subject=_subject(row), person=application.person, page=page
    )


@never_cache
def thumbnail(request: StaffRequest, number: str, evidence_id: int) -> HttpResponse:
    _application, row = _found(request, number, evidence_id)
    return respond_thumbnail(row.file)


def _subject(row: Evidence) -> str:
    """The number of the case and the kind of paper: nothing about the person."""
    return f"{row.application.number} {row.get_kind_display()} {row.pk}"


@require_POST
def void_evidence(request: StaffRequest, number: str, evidence_id: int) -> HttpResponse:
    application, row = _found(request, number, evidence_id)
    address = reverse("void_evidence", args=[number, row.pk])
    form = VoidEvidenceForm(request.POST, action=address)
    if form.is_valid():
        try:
            operations.void_evidence(row, **form.cleaned_data, actor=request.user, at=now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The paper is taken out of the case."))
            return redirect("evidence", number)
    return _show_paper(request, application, row, void_form=form)


@require_POST
def record_original(request: StaffRequest, number: str, evidence_id: int) -> HttpResponse:
    application, row = _found(request, number, evidence_id)
    if not may_record_original(request.user, application):
        raise PermissionDenied
    address = reverse("record_original", args=[number, row.pk])
    form = OriginalForm(request.POST, evidence=row, action=address)
    if form.is_valid():
        try:
            operations.record_original(row, **form.cleaned_data, actor=request.user, at=now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Noted what became of the original."))
            return redirect("paper", number, row.pk)
    return _show_paper(request, application, row, original_form=form)
