"""Pages of the list of bills: by key, as the screens have it, against COUNT and OFFSET.

Both sides fetch fifty bills of the agency with their people, newest first, at the same random depths of the whole
list; ours asks also for its count up to 10,000. The data are rows of one agency, made in the database. Figures are
milliseconds of wall time for one page, rounds interleaved; only the ratios of one run count.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from statistics import mean, quantiles
from typing import Any

import django
from django.core.paginator import Paginator
from django.db import connection

django.setup()

from django.contrib.auth.models import Group  # noqa: E402 - after the settings

from assistance.accounts.models import Agency, Division, User  # noqa: E402
from assistance.accounts.roles import Role  # noqa: E402
from assistance.settlements.models import Settlement  # noqa: E402
from assistance.settlements.queries import bills_visible_to  # noqa: E402
from assistance.shared import crypto, paging  # noqa: E402

ORDER = ("-settled_on", "-id")
# Of the list, at which pages are asked for.
PLACES = 50
_PEOPLE = """
INSERT INTO registry_person (name, pinyin_key, sex, born_on, certificate_type, id_number, id_digest,
                             tail_digest, phone, phone_digest, township_id, agency_id, created_at)
SELECT '张某', 'zhangmou', '1', date '1950-01-01' + n %% 9000, '01', %(number)s, sha256(n::text::bytea),
       '', '', '', %(township)s, %(agency)s, now()
  FROM generate_series(%(first)s, %(last)s) AS n
"""
# Every so many rows one, in the order of the list: read once, not counted from the top for each place.
_HEADS = """
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY settled_on DESC, id DESC) AS n FROM settlements_settlement) AS rows
 WHERE (n - 1) %% %(step)s = 0 ORDER BY n LIMIT %(places)s
"""
_BILLS = """
INSERT INTO settlements_settlement (
    person_id, source, source_id, settled_on, setting, institution, designated, total, in_scope, basic,
    supplementary, big_illness, assistance, invoice_code, invoice_number, reversed_because, visit_id,
    med_type, own_version, institution_code, disease_code, disease_name, entered_at)
SELECT %(person)s + n %% %(people)s, 'insurance', 'bench:' || n, date '2023-01-01' + n %% 1000 * 7919 %% 1000,
       'inpatient', '县人民医院', true, 1000, 900, 500, 0, 0, 0, '', '', '', '', '21', '', '', '', '', now()
  FROM generate_series(%(first)s, %(last)s) AS n
"""


def fill(rows: int) -> None:
    """So many bills of a tenth as many people, without the triggers that look up what they point at; what is
    there already stays."""
    there = Settlement.objects.count()
    agency, township = Agency.objects.all()[0], Division.objects.filter(level="township")[0]
    number = crypto.encrypt("99912719500101001X", label="registry.person.id_number")
    with connection.cursor() as cursor:
        values = {"number": number, "township": township.pk, "agency": agency.pk}
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_PEOPLE, values | {"first": there // 10 + 1, "last": rows // 10})
        cursor.execute("SELECT min(id), count(*) FROM registry_person")
        first, people = cursor.fetchone()
        span = {"first": there + 1, "last": rows, "person": first, "people": people}
        cursor.execute(_BILLS, span)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE registry_person, settlements_settlement")


def reader() -> User:
    user, _ = User.objects.get_or_create(
        username="bench", defaults={"full_name": "bench", "agency": Agency.objects.all()[0]}
    )
    user.groups.add(Group.objects.get_or_create(name=Role.REVIEWER.value)[0])
    return User.objects.get(pk=user.pk)


def measure(side: Callable[[float], Any], depth: float) -> float:
    begun = time.perf_counter()
    found = side(depth)
    if len(found) != paging.PAGE_SIZE:
        raise SystemExit(f"a page of {len(found)} rows")
    return (time.perf_counter() - begun) * 1000


def sides(user: User, rows: int) -> dict[str, Callable[[float], list[Any]]]:
    """Each takes how deep in the list the page is, from 0 to 1, and gives its rows."""
    bills = bills_visible_to(user)
    keys = [paging._key(Settlement, path, place) for place, path in enumerate(ORDER)]
    # Where a page begins is known from the page before it: finding it is not part of asking for it.
    with connection.cursor() as cursor:
        step = (rows - 2 * paging.PAGE_SIZE) // PLACES
        cursor.execute(_HEADS, {"step": step, "places": PLACES})
        heads = [pk for (pk,) in cursor.fetchall()]
    found = Settlement.objects.in_bulk(heads)
    cursors = [paging._cursor(paging.FORWARD, found[pk], keys, ORDER) for pk in heads]

    def by_key(depth: float) -> list[Any]:
        return paging.paginate(bills, order=ORDER, cursor=cursors[int(depth * PLACES)]).rows

    def by_offset(depth: float) -> list[Any]:
        pages = Paginator(bills, paging.PAGE_SIZE)
        return list(pages.page(1 + int(depth * (pages.num_pages - 2))).object_list)

    return {"by key": by_key, "COUNT + OFFSET": by_offset}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--slow", type=int, default=30, help="pages asked of COUNT + OFFSET")
    options = parser.parse_args()
    user, draw = reader(), random.Random(1)
    print("| bills | side | mean ms | p95 ms | pages/s |")
    print("|---:|---|---:|---:|---:|")
    for rows in sorted(options.rows):
        fill(rows)
        both = sides(user, rows)
        times: dict[str, list[float]] = {name: [] for name in both}
        for _ in range(options.pages):
            depth = draw.random()
            for name, side in both.items():
                if name == "by key" or len(times[name]) < options.slow:
                    times[name].append(measure(side, depth))
        for name, found in times.items():
            p95 = quantiles(found, n=20)[-1]
            print(
                f"| {rows:,} | {name} | {mean(found):.1f} | {p95:.1f} | {1000 / mean(found):,.1f} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
