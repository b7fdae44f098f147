"""Days per stage, averages per township, and the workload of each clerk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from assistance.accounts.roles import Role
from assistance.cases.queries import (
    STAGES,
    Load,
    applications_visible_to,
    township_times,
    workload,
)
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.web.lists import list_page
from assistance.web.lists.page import EXPORTS, FORMAT
from assistance.web.navigation import CASE_ROLES
from assistance.web.requests import StaffRequest
from assistance.web.timing.lists import TimingList

# Who leads others; a clerk sees his own queue.
LEADING = (
    Role.TOWNSHIP_LEADER,
    Role.REVIEWER,
    Role.APPROVER,
    Role.CITY_SUPERVISOR,
)
SPANS = {"30": _("30 days"), "90": _("90 days"), "365": _("A year")}
STAGE_TITLES: dict[str, str | Promise] = {
    "first_review": _("Township review"),
    "county_review": _("County review"),
    "proposed": _("Decision"),
    "publicity": _("Publicity"),
    "stopped": _("Clock stopped"),
}
WORKLOAD_COLUMNS = (
    _("Name"),
    _("Role"),
    _("Place"),
    _("Open"),
    _("Overdue"),
    _("Done in 30 days"),
    _("Average working days"),
)


@never_cache
def timing(request: StaffRequest) -> HttpResponse:
    rows = applications_visible_to(request.user)
    leads = request.user.has_role(*LEADING)
    return list_page(request, TimingList, rows, "web/timing/list.html", leads=leads)


@never_cache
def townships(request: StaffRequest) -> HttpResponse:
    _refuse_unless(request, *CASE_ROLES)
    days = request.GET.get("days", "")
    days = days if days in SPANS else "90"
    found = township_times(request.user, today=localdate(), days=int(days))
    header = [
        _("Township"),
        *(STAGE_TITLES[stage] for stage in STAGES),
        _("Cases"),
        _("Open"),
        _("Overdue"),
    ]
    table = [
        [row.township, *(row.averages[stage] for stage in STAGES), row.cases, row.open, row.overdue]
        for row in found
    ]
    shown = {"header": header, "table": table, "spans": SPANS, "days": days}
    return _table(request, "township times", shown, "web/timing/townships.html")


@never_cache
def loads(request: StaffRequest) -> HttpResponse:
    _refuse_unless(request, *LEADING)
    table = [_load_row(load) for load in workload(request.user, today=localdate())]
    shown = {"header": WORKLOAD_COLUMNS, "table": table}
    return _table(request, "workload", shown, "web/timing/workload.html")


def _load_row(load: Load) -> list[object]:
    role = load.role.label
    return [load.name, role, load.place, load.open, load.overdue, load.done, load.average]


def _refuse_unless(request: StaffRequest, *roles: Role) -> None:
    if not request.user.has_role(*roles):
        raise PermissionDenied


def _table(
    request: StaffRequest, subject: str, shown: Mapping[str, object], template: str
) -> HttpResponse:
    """The table on a page, or as a file; taking it out is noted."""
    wanted = request.GET.get(FORMAT, "")
    if wanted not in EXPORTS:
        return render(request, template, {**shown})
    table, header = shown["table"], shown["header"]
    assert isinstance(table, Sequence)
    assert isinstance(header, Sequence)
    log_access(
        request.user,
        AccessLog.Kind.EXPORT,
        f"{subject}, {len(table)} rows, {wanted}",
        at=now(),
    )
    filename = f"{subject.replace(' ', '-')}-{localdate():%Y%m%d}.{wanted}"
    return EXPORTS[wanted](filename, [str(heading) for heading in header], table)
