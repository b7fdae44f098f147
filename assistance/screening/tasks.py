from __future__ import annotations

from collections.abc import Mapping

from celery import shared_task
from django.utils import timezone

from assistance.jobs.operations import Executor, record_sweep, run_due_jobs
from assistance.screening import operations
from assistance.screening.operations import claims

EXECUTORS: Mapping[str, Executor] = {operations.KIND: operations.draw_up_list}


@shared_task(name="screening.follow_pushes")
def follow_pushes(**_options: object) -> None:
    """What finished lists name goes to the partners, who has been recognised moves, who is late is reminded."""
    with record_sweep("screening.follow_pushes") as sweep:
        at = timezone.now()
        moved = operations.follow_recognitions(at=at)
        pushed = operations.push_finished(at=at)
        sweep.handled = moved + pushed + operations.remind_due(at=at)


@shared_task(name="screening.prepare_prospects")
def prepare_prospects(**_options: object) -> None:
    with record_sweep("screening.prepare_prospects") as sweep:
        at = timezone.now()
        lapsed = operations.lapse_prospects(at=at)
        sweep.handled = lapsed + operations.prepare_prospects(at=at)


@shared_task(name="screening.look_at_paid")
def look_at_paid(**_options: object) -> None:
    """What bottom-line money turns out too much is noted at its case; a person proposes to claim it back."""
    with record_sweep("screening.look_at_paid") as sweep:
        sweep.handled = claims.look_at_paid(timezone.localdate())


@shared_task(name="screening.write_periods")
def write_periods(**_options: object) -> None:
    with record_sweep("screening.write_periods") as sweep:
        sweep.handled = operations.write_periods(timezone.localdate())
        operations.raise_alarms(at=timezone.now())


@shared_task(name="screening.do_lists")
def do_lists(**_options: object) -> None:
    """Queues what is due and draws it up, until nothing is left: months that were missed come in order."""
    with record_sweep("screening.do_lists") as sweep:
        while True:
            operations.draw_up_due(at=timezone.now())
            done, failed = run_due_jobs(EXECUTORS)
            operations.close_given_up(at=timezone.now())
            sweep.handled += done
            sweep.failed += failed
            if not done:
                break
