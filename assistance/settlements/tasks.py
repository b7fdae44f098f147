from __future__ import annotations

from collections.abc import Mapping

from celery import shared_task
from django.utils import timezone

from assistance.jobs.operations import Executor, record_sweep, run_due_jobs
from assistance.settlements import operations
from assistance.settlements.operations import late, payers

PAYER_EXECUTORS: Mapping[str, Executor] = {
    "settlements.receive_payer_file": payers.receive,
    "settlements.book_payer_file": payers.book,
}


@shared_task(name="settlements.do_payer_jobs")
def do_payer_jobs(**_options: object) -> None:
    with record_sweep("settlements.do_payer_jobs") as sweep:
        sweep.handled, sweep.failed = run_due_jobs(PAYER_EXECUTORS)
        payers.close_given_up()


@shared_task(name="settlements.book_waiting_payments")
def book_waiting_payments(**_options: object) -> None:
    with record_sweep("settlements.book_waiting_payments") as sweep:
        at = timezone.now()
        sweep.handled = payers.reread_bad_rows(at=at) + payers.book_waiting_payments(at=at)


@shared_task(name="settlements.purge_payer_files")
def purge_payer_files(**_options: object) -> None:
    with record_sweep("settlements.purge_payer_files") as sweep:
        sweep.handled = payers.purge_payer_files(at=timezone.now())


EXECUTORS: Mapping[str, Executor] = {"settlements.import_bills": operations.carry_in}


@shared_task(name="settlements.do_bill_jobs")
def do_bill_jobs(**_options: object) -> None:
    with record_sweep("settlements.do_bill_jobs") as sweep:
        sweep.handled, sweep.failed = run_due_jobs(EXECUTORS)
        operations.close_given_up()


@shared_task(name="settlements.book_waiting")
def book_waiting_rows(**_options: object) -> None:
    with record_sweep("settlements.book_waiting") as sweep:
        sweep.handled = operations.book_all_waiting(at=timezone.now())


@shared_task(name="settlements.purge_deliveries")
def purge_deliveries(**_options: object) -> None:
    with record_sweep("settlements.purge_deliveries") as sweep:
        sweep.handled = operations.purge_deliveries(at=timezone.now())


@shared_task(name="settlements.look_again")
def look_again(**_options: object) -> None:
    """What became known after a bill was figured gives a figure of its own; a person decides what follows."""
    with record_sweep("settlements.look_again") as sweep:
        sweep.handled, sweep.failed = late.look_again(at=timezone.now())
