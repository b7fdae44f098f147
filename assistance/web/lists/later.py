"""Large lists to take out: the page is asked anew by a worker, with the rights its owner has then."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistance.jobs.models import BackgroundJob, ListExport
from assistance.jobs.operations import Outcome, Tells, keep_export, order_export
from assistance.shared.errors import Refused
from assistance.web.requests import StaffRequest


class LaterRequest(StaffRequest):
    """The request of a worker for somebody; a list that is asked by it gives its file at once."""

    def __init__(self, export: ListExport, progress: Tells) -> None:
        super().__init__()
        path, _sign, query = export.address.partition("?")
        self.method = "GET"
        self.path = self.path_info = path
        self.GET = QueryDict(query)
        self.user = export.owner
        self.progress = progress
        self.rows = 0

    def tell(self, rows: int) -> None:
        """Note how many rows are written; raises Cancelled when somebody wants to stop."""
        self.rows = rows
        self.progress.tell(done=rows)


def order_file(request: StaffRequest, subject: str) -> HttpResponse:
    """Queue the list as it is on screen, and show the work."""
    job = order_export(
        address=request.get_full_path(),
        subject=subject,
        language=translation.get_language(),
        actor=request.user,
        at=now(),
    )
    return redirect("job", job.pk)


@transaction.atomic
def make(job: BackgroundJob, progress: Tells) -> Outcome:
    """Make the file of the list `job.target`: the executor of `web.export_list`.

    A list that was made before is only reported. Raises Refused where its owner may no longer see it.
    """
    export = ListExport.objects.select_related("owner").get(pk=job.target)
    if export.made_at is None:
        with translation.override(export.language):
            export = _made(export, progress)
    message = ngettext("%(rows)d row written.", "%(rows)d rows written.", export.rows)
    return Outcome(message % {"rows": export.rows}, {"rows": export.rows})


def _made(export: ListExport, progress: Tells) -> ListExport:
    request = LaterRequest(export, progress)
    if not request.user.is_active:
        raise Refused(_("The account that ordered this list is locked."))
    found = resolve(request.path)
    try:
        response = found.func(request, *found.args, **found.kwargs)
    except (Http404, PermissionDenied):
        raise Refused(_("This list is no longer open to whoever ordered it.")) from None
    name = response.headers.get("X-Filename", "")
    if not name:
        raise Refused(_("The list could not be taken out: order it again."))
    return keep_export(
        export,
        content=response.content,
        filename=name,
        media_type=response.headers["Content-Type"],
        rows=request.rows,
        at=now(),
    )
