"""How a PDF goes out: as a file, kept by nobody on the way, and noted in the access log."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import now

from assistance.registry.models import AccessLog, Person
from assistance.registry.operations import log_access
from assistance.web.requests import StaffRequest


def pdf_response(
    request: StaffRequest,
    content: bytes,
    *,
    filename: str,
    subject: str,
    person: Person | None = None,
) -> HttpResponse:
    """`subject` says in the access log, without personal data, what was printed."""
    log_access(request.user, AccessLog.Kind.PRINT, subject, person, at=now())
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    headers = {
        "Content-Disposition": disposition or "",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
