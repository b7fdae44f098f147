"""One function shows any list: filtered, ordered, a page at a time, or taken out as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now

from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.shared.export import csv_response, xlsx_response
from assistance.shared.paging import paginate
from assistance.web.lists.form import ListForm
from assistance.web.requests import StaffRequest

EXPORTS = {"csv": csv_response, "xlsx": xlsx_response}
CURSOR, FORMAT = "cursor", "format"


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


def _export(
    request: StaffRequest, form: ListForm, found: QuerySet[Any], wanted: str
) -> HttpResponse:
    found = found.order_by(*form.ordering)
    subject = f"{form.subject}, {found.count()} rows, {wanted}"
    log_access(request.user, AccessLog.Kind.EXPORT, subject, at=now())
    filename = f"{form.subject}-{localdate():%Y%m%d}.{wanted}"
    header = [str(column.heading) for column in form.columns]
    return EXPORTS[wanted](filename, header, _written(form, found))


def _written(form: ListForm, found: QuerySet[Any]) -> Iterator[list[Any]]:
    for row in found.iterator(chunk_size=2000):
        yield [column.written(row) for column in form.columns]
