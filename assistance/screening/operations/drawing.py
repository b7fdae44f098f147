"""Drawing up a list: one statement over the running totals of everybody, everything or nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.calculation.results import ENGINE
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Cancelled, Outcome, Tells
from assistance.screening.models import ListRun, Period
from assistance.screening.operations.runs import end_run, rule_for
from assistance.screening.queries import runs_in_force
from assistance.screening.queries.quarters import reviewed_in_quarter
from assistance.screening.rules import Rule
from assistance.screening.statements import DIGEST, PEOPLE, draw_up, values_of
from assistance.screening.states import PeriodState, ReviewState, RunKind, RunState
from assistance.shared.errors import Refused

ONE_DAY = timedelta(days=1)


def draw_up_list(job: BackgroundJob, progress: Tells) -> Outcome:
    """Draw up the list of the run `job.target`: the executor of `screening.list`.

    Entries, departures, counts and digest are written in one transaction; a run that was finished before is
    only reported. Raises Refused, which ends the run with the reason.
    """
    try:
        return _draw_up(job.target, progress)
    except Refused as refusal:
        end_run(job.target, RunState.FAILED, str(refusal), at=timezone.now())
        raise
    except Cancelled:
        stopped = _("Stopped before anything was changed.")
        end_run(job.target, RunState.CANCELLED, stopped, at=timezone.now())
        raise


@transaction.atomic
def _draw_up(pk: int, progress: Tells) -> Outcome:
    run = _locked(pk)
    if run.state == RunState.QUEUED:
        progress.tell(message=_("Reading the rule"))
        run.version, rule = rule_for(run.period, run.as_of)
        run.engine, run.parameters = ENGINE, rule.shown()
        compared = _compared_with(run)
        run.previous = compared[0] if compared else None
        progress.tell(message=_("Looking everybody through"))
        run.counts = _write(run, rule, compared)
        progress.tell(
            done=run.counts["listed"], total=run.counts["people"], message=_("Sealing the list")
        )
        _finish(run)
        progress.tell(message=_("Drawn up"))
    return _outcome(run)


def _locked(pk: int) -> ListRun:
    period = ListRun.objects.values_list("period", flat=True).get(pk=pk)
    Period.objects.select_for_update().get(pk=period)
    rows = ListRun.objects.select_for_update(of=("self",))
    return rows.select_related("period__agency", "version").get(pk=pk)


def _compared_with(run: ListRun) -> list[ListRun]:
    """The list before: of the nearest earlier period that was drawn up, with its supplements. A supplement
    is compared with the list that it supplements: of the bottom line, with those under review or sealed."""
    period = run.period
    if run.kind == RunKind.SUPPLEMENT:
        reviewed = period.runs.filter(review__state__in=(ReviewState.OPEN, ReviewState.SEALED))
        return list(reviewed.order_by("id")) or runs_in_force(period)
    earlier = Period.objects.filter(
        agency=period.agency, kind=period.kind, last_day__lt=period.last_day, state=PeriodState.DONE
    )
    nearest = earlier.order_by("-last_day").first()
    return runs_in_force(nearest) if nearest is not None else []


def _before(run: ListRun, compared: list[ListRun]) -> dict[str, Any]:
    """Whose rows count as listed before: on a supplement of lists under review whoever is a case there, at
    whichever agency; a row of which another agency's list had the case is lost once that list was replaced."""
    by_case = run.kind == RunKind.SUPPLEMENT and any(hasattr(one, "review") for one in compared)
    rows = reviewed_in_quarter(run.period) if by_case else compared
    return {"previous": [one.pk for one in rows], "by_case": by_case}


def _write(run: ListRun, rule: Rule, compared: list[ListRun]) -> dict[str, Any]:
    """The rows of the run; returns its counts."""
    day = run.as_of
    values: dict[str, Any] = values_of(rule) | {
        "run": run.pk,
        "agency": run.period.agency_id,
        "year": day.year,
        "month": day.month,
        "as_of": day,
        **_before(run, compared),
        "in_year": bool(compared) and compared[0].as_of.year == day.year,
        "supplement": run.kind == RunKind.SUPPLEMENT,
    }
    at_month_end = (day + ONE_DAY).day == 1
    with connection.cursor() as cursor:
        # The planner thinks the statement dear, so it would be compiled for longer than it runs.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(PEOPLE, values)
        people = cursor.fetchone()[0]
        cursor.execute(draw_up(rule, at_month_end=at_month_end), values)
        listed, entered, stayed, left, why = cursor.fetchone()
    return {
        "people": people,
        "listed": listed,
        "entered": entered,
        "stayed": stayed,
        "left": left,
        "why": json.loads(why) if isinstance(why, str) else why,
    }


def _finish(run: ListRun) -> None:
    """Seal the run; its period is done unless it was a trial."""
    with connection.cursor() as cursor:
        cursor.execute(DIGEST, [run.pk])
        run.digest = cursor.fetchone()[0]
    run.state, run.finished_at = RunState.DONE, timezone.now()
    run.save(
        update_fields=[
            "version",
            "engine",
            "parameters",
            "previous",
            "counts",
            "digest",
            "state",
            "finished_at",
        ]
    )
    if run.kind != RunKind.TRIAL:
        Period.objects.filter(pk=run.period_id).update(state=PeriodState.DONE)


def _outcome(run: ListRun) -> Outcome:
    figures = {name: run.counts[name] for name in ("listed", "entered", "left")}
    sentence = _("%(listed)d people are on the list: %(entered)d are new, %(left)d have left.")
    return Outcome(sentence % figures, figures)
