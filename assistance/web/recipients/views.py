"""Recipient lists: sources, taking a file in, the comparison page by page, and what is done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.accounts.models import Agency
from assistance.jobs.queries import latest_job
from assistance.registry.models import AccessLog, Department, ListImport, ListRow, ListSource
from assistance.registry.operations import lists, log_access
from assistance.registry.permissions import LIST_READERS, may_work_on_lists, why_not_confirm_ends
from assistance.registry.queries.lists import calendar as list_calendar
from assistance.registry.queries.lists import (
    deliveries,
    lists_visible_to,
    promptness,
    rows_of,
    sources_visible_to,
)
from assistance.registry.tasks import EXECUTORS
from assistance.shared.errors import Refused
from assistance.shared.export import xlsx_response
from assistance.web.acts import Act, links, perform, refuse
from assistance.web.jobs.shown import shown
from assistance.web.lists import list_page
from assistance.web.recipients import annotated as files
from assistance.web.recipients.acts import LIST_ACTS
from assistance.web.recipients.forms import RowsForm, SourceForm, UploadForm
from assistance.web.recipients.lists import ImportList, RowList
from assistance.web.requests import StaffRequest

Stage = ListImport.Stage


def visible_list(request: StaffRequest, list_id: int) -> ListImport:
    return get_object_or_404(lists_visible_to(request.user), pk=list_id)


@never_cache
def imports(request: StaffRequest) -> HttpResponse:
    return _imports(request, sources_visible_to(request.user), lists_visible_to(request.user))


@never_cache
def insured(request: StaffRequest) -> HttpResponse:
    """What the medical insurance office sent, apart from the lists of the departments that recognise."""
    sources = sources_visible_to(request.user).filter(department=Department.INSURANCE)
    rows = lists_visible_to(request.user).filter(source__department=Department.INSURANCE)
    return _imports(request, sources, rows, of_insured=True)


def _imports(
    request: StaffRequest,
    sources: QuerySet[ListSource],
    rows: QuerySet[ListImport],
    **shown: bool,
) -> HttpResponse:
    user = request.user
    extra = shown | {
        "deliveries": deliveries(sources, localdate()),
        "may_upload": may_work_on_lists(user, user.agency_id),
        "reads_lists": user.has_role(*LIST_READERS),
    }
    return list_page(request, ImportList, rows, "web/recipients/list.html", **extra)


@never_cache
def calendar(request: StaffRequest) -> HttpResponse:
    months, lines = list_calendar(sources_visible_to(request.user), localdate())
    page = {"months": months, "lines": lines}
    return render(request, "web/recipients/calendar.html", page)


@never_cache
def sources(request: StaffRequest) -> HttpResponse:
    user = request.user
    page = {
        "sources": sources_visible_to(user),
        "may_edit": may_work_on_lists(user, user.agency_id),
    }
    return render(request, "web/recipients/sources.html", page)


def _own_agency(request: StaffRequest) -> Agency:
    agency = request.user.agency
    if agency is None or not may_work_on_lists(request.user, agency.pk):
        raise PermissionDenied
    return agency


@never_cache
def new_source(request: StaffRequest) -> HttpResponse:
    return _source(request, None, _own_agency(request))


@never_cache
def source(request: StaffRequest, source_id: int) -> HttpResponse:
    found = get_object_or_404(sources_visible_to(request.user), pk=source_id)
    if not may_work_on_lists(request.user, found.agency_id):
        raise PermissionDenied
    return _source(request, found, found.agency)


def _source(request: StaffRequest, source: ListSource | None, agency: Agency) -> HttpResponse:
    form = SourceForm(source, agency, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            lists.save_source(source, agency=agency, **form.cleaned_data, actor=request.user)
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("The source is saved."))
            return redirect("list_sources")
    page = {"form": form, "source": source}
    return render(request, "web/recipients/source.html", page, status=422 if form.errors else 200)


@never_cache
def upload(request: StaffRequest) -> HttpResponse:
    _own_agency(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(request.user, *posted)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = lists.upload_list(
                form.cleaned_data["source"],
                content=file.read(),
                filename=file.name or "",
                as_of=form.cleaned_data["as_of"],
                is_full=form.is_full,
                actor=request.user,
                at=now(),
            )
        except Refused as error:
            refuse(form, error)
        else:
            return redirect("list_import", made.pk)
    status = 422 if form.errors else 200
    return render(request, "web/recipients/upload.html", {"form": form}, status=status)


@never_cache
def list_import(request: StaffRequest, list_id: int) -> HttpResponse:
    listing = visible_list(request, list_id)
    job = latest_job(listing.pk, *EXECUTORS)
    waits = listing.stage == Stage.PREVIEWED and listing.needs_second_person
    extra: dict[str, Any] = {
        "listing": listing,
        "counts": [(o, listing.counts.get(o.value, 0)) for o in ListRow.Outcome],
        "links": links(LIST_ACTS, request.user, listing, listing.pk),
        "may_tick": listing.stage == Stage.PREVIEWED
        and may_work_on_lists(request.user, listing.agency_id),
        "why_not_confirm": why_not_confirm_ends(request.user, listing) if waits else "",
        "waits": waits,
        "promptness": promptness(listing).label,
    }
    if job is not None and job.is_live:
        extra |= shown(job, request.user) | {"is_live": True}
    rows = rows_of(listing).select_related("listing")
    return list_page(request, RowList, rows, "web/recipients/import.html", **extra)


@never_cache
@require_POST
def skip(request: StaffRequest, list_id: int) -> HttpResponse:
    listing = visible_list(request, list_id)
    form = RowsForm(request.POST)
    if not form.is_valid():
        raise Http404
    chosen = [int(pk) for pk in form.cleaned_data["row"]]
    leave_out = form.cleaned_data["skip"]
    try:
        count = lists.skip_rows(listing, rows=chosen, skip=leave_out, actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        done = (
            ngettext("%(count)d row left out.", "%(count)d rows left out.", count)
            if leave_out
            else ngettext("%(count)d row taken in again.", "%(count)d rows taken in again.", count)
        )
        messages.success(request, done % {"count": count})
    return redirect("list_import", list_id)


@never_cache
def act(request: StaffRequest, list_id: int, act: Act[ListImport]) -> HttpResponse:
    listing = visible_list(request, list_id)
    about = [
        (_("Source"), str(listing.source)),
        (_("Holds from"), listing.as_of.isoformat()),
        *((str(o.label), str(listing.counts.get(o.value, 0))) for o in ListRow.Outcome),
    ]
    page: dict[str, Any] = {"pretitle": _("Recipient list"), "about": about}
    return perform(
        request, act, listing, back=lambda: reverse("list_import", args=[list_id]), **page
    )


@never_cache
@require_POST
def annotated(request: StaffRequest, list_id: int) -> HttpResponse:
    """The file back, each row with what became of it: full numbers, so it is noted who took it out."""
    listing = visible_list(request, list_id)
    if not may_work_on_lists(request.user, listing.agency_id):
        raise PermissionDenied
    try:
        table = files.annotated(listing)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("list_import", list_id)
    subject = f"recipient list {listing.pk} with results, {len(table.rows)} rows, xlsx"
    log_access(request.user, AccessLog.Kind.EXPORT, subject, at=now())
    return xlsx_response(f"list-{listing.pk}-results.xlsx", table.header, table.rows)
