"""Sending papers: to take away, or as a freshly made picture. Who may is asked by the view before."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import now

from assistance.files import pdfs
from assistance.files.models import MediaType, StoredFile
from assistance.files.queries import (
    PREVIEW_WIDTH,
    THUMBNAIL_WIDTH,
    Unreadable,
    content,
    preview,
)
from assistance.registry.models import AccessLog, Person
from assistance.registry.operations import log_access
from assistance.web.requests import StaffRequest

ENDINGS = {MediaType.PDF: "pdf", MediaType.JPEG: "jpg", MediaType.PNG: "png"}
# A file of ours never runs as a page, is never guessed at and never stays in a cache.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def respond(
    request: StaffRequest, stored: StoredFile, *, subject: str, person: Person | None = None
) -> HttpResponse:
    """The paper as an attachment, noted in the access log; `subject` is in words without personal data."""
    log_access(request.user, AccessLog.Kind.PAPER, subject, person, at=now())
    filename = f"{subject}.{ENDINGS[MediaType(stored.media_type)]}"
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    try:
        data = content(stored)
    except Unreadable as error:
        raise Http404(str(error)) from error
    headers = HEADERS | {"Content-Disposition": disposition or "attachment"}
    return HttpResponse(data, content_type=stored.media_type, headers=headers)


def respond_preview(
    request: StaffRequest,
    stored: StoredFile,
    *,
    subject: str,
    person: Person | None = None,
    page: int = 1,
) -> HttpResponse:
    """One page as a picture to read in the page, noted in the access log like the paper itself."""
    log_access(request.user, AccessLog.Kind.PAPER, subject, person, at=now())
    return _picture(stored, page, PREVIEW_WIDTH)


def respond_thumbnail(stored: StoredFile) -> HttpResponse:
    """The first page so small that nothing on it can be read; it is not noted."""
    return _picture(stored, 1, THUMBNAIL_WIDTH)


def respond_page(
    request: StaffRequest, paper: bytes, *, subject: str, person: Person | None, page: int
) -> HttpResponse:
    """One page of a PDF of ours as a picture, noted in the access log like the paper itself."""
    log_access(request.user, AccessLog.Kind.PAPER, subject, person, at=now())
    try:
        return _sent(pdfs.as_picture(paper, page=page, width=PREVIEW_WIDTH))
    except pdfs.BadPdf as error:
        raise Http404(str(error)) from error


def _picture(stored: StoredFile, page: int, width: int) -> HttpResponse:
    try:
        return _sent(preview(stored, page, width=width))
    except Unreadable as error:
        raise Http404(str(error)) from error


def _sent(shown: bytes) -> HttpResponse:
    headers = HEADERS | {"Content-Disposition": "inline"}
    return HttpResponse(shown, content_type=MediaType.JPEG.value, headers=headers)
