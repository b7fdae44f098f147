"""The task centre: long work of one's own and of one's agency."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.files.queries import content
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import cancel_job
from assistance.jobs.queries import exports_visible_to, jobs_visible_to
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.shared.errors import Refused
from assistance.web.jobs.lists import JobList
from assistance.web.jobs.shown import shown
from assistance.web.lists import list_page
from assistance.web.requests import StaffRequest


def visible_job(request: StaffRequest, job_id: int) -> BackgroundJob:
    return get_object_or_404(jobs_visible_to(request.user), pk=job_id)


@never_cache
def jobs(request: StaffRequest) -> HttpResponse:
    return list_page(request, JobList, jobs_visible_to(request.user), "web/jobs/list.html")


@never_cache
def job(request: StaffRequest, job_id: int) -> HttpResponse:
    page = shown(visible_job(request, job_id), request.user)
    return render(request, "web/jobs/job.html", page)


@never_cache
def progress(request: StaffRequest, job_id: int) -> HttpResponse:
    """The block that the page asks for again and again; the last answer loads the page anew."""
    job = visible_job(request, job_id)
    response = render(request, "web/jobs/_progress.html", shown(job, request.user))
    if not job.is_live:
        response["HX-Refresh"] = "true"
    return response


@never_cache
@require_POST
def cancel(request: StaffRequest, job_id: int) -> HttpResponse:
    job = visible_job(request, job_id)
    try:
        cancel_job(job, actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The work is being stopped."))
    return redirect("job", job_id)


@never_cache
def export_file(request: StaffRequest, export_id: int) -> HttpResponse:
    """The file of a large list, for whoever ordered it."""
    export = get_object_or_404(exports_visible_to(request.user), pk=export_id)
    if export.file is None:
        messages.error(request, _("The file has been removed: take the list out again."))
        return redirect("jobs")
    subject = f"{export.subject}, {export.rows} rows, file {export.pk}"
    log_access(request.user, AccessLog.Kind.EXPORT, subject, at=now())
    disposition = content_disposition_header(as_attachment=True, filename=export.filename)
    return HttpResponse(
        content(export.file),
        content_type=export.media_type,
        headers={"Content-Disposition": disposition or ""},
    )
