"""Is it alive, is it ready, and what a person should look at."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from assistance.jobs.queries import health_checks
from assistance.trail.queries import chain_checks
from assistance.web.requests import StaffRequest


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
    return render(request, "web/system.html", {"checks": [*health_checks(), *chain_checks()]})
