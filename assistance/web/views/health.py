"""Is it alive, is it ready, and what a person should look at."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.jobs.queries import HealthCheck, health_checks
from assistance.screening.queries.late import late_periods
from assistance.trail.queries import chain_checks
from assistance.web.requests import StaffRequest
from assistance.web.screening.troubles import troubles

LATE_SHOWN = 5


@login_not_required
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 once the database answers and carries every migration; says nothing else."""
    state = _database_state()
    return JsonResponse({"database": state}, status=200 if state == "ready" else 503)


def _database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unreachable"
    return "not migrated" if waiting else "ready"


def system(request: StaffRequest) -> HttpResponse:
    checks = [*health_checks(), _lists(), *chain_checks()]
    return render(request, "web/system.html", {"checks": checks})


def _lists() -> HealthCheck:
    """The lists that should have been drawn up by now."""
    said = troubles(localdate())
    late = list(late_periods()[:LATE_SHOWN])
    if late:
        named = "；".join(f"{period.agency} {period}" for period in late)
        said.append(_("Due and not drawn up: %(lists)s") % {"lists": named})
    sentence = " ".join(said) or _("Every list that is due is drawn up.")
    return HealthCheck(_("Screening lists"), not said, sentence)
