"""What the auditor reads: the access log, the trail of changes and the chain over what is written once."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime, now
from django.views.decorators.cache import never_cache

from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.trail.permissions import may_read_trail
from assistance.trail.queries import (
    accesses_visible_to,
    chain_head,
    changes_visible_to,
    checks_visible_to,
)
from assistance.web.lists import list_page
from assistance.web.requests import StaffRequest
from assistance.web.trail.lists import AccessList, ChangeList
from assistance.web.trail.shown import shown


def _check(request: StaffRequest) -> None:
    if not may_read_trail(request.user):
        raise PermissionDenied


@never_cache
def access_log(request: StaffRequest) -> HttpResponse:
    _check(request)
    rows = accesses_visible_to(request.user)
    return list_page(request, AccessList, rows, "web/trail/access.html")


@never_cache
def trail(request: StaffRequest) -> HttpResponse:
    _check(request)
    rows = changes_visible_to(request.user)
    return list_page(request, ChangeList, rows, "web/trail/changes.html")


@never_cache
def chain(request: StaffRequest) -> HttpResponse:
    _check(request)
    checks = [shown(check) for check in checks_visible_to(request.user)[:30]]
    return render(request, "web/trail/chain.html", {"checks": checks, "head": chain_head()})


@never_cache
def anchor(request: StaffRequest) -> HttpResponse:
    """The last link as a line of text, to be printed or kept where nobody who runs the server gets at it."""
    _check(request)
    head = chain_head()
    log_access(request.user, AccessLog.Kind.EXPORT, f"link {head.number if head else 0}", at=now())
    line = f"{localtime():%Y-%m-%d %H:%M} {head or '-'}\n"
    name = f"chain-{localtime():%Y%m%d-%H%M}.txt"
    return HttpResponse(
        line,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
