"""What the auditor reads: changes, who looked, who came in, what the officers did, and the chain over it all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.trail.permissions import may_read_trail
from assistance.trail.queries import (
    accesses_visible_to,
    account_changes_visible_to,
    alarms_visible_to,
    chain_head,
    changes_visible_to,
    checks_visible_to,
    console_actions_visible_to,
    log_ins_visible_to,
    wrong_tries_visible_to,
)
from assistance.web.lists import ListForm, list_page
from assistance.web.requests import StaffRequest
from assistance.web.trail.lists import AccessList, ChangeList
from assistance.web.trail.officers import (
    AccountList,
    AlarmList,
    ConsoleList,
    LogInList,
    WrongTryList,
)
from assistance.web.trail.shown import shown

# The name of each page and what stands above it.
TABS: dict[str, str | Promise] = {
    "trail": _("Changes"),
    "access_log": _("Access log"),
    "log_ins": _("Log-ins"),
    "wrong_tries": _("Wrong tries"),
    "account_changes": _("Accounts"),
    "console_actions": _("Console"),
    "alarms": _("Alarms"),
    "chain": _("Sealed records"),
}


def _check(request: StaffRequest) -> None:
    if not may_read_trail(request.user):
        raise PermissionDenied


def _list(
    request: StaffRequest, name: str, form: type[ListForm], rows: QuerySet[Any]
) -> HttpResponse:
    _check(request)
    return list_page(request, form, rows, "web/trail/list.html", **_above(name))


def _above(name: str) -> dict[str, Any]:
    return {"tabs": TABS.items(), "tab": name, "title": TABS[name]}


@never_cache
def access_log(request: StaffRequest) -> HttpResponse:
    return _list(request, "access_log", AccessList, accesses_visible_to(request.user))


@never_cache
def trail(request: StaffRequest) -> HttpResponse:
    return _list(request, "trail", ChangeList, changes_visible_to(request.user))


@never_cache
def log_ins(request: StaffRequest) -> HttpResponse:
    return _list(request, "log_ins", LogInList, log_ins_visible_to(request.user))


@never_cache
def wrong_tries(request: StaffRequest) -> HttpResponse:
    return _list(request, "wrong_tries", WrongTryList, wrong_tries_visible_to(request.user))


@never_cache
def account_changes(request: StaffRequest) -> HttpResponse:
    return _list(request, "account_changes", AccountList, account_changes_visible_to(request.user))


@never_cache
def console_actions(request: StaffRequest) -> HttpResponse:
    return _list(request, "console_actions", ConsoleList, console_actions_visible_to(request.user))


@never_cache
def alarms(request: StaffRequest) -> HttpResponse:
    return _list(request, "alarms", AlarmList, alarms_visible_to(request.user))


@never_cache
def chain(request: StaffRequest) -> HttpResponse:
    _check(request)
    checks = [shown(check) for check in checks_visible_to(request.user)[:30]]
    known = {"checks": checks, "head": chain_head(), **_above("chain")}
    return render(request, "web/trail/chain.html", known)


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
