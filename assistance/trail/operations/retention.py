"""How long what is kept, and on what basis: one table, carried out with a dry run."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import axes.models
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from assistance.cases.models import Application
from assistance.cases.states import FINISHED
from assistance.jobs.operations import purge_exports
from assistance.registry.models import AccessLog
from assistance.registry.operations.lists import purge_lists
from assistance.settlements.operations import purge_deliveries
from assistance.settlements.operations.payers import purge_payer_files
from assistance.trail.models import ChainLink, Removal
from assistance.trail.operations.rotation import without_triggers

YEAR = timedelta(days=366)  # a day too late rather than too early


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of records. `apply` removes what is due and says how many; None: nothing is removed here."""

    code: str
    what: str
    kept: str
    basis: str
    apply: Callable[[datetime], int] | None = None


@dataclass(frozen=True, slots=True)
class Due:
    rule: Rule
    count: int


def _sessions(at: datetime) -> int:
    return Session.objects.filter(expire_date__lt=at).delete()[0]


def _logins(at: datetime) -> int:
    old = at - 3 * YEAR
    tables = (axes.models.AccessLog, axes.models.AccessAttempt)
    return sum(int(table.objects.filter(attempt_time__lt=old).delete()[0]) for table in tables)


def _accesses(at: datetime) -> int:
    """Up to the last row that is old enough and sealed; the chain learns that they went lawfully."""
    old = AccessLog.objects.filter(at__lt=at - 3 * YEAR)
    table = AccessLog._meta.db_table
    sealed = ChainLink.objects.filter(table_name=table).aggregate(last=Max("last_id"))["last"] or 0
    last = old.filter(pk__lte=sealed).aggregate(last=Max("pk"))["last"]
    if last is None:
        return 0
    going = old.filter(pk__lte=last)
    with connection.cursor() as cursor:
        without_triggers(cursor, table)
        count = going._raw_delete(going.db)
        cursor.execute("SELECT set_config('pgtrigger.ignore', '', true)")
    Removal.objects.create(table_name=table, last_id=last, count=count, rule="accesses", at=at)
    return count


RULES = (
    Rule(
        "lists",
        "staged rows and files of recipient lists",
        "180 days after the upload",
        "the time within which a list can be taken back; PIPL art. 19: no longer than needed",
        lambda at: purge_lists(at=at),
    ),
    Rule(
        "deliveries",
        "files of bills",
        "180 days after the delivery",
        "as for lists",
        lambda at: purge_deliveries(at=at),
    ),
    Rule(
        "payers",
        "files of further payers",
        "180 days after the upload",
        "as for lists",
        lambda at: purge_payer_files(at=at),
    ),
    Rule(
        "exports",
        "lists taken out, kept for their owner",
        "7 days",
        "PIPL art. 19",
        lambda at: purge_exports(at=at),
    ),
    Rule("sessions", "sessions that have ended", "until they end", "PIPL art. 19", _sessions),
    Rule(
        "logins",
        "log-ins and failed log-ins",
        "3 years, at least 6 months",
        "Cybersecurity Law art. 21 (3)",
        _logins,
    ),
    Rule(
        "accesses",
        "access log",
        "3 years, at least 6 months",
        "PIPL art. 56; Cybersecurity Law art. 21 (3)",
        _accesses,
    ),
    Rule(
        "assessments",
        "impact assessments of personal data, on paper at the office",
        "3 years",
        "PIPL art. 56",
    ),
    Rule(
        "history",
        "changes of rows, sealed chain",
        "as long as the case files they are about",
        "evidence of the case file",
    ),
    Rule(
        "cases",
        "case files, decisions and payments",
        "10 years after the end, then to the archive (--archive)",
        "the county's schedule for case files; nothing is removed before the archive has it",
    ),
)


def apply_retention(*, at: datetime, dry_run: bool) -> Iterator[Due]:
    """Carry out every rule in a transaction of its own; what came of each.

    A dry run does the same and takes it back. To be run as the owner of the tables: the program's own
    role cannot remove what is written once.
    """
    for rule in RULES:
        yield Due(rule, _applied(rule, at, dry_run))


def _applied(rule: Rule, at: datetime, dry_run: bool) -> int:
    if rule.apply is None:
        return for_the_archive(at).count() if rule.code == "cases" else 0
    with transaction.atomic():
        count = rule.apply(at)
        transaction.set_rollback(dry_run)
    return count


def for_the_archive(at: datetime) -> QuerySet[Any]:
    """Cases that ended ten years ago: `ended` is their last step."""
    rows = Application.objects.filter(state__in=FINISHED)
    ended = rows.annotate(ended=Max("changes__at"))
    return ended.filter(ended__lt=at - 10 * YEAR).order_by("number")


def write_archive_list(path: Path, *, at: datetime) -> int:
    """The numbers of those cases with year, agency and last day, without names; how many."""
    count = 0
    with path.open("x", newline="", encoding="utf-8-sig") as file:
        out = csv.writer(file)
        out.writerow(["case", "year", "agency", "ended"])
        for case in for_the_archive(at).select_related("agency").iterator():
            out.writerow(
                [case.number, case.benefit_year, case.agency.code, timezone.localdate(case.ended)]
            )
            count += 1
    return count
