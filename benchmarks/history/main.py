"""What the history of changed rows costs: a list that changes everybody is carried out with its triggers and without.

    make bench ARGS="history --people 20000"

Rounds are interleaved, each rolled back; medians of wall time and of the processor time of the database's process
together with ours; only the ratio of one run counts.
"""

from __future__ import annotations

import argparse
import time
from statistics import median

import django
from django.db import connection, transaction
from django.utils import timezone

django.setup()

from assistance.jobs.models import BackgroundJob  # noqa: E402 - after the settings
from assistance.registry.models import ListImport, ListSource, RecipientSpan  # noqa: E402
from assistance.registry.operations import lists  # noqa: E402
from assistance.registry.operations.lists import steps  # noqa: E402
from assistance.shared.acting import acting  # noqa: E402
from assistance.shared.models import RowChange  # noqa: E402
from benchmarks.drawn.main import server_seconds  # noqa: E402
from benchmarks.lists.main import (  # noqa: E402
    AS_OF,
    HEAD,
    SINCE,
    Quiet,
    make_source,
    numbers,
    register,
)

TABLE = RecipientSpan._meta.db_table


def file_of(everybody: list[str]) -> bytes:
    """Everybody's recognition now ends with the year."""
    lines = (f"{number},蓝青山,红星街道,一村,低保,{SINCE},2026-12-31" for number in everybody)
    return "\n".join([",".join(HEAD), *lines]).encode()


def make_listing(people: int) -> ListImport:
    source, user = make_source()
    ListSource.objects.filter(pk=source.pk).update(guard_percent=100)
    everybody = numbers(people)
    register(source, everybody)
    listing = ListImport(
        source=source, agency=source.agency, lane=source.lane, as_of=AS_OF, is_full=True
    )
    at = timezone.now()
    listing.filename, listing.uploaded_by, listing.uploaded_at = "a.csv", user, at
    listing.file = steps.keep_table(file_of(everybody), name="a.csv", actor=user, at=at)
    listing.save()
    lists.preview(BackgroundJob(kind=steps.PREVIEW, target=listing.pk), Quiet())
    listing = ListImport.objects.get(pk=listing.pk)
    listing.stage, listing.applied_by = ListImport.Stage.APPLYING, user
    listing.save()
    return listing


def carried_out(listing: ListImport, *, noted: bool) -> tuple[float, float]:
    """Seconds of wall and of processor time; what was done is undone."""
    point, kept = transaction.savepoint(), RowChange.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if not noted:
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        begun, used = time.perf_counter(), server_seconds() + time.process_time()
        with acting(source="benchmark"):
            lists.carry_out(BackgroundJob(kind=steps.APPLY, target=listing.pk), Quiet())
        wall = time.perf_counter() - begun
        processor = server_seconds() + time.process_time() - used
    written = RowChange.objects.filter(table_name=TABLE).count()
    if (written >= len(listing.rows.all())) != noted or RowChange.objects.count() < kept:
        raise SystemExit(f"{written} changes were noted")
    transaction.savepoint_rollback(point)
    return wall, processor


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    times: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    with transaction.atomic():
        listing = make_listing(options.people)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE registry_person, registry_recipientspan, registry_listrow")
        print(listing.counts)
        for _round in range(options.rounds):
            for noted, found in times.items():
                found.append(carried_out(listing, noted=noted))
        transaction.set_rollback(True)
    with_, without = (
        [median(part) for part in zip(*times[noted], strict=True)] for noted in (True, False)
    )
    print("| rows | history | seconds | of processor |")
    print("|---:|---|---:|---:|")
    print(f"| {options.people:,} | kept | {with_[0]:.2f} | {with_[1]:.2f} |")
    print(f"| {options.people:,} | not kept | {without[0]:.2f} | {without[1]:.2f} |")
    print(f"{with_[0] / without[0]:.2f} x the time, {with_[1] / without[1]:.2f} x the processor")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
