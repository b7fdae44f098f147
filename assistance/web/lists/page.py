"""One function shows any list: filtered, ordered, a page at a time, or taken out as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.shared.errors import Refused
from assistance.shared.export import csv_response, xlsx_response
from assistance.shared.paging import paginate
from assistance.web.lists.form import ListForm
from assistance.web.lists.later import LaterRequest, order_file
from assistance.web.requests import StaffRequest

EXPORTS = {"csv": csv_response, "xlsx": xlsx_response}
CURSOR, FORMAT = "cursor", "format"
CHUNK = 2000
# It is built in memory, ten times its size.
LARGEST_WORKBOOK = 200_000


def list_page(
    request: StaffRequest,
    form_class: type[ListForm],
    rows: QuerySet[Any],
    template: str,
    **extra: Any,
) -> HttpResponse:
    """`rows` are those the person may see; a wrong filter shows its faults and no rows."""
    form = form_class(request.GET, user=request.user)
    found = form.filter(rows) if form.is_valid() else rows.none()
    wanted = request.GET.get(FORMAT, "")
    if form.is_valid() and wanted in EXPORTS:
        if not isinstance(request, LaterRequest) and _is_large(found):
            return order_file(request, f"{form.subject}, {wanted}")
        return _export(request, form, found, wanted)
    order = form.ordering if form.is_valid() else ("id",)
    page = paginate(found, order=order, cursor=request.GET.get(CURSOR))
    shown = {"form": form, "page": page, "table": _cells(form, page.rows), "query": _query(request)}
    return render(request, template, shown | extra)


class Cells(list[tuple[Any, Any]]):
    """The cells of a row, and the row itself for what stands before them."""

    def __init__(self, form: ListForm, row: Any) -> None:
        super().__init__((column, column.shown(row)) for column in form.columns)
        self.row = row


def _cells(form: ListForm, rows: list[Any]) -> list[Cells]:
    return [Cells(form, row) for row in rows]


def _query(request: StaffRequest) -> str:
    """The filter as it stands, for the links to other pages and files."""
    query = request.GET.copy()
    for name in (CURSOR, FORMAT):
        query.pop(name, None)
    return query.urlencode()


def _is_large(found: QuerySet[Any]) -> bool:
    limit: int = settings.EXPORT_AT_ONCE
    return is_long(found.order_by()[: limit + 1].count())


def _export(
    request: StaffRequest, form: ListForm, found: QuerySet[Any], wanted: str
) -> HttpResponse:
    found = found.order_by(*form.ordering)
    header = [str(column.heading) for column in form.columns]
    rows = _written(form, found)
    return take_out(request, form.subject, wanted, header=header, rows=rows, count=found.count())


def take_out(
    request: StaffRequest,
    subject: str,
    wanted: str,
    *,
    header: list[str],
    rows: Iterable[Sequence[Any]],
    count: int,
) -> HttpResponse:
    """The rows as a file, noted with whoever took it out; a worker tells how far it is."""
    if wanted == "xlsx" and count > LARGEST_WORKBOOK:
        raise Refused(
            _("A workbook holds at most %(rows)d rows here: take the list out as CSV.")
            % {"rows": LARGEST_WORKBOOK}
        )
    log_access(request.user, AccessLog.Kind.EXPORT, f"{subject}, {count} rows, {wanted}", at=now())
    filename = f"{subject}-{localdate():%Y%m%d}.{wanted}"
    if not isinstance(request, LaterRequest):
        return EXPORTS[wanted](filename, header, rows)
    request.progress.tell(total=count, message=_("Writing the rows"))
    response = EXPORTS[wanted](filename, header, _told(request, rows))
    response.headers["X-Filename"] = filename
    return response


def is_long(count: int) -> bool:
    """Whether so many rows are taken out by a worker."""
    limit: int = settings.EXPORT_AT_ONCE
    return count > limit


def _written(form: ListForm, found: QuerySet[Any]) -> Iterator[list[Any]]:
    for row in found.iterator(chunk_size=CHUNK):
        yield [column.written(row) for column in form.columns]


def _told(request: LaterRequest, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    count = 0
    for count, row in enumerate(rows, start=1):
        if count % CHUNK == 0:
            request.tell(count)
        yield row
    request.tell(count)
