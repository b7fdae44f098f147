"""Further payers: files taken in, payments in doubt, everything they gave, and who they are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import Agency
from assistance.jobs.queries import latest_job
from assistance.settlements.models import SENDING_PAYERS, PayerDoubt, PayerFile, PayerSource
from assistance.settlements.operations import payers
from assistance.settlements.payers import FIELDS, fields_of, read_payer_definition
from assistance.settlements.permissions import may_work_on_payers
from assistance.settlements.queries.payers import (
    doubt_fields,
    later_payments_visible_to,
    lines_of,
    payer_doubts_visible_to,
    payer_files_visible_to,
    payers_visible_to,
    problem_texts,
)
from assistance.settlements.tasks import PAYER_EXECUTORS
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_id
from assistance.web.acts import Act, links, perform, refuse
from assistance.web.jobs.shown import shown
from assistance.web.lists import list_page
from assistance.web.payers.acts import FILE_ACTS
from assistance.web.payers.forms import DefinitionForm, PayerForm, UploadPaymentsForm
from assistance.web.payers.lists import (
    DoubtList,
    LineList,
    PayerFileList,
    PaymentList,
    figures,
)
from assistance.web.requests import StaffRequest


def _tabs(request: StaffRequest, tab: str) -> dict[str, Any]:
    user = request.user
    waiting = payer_doubts_visible_to(user).filter(settled_at__isnull=True).order_by()
    return {
        "tab": tab,
        "waiting": waiting.count(),
        "may_work": may_work_on_payers(user, user.agency_id),
    }


@never_cache
def files(request: StaffRequest) -> HttpResponse:
    rows = payer_files_visible_to(request.user)
    extra = _tabs(request, "files")
    return list_page(request, PayerFileList, rows, "web/payers/list.html", **extra)


@never_cache
def doubts(request: StaffRequest) -> HttpResponse:
    rows = payer_doubts_visible_to(request.user)
    extra = _tabs(request, "doubts")
    return list_page(request, DoubtList, rows, "web/payers/list.html", **extra)


@never_cache
def payments(request: StaffRequest) -> HttpResponse:
    rows = later_payments_visible_to(request.user)
    extra = _tabs(request, "payments")
    return list_page(request, PaymentList, rows, "web/payers/list.html", **extra)


@never_cache
def sources(request: StaffRequest) -> HttpResponse:
    page = _tabs(request, "sources") | {"sources": payers_visible_to(request.user)}
    return render(request, "web/payers/sources.html", page)


def _visible_file(request: StaffRequest, file_id: int) -> PayerFile:
    return get_object_or_404(payer_files_visible_to(request.user), pk=file_id)


@never_cache
def file(request: StaffRequest, file_id: int) -> HttpResponse:
    """Before it is booked every row with what would become of it; afterwards what waits for somebody."""
    found = _visible_file(request, file_id)
    job = latest_job(found.pk, *PAYER_EXECUTORS)
    extra: dict[str, Any] = {
        "file": found,
        "figures": figures(found) if found.counts else [],
        "links": links(FILE_ACTS, request.user, found, found.pk),
    }
    if job is not None and job.is_live:
        extra |= shown(job, request.user) | {"is_live": True}
    if found.stage == found.Stage.APPLIED:
        rows = payer_doubts_visible_to(request.user).filter(file=found)
        return list_page(request, DoubtList, rows, "web/payers/file.html", **extra)
    return list_page(request, LineList, lines_of(found), "web/payers/file.html", **extra)


@never_cache
def rows(request: StaffRequest, file_id: int) -> HttpResponse:
    """Every row of a file with its result; taken out, the file back."""
    found = _visible_file(request, file_id)
    return list_page(request, LineList, lines_of(found), "web/payers/rows.html", file=found)


@never_cache
def act_on_file(request: StaffRequest, file_id: int, act: Act[PayerFile]) -> HttpResponse:
    found = _visible_file(request, file_id)
    about = [(str(label), figure) for label, figure, _query in figures(found)]
    page: dict[str, Any] = {"pretitle": f"{found.source} · {found.filename}", "about": about}
    back = reverse("payer_file", args=[file_id])
    return perform(request, act, found, back=lambda: back, **page)


def _own_agency(request: StaffRequest) -> Agency:
    agency = request.user.agency
    if agency is None or not may_work_on_payers(request.user, agency.pk):
        raise PermissionDenied
    return agency


@never_cache
def upload(request: StaffRequest) -> HttpResponse:
    _own_agency(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadPaymentsForm(request.user, *posted)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            made = payers.upload_payer_file(
                form.cleaned_data["source"],
                content=sent.read(),
                filename=sent.name or "",
                actor=request.user,
                at=now(),
            )
        except Refused as error:
            refuse(form, error)
        else:
            return redirect("payer_file", made.pk)
    page = {"form": form, "heading": _("Upload a file of a payer"), "back": reverse("payer_files")}
    return render(request, "web/payers/form.html", page, status=422 if form.errors else 200)


@never_cache
def new_source(request: StaffRequest) -> HttpResponse:
    return _source(request, None, _own_agency(request))


@never_cache
def source(request: StaffRequest, source_id: int) -> HttpResponse:
    found = get_object_or_404(payers_visible_to(request.user), pk=source_id)
    if not may_work_on_payers(request.user, found.agency_id):
        raise PermissionDenied
    return _source(request, found, found.agency)


def _source(request: StaffRequest, source: PayerSource | None, agency: Agency) -> HttpResponse:
    form = PayerForm(source, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = payers.save_payer(
                source, agency=agency, **form.cleaned_data, actor=request.user, at=now()
            )
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("The payer is saved."))
            return redirect("payer", made.pk)
    page = {
        "form": form,
        "heading": str(source) if source else _("New payer"),
        "back": reverse("payers"),
        "source": source,
        "rules": _rules(source) if source else [],
    }
    return render(request, "web/payers/form.html", page, status=422 if form.errors else 200)


def _rules(source: PayerSource) -> list[dict[str, Any]]:
    """The newest definition in words: from which day, which headings, which codes."""
    version = source.versions.order_by("number").last()
    if version is None:
        return []
    return [
        {
            "version": version,
            "first_day": rules.first_day,
            "columns": [
                (FIELDS[field], "、".join(names)) for field, names in rules.columns.items()
            ],
            "codes": [(code, payer.label) for code, payer in rules.payers.items()],
        }
        for rules in read_payer_definition(version.text, source.payer).rules
    ]


@never_cache
def definition(request: StaffRequest, source_id: int) -> HttpResponse:
    found = get_object_or_404(payers_visible_to(request.user), pk=source_id)
    if not may_work_on_payers(request.user, found.agency_id):
        raise PermissionDenied
    version = found.versions.order_by("number").last()
    initial = {"text": version.text if version else ""}
    form = DefinitionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        text = form.cleaned_data["text"].replace("\r\n", "\n").strip() + "\n"
        try:
            payers.release_payer(found, text=text, actor=request.user, at=now())
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("The columns and codes are released."))
            return redirect("payer", found.pk)
    fields, needed = fields_of(found.payer)
    page = {
        "form": form,
        "heading": str(found),
        "back": reverse("payer", args=[found.pk]),
        "fields": [(key, FIELDS[key], key in needed) for key in fields],
        "codes": [
            (payer.value, payer.label) for payer in SENDING_PAYERS if not found.sends_premiums
        ],
    }
    return render(request, "web/payers/form.html", page, status=422 if form.errors else 200)


@never_cache
def act(request: StaffRequest, doubt_id: int, act: Act[PayerDoubt]) -> HttpResponse:
    doubt = get_object_or_404(payer_doubts_visible_to(request.user), pk=doubt_id)
    row = doubt_fields(doubt)
    about = [
        (_("Payer"), str(doubt.file.source)),
        (_("Row"), str(doubt.line)),
        (_("Name"), row.get("name", "")),
        (_("Id number"), mask_id(row.get("id_number", ""))),
        (_("Amount (yuan)"), row.get("amount", "")),
        (_("Reason"), doubt.get_reason_display()),
    ]
    warnings = problem_texts(doubt.problems)
    page: dict[str, Any] = {
        "pretitle": _("Payment in doubt"),
        "about": about,
        "warnings": warnings,
    }
    return perform(request, act, doubt, back=lambda: reverse("payer_doubts"), **page)
