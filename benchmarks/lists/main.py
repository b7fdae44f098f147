"""A full recipient list: its comparison with the register against a raw COPY of the file.

Ours begins with the stored file and ends with the rows of the preview: decrypted, read, checked, digested,
matched and compared. COPY puts the same csv into a table of text columns with a primary key and an index on
the number. Rounds are interleaved, each is rolled back, figures are medians; only the ratio of one run counts.
"""

from __future__ import annotations

import argparse
import csv
import io
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any

import django
from django.db import connection, transaction
from django.utils import timezone

django.setup()

from assistance.accounts.models import Agency, Division, User  # noqa: E402 - after the settings
from assistance.accounts.queries import townships_of  # noqa: E402
from assistance.jobs.models import BackgroundJob  # noqa: E402
from assistance.registry.models import (  # noqa: E402
    Department,
    ListImport,
    ListSource,
    Person,
    RecipientCategory,
    RecipientSpan,
)
from assistance.registry.numbers import id_digest  # noqa: E402
from assistance.registry.operations import lists  # noqa: E402
from assistance.registry.operations.lists import steps  # noqa: E402
from assistance.shared.identity_numbers import demo_number  # noqa: E402

HEAD = ("身份证号码", "姓名", "乡镇街道", "村社", "对象类别", "认定日期", "结束日期")
AS_OF, SINCE = date(2026, 11, 1), date(2026, 1, 1)
# Of a hundred people one has another end date; of two hundred one is missing, and one is new.
CHANGED, MISSING, NEW = 100, 200, 200


class Quiet:
    def tell(self, **_progress: Any) -> None:
        pass


def numbers(count: int) -> list[str]:
    first = date(1940, 1, 1)
    return [
        demo_number(born_on=first + timedelta(days=n // 500), sex="1", serial=n % 500)
        for n in range(count)
    ]


def register(source: ListSource, known: list[str]) -> None:
    township = townships_of(source.agency)[0]
    people = Person.objects.bulk_create(
        (
            Person(
                name="蓝青山",
                pinyin_key="lanqingshan lqs",
                born_on=date(1960, 1, 1),
                id_number="",
                id_digest=id_digest(number),
                township=township,
                agency=source.agency,
                created_at=timezone.now(),
            )
            for number in known
        ),
        batch_size=5000,
    )
    category = source.categories.get()
    RecipientSpan.objects.bulk_create(
        (
            RecipientSpan(
                person=person,
                category=category,
                recognised_by="民政",
                first_day=SINCE,
                source=source,
                as_of=SINCE,
            )
            for person in people
        ),
        batch_size=5000,
    )


def file_of(source: ListSource, everybody: list[str], known: int) -> bytes:
    township = townships_of(source.agency)[0].name
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEAD)
    for place, number in enumerate(everybody):
        if place < known and place % MISSING == 7:
            continue
        last = "2026-12-31" if place % CHANGED == 3 else ""
        writer.writerow([number, "蓝青山", township, "一村", "低保", SINCE.isoformat(), last])
    return buffer.getvalue().encode()


def make_source() -> tuple[ListSource, User]:
    agency = Agency.objects.get(code="331127")
    user = User.objects.create(username="bench", full_name="bench", agency=agency)
    source = ListSource.objects.create(
        agency=agency, department=Department.CIVIL_AFFAIRS, name="低保"
    )
    source.categories.set([RecipientCategory.objects.get(code="DIBAO")])
    return source, user


def ours(listing: ListImport) -> None:
    lists.preview(BackgroundJob(kind=steps.PREVIEW, target=listing.pk), Quiet())
    found = ListImport.objects.get(pk=listing.pk).counts
    wanted = {"new": listing.counts["new"], "error": 0, "doubt": 0}
    if {key: found[key] for key in wanted} != wanted or not found["ended"] > found["new"]:
        raise SystemExit(f"the comparison is wrong: {found}")


def raw_copy(content: bytes) -> None:
    columns = ", ".join(f"c{place} text" for place in range(len(HEAD)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_raw (id bigserial PRIMARY KEY, {columns})")
        cursor.execute("CREATE INDEX ON bench_raw (c0)")
        names = ", ".join(f"c{place}" for place in range(len(HEAD)))
        with cursor.copy(f"COPY bench_raw ({names}) FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(content)


def rolled_back(side: Callable[[], None]) -> float:
    point = transaction.savepoint()
    begun = time.perf_counter()
    side()
    took = time.perf_counter() - begun
    transaction.savepoint_rollback(point)
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    assert Division.objects.filter(code="331127").exists()
    with transaction.atomic():
        source, user = make_source()
        new = options.people // NEW
        everybody = numbers(options.people + new)
        register(source, everybody[: options.people])
        content = file_of(source, everybody, options.people)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE registry_person, registry_recipientspan")
        listing = ListImport(
            source=source, agency=source.agency, lane=source.lane, as_of=AS_OF, is_full=True
        )
        listing.filename, listing.uploaded_by, listing.uploaded_at = "a.csv", user, timezone.now()
        listing.file = steps.keep_table(content, name="a.csv", actor=user, at=timezone.now())
        listing.counts = {"new": new}
        listing.save()
        sides = {"ours": lambda: ours(listing), "COPY": lambda: raw_copy(content)}
        times: dict[str, list[float]] = {name: [] for name in sides}
        for _round in range(options.rounds):
            for name, side in sides.items():
                times[name].append(rolled_back(side))
        transaction.set_rollback(True)
    print("| people | side | seconds | ours takes |")
    print("|---:|---|---:|---:|")
    for name, found in times.items():
        ratio = median(times["ours"]) / median(found)
        print(f"| {options.people:,} | {name} | {median(found):.2f} | {ratio:.1f} x its time |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
