"""One step for many: choose, try, carry out, take the file back, undo."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.accounts.models import User
from assistance.cases.models import Application, BulkRow, BulkRun
from assistance.cases.operations import carry_out, prepare_run, take_back_run
from assistance.cases.queries import applications_visible_to, bulk_kinds_for, bulk_runs_visible_to
from assistance.payments.models import Award
from assistance.payments.queries import awards_visible_to
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.shared.errors import Refused
from assistance.web.bulk.forms import BulkForm
from assistance.web.lists.page import EXPORTS
from assistance.web.requests import StaffRequest

Outcome = BulkRow.Outcome
SHOWN = 50


@never_cache
def runs(request: StaffRequest) -> HttpResponse:
    form = BulkForm(user=request.user) if bulk_kinds_for(request.user) else None
    shown = {"runs": bulk_runs_visible_to(request.user)[:SHOWN], "form": form}
    return render(request, "web/bulk/runs.html", shown)


@never_cache
@require_POST
def prepare(request: StaffRequest) -> HttpResponse:
    """From a list or an uploaded file to the page of the run, which shows what would happen."""
    if not bulk_kinds_for(request.user):
        raise PermissionDenied
    form = BulkForm(request.POST, request.FILES, user=request.user)
    if form.is_valid():
        given = form.cleaned_data
        try:
            run = prepare_run(
                given["kind"],
                given["numbers"],
                words=given["words"],
                reviewer=given.get("reviewer"),
                filename=given["file"].name if given["file"] else "",
                actor=request.user,
                at=now(),
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect("bulk_run", run.pk)
    chosen = request.POST.getlist("number")
    shown = {"runs": bulk_runs_visible_to(request.user)[:SHOWN], "form": form, "chosen": chosen}
    return render(request, "web/bulk/runs.html", shown, status=422)


@never_cache
def run(request: StaffRequest, run_id: int) -> HttpResponse:
    found = _run(request, run_id)
    own = found.by_id == request.user.pk
    counts = {name: getattr(found, name) for name in Outcome.values}
    shown = {
        "run": found,
        "rows": _rows(request.user, found),
        "counts": [(Outcome(name), number) for name, number in counts.items() if number],
        "ready": counts[Outcome.READY],
        "may_carry_out": own and counts[Outcome.READY] and not found.taken_back_at,
        "may_take_back": own
        and found.carried_out_at
        and counts[Outcome.DONE] + counts[Outcome.KEPT],
    }
    return render(request, "web/bulk/run.html", shown)


@never_cache
@require_POST
def do(request: StaffRequest, run_id: int) -> HttpResponse:
    return _act(request, run_id, carry_out, _("Carried out; every row says what became of it."))


@never_cache
@require_POST
def undo(request: StaffRequest, run_id: int) -> HttpResponse:
    return _act(request, run_id, take_back_run, _("Taken back as far as nobody had gone on."))


@never_cache
def file(request: StaffRequest, run_id: int, form: str) -> HttpResponse:
    """The list with its outcomes."""
    found = _run(request, run_id)
    header = [_("No."), _("Number"), _("Patient"), _("Outcome"), _("Why")]
    table = [
        [row.position, row.number, name, row.get_outcome_display(), row.sentence]
        for row, _subject, name in _rows(request.user, found)
    ]
    subject = f"bulk run {found.pk}, {len(table)} rows, {form}"
    log_access(request.user, AccessLog.Kind.EXPORT, subject, at=now())
    return EXPORTS[form](f"bulk-{found.pk}.{form}", header, table)


def _run(request: StaffRequest, run_id: int) -> BulkRun:
    return get_object_or_404(bulk_runs_visible_to(request.user), pk=run_id)


def _rows(user: User, run: BulkRun) -> list[tuple[BulkRow, Application | Award | None, str]]:
    """Each row with what it is about and the patient's name, as far as the reader may see them now.

    Whoever changed his place keeps the outcomes of his old runs, and no longer reads whom they were about.
    """
    rows = run.rows.select_related("notice").order_by("position")
    cases = applications_visible_to(user).filter(pk__in=rows.values("application"))
    awards = awards_visible_to(user).filter(pk__in=rows.values("award"))
    visible: dict[tuple[int | None, int | None], Application | Award] = {}
    visible |= {(case.pk, None): case for case in cases.select_related("person")}
    visible |= {(None, award.pk): award for award in awards}
    return [
        (row, found, found.person.name if found is not None else "")
        for row in rows
        for found in [visible.get((row.application_id, row.award_id))]
    ]


def _act(
    request: StaffRequest, run_id: int, operation: Callable[..., BulkRun], done: str
) -> HttpResponse:
    found = _run(request, run_id)
    try:
        operation(found, actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("bulk_run", run_id)
