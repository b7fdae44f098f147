"""Is everything alive that nobody watches: database, broker, clock work, calendar, disk."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import redis
from celery.schedules import maybe_schedule
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_celery_beat.models import PeriodicTask

from assistance.accounts.queries import missing_calendar_years
from assistance.jobs.models import Sweep
from assistance.shared.fonts import font_problem

LATE_AFTER = timedelta(minutes=5)
PATIENCE = 5  # times its interval, where that is longer
BROKER_SECONDS = 2
ENOUGH_DISK = 1024**3
HOURS = 24
LABELS = {
    "cases.close_due_notices": gettext_lazy("closing of ended notices"),
    "cases.continue_waiting": gettext_lazy("going on with cases that waited for money"),
    "registry.do_list_jobs": gettext_lazy("work on recipient lists"),
    "registry.purge_lists": gettext_lazy("removal of the files of closed lists"),
    "settlements.do_payer_jobs": gettext_lazy("work on files of further payers"),
    "settlements.book_waiting_payments": gettext_lazy("booking of payments that waited"),
    "settlements.purge_payer_files": gettext_lazy("removal of old files of further payers"),
    "settlements.do_bill_jobs": gettext_lazy("work on deliveries of bills"),
    "settlements.book_waiting": gettext_lazy("booking of bills that waited for their person"),
    "settlements.look_again": gettext_lazy("figuring bills anew by what became known later"),
    "settlements.purge_deliveries": gettext_lazy("removal of the files of old deliveries"),
    "payments.follow_deaths": gettext_lazy("holding awards of people who have died"),
    "screening.follow_pushes": gettext_lazy("telling partners whom the lists name"),
    "screening.prepare_prospects": gettext_lazy("preparing applications of people who may qualify"),
    "screening.look_at_paid": gettext_lazy("looking for bottom-line money paid too much"),
    "screening.write_periods": gettext_lazy("writing down which lists are due"),
    "screening.do_lists": gettext_lazy("drawing up of lists"),
    "web.do_exports": gettext_lazy("making of large lists to take out"),
    "jobs.purge_exports": gettext_lazy("removal of large lists that were taken out"),
    "trail.seal": gettext_lazy("sealing of what was written once"),
    "trail.check_chain": gettext_lazy("check of the sealed records"),
    "trail.mark_unusual": gettext_lazy("looking for unusual access"),
    "accounts.deactivate_dormant": gettext_lazy("deactivation of accounts not used for long"),
    "files.sweep_orphans": gettext_lazy("removal of papers that belong to nothing"),
}


class HealthCheck(NamedTuple):
    name: str
    ok: bool
    sentence: str


class StaleSweep(NamedTuple):
    """A sweeper that is overdue; `finished_at` is None when it never came to an end."""

    name: str
    finished_at: datetime | None


def health_checks(now: datetime | None = None) -> list[HealthCheck]:
    """What a person should look at, best read from the top; never raises."""
    now = now or timezone.now()
    database = _database()
    if not database.ok:
        # Sweeps and calendar are in the database: one broken thing, one sentence.
        return [database, _broker(), _fonts(), _disk()]
    return [database, _broker(), *_sweeps(now), _calendar(now), _fonts(), _disk()]


def stale_sweeps(now: datetime) -> list[StaleSweep]:
    """The scheduled sweepers that did not finish a run lately.

    Late is five of their intervals, but not less than five minutes; at fixed times, also weekly or monthly ones, a
    day after the time that was missed, or an hour where every hour has one. A run under way counts with the
    time it began, so a long one is not taken for a dead one at once.
    """
    rows = {sweep.name: sweep for sweep in Sweep.objects.all()}
    stale = []
    for task, rung in _schedules().items():
        sweep = rows.get(task)
        seen = None if sweep is None else sweep.finished_at or sweep.started_at
        if _is_late(rung, seen, now):
            stale.append(StaleSweep(task, sweep.finished_at if sweep else None))
    return stale


def _is_late(rung: Any, seen: datetime | None, now: datetime) -> bool:
    hours = getattr(rung, "hour", None)
    if hours is None:
        return seen is None or now - seen > max(PATIENCE * rung.run_every, LATE_AFTER)
    if seen is None:
        # What has a fixed time may not have come to it yet.
        return False
    last, following, _clock = rung.remaining_delta(seen)
    patience = timedelta(hours=1) if len(hours) == HOURS else timedelta(days=1)
    return bool(now > last + following + patience)


def _schedules() -> dict[str, Any]:
    """When each scheduled task rings: by the rows of the console, or else by the settings. None that is switched off."""
    found: dict[str, Any] = {
        str(entry["task"]): entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }
    rows = PeriodicTask.objects.filter(task__in=found).select_related("interval", "crontab")
    for row in rows.filter(enabled=False):
        found.pop(row.task, None)
    found |= {row.task: row.schedule for row in rows.filter(enabled=True)}
    return {task: maybe_schedule(given) for task, given in found.items()}


def _switched_off() -> list[HealthCheck]:
    tasks = PeriodicTask.objects.filter(task__in=LABELS, enabled=False).order_by("task")
    sentence = _("“%(name)s” is switched off in the console.")
    return [
        HealthCheck(_("Scheduled work"), False, sentence % {"name": label(task)})
        for task in tasks.values_list("task", flat=True)
    ]


def _database() -> HealthCheck:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HealthCheck(_("Database"), False, _("The database does not answer."))
    return HealthCheck(_("Database"), True, _("The database answers."))


def _broker() -> HealthCheck:
    try:
        with redis.Redis.from_url(
            settings.CELERY_BROKER_URL,
            socket_connect_timeout=BROKER_SECONDS,
            socket_timeout=BROKER_SECONDS,
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError):
        sentence = _("The message broker does not answer. Due work waits; nothing is lost.")
        return HealthCheck(_("Message broker"), False, sentence)
    return HealthCheck(_("Message broker"), True, _("The message broker answers."))


def _sweeps(now: datetime) -> list[HealthCheck]:
    off, name = _switched_off(), _("Scheduled work")
    late = [HealthCheck(name, False, _stale_sentence(sweep)) for sweep in stale_sweeps(now)]
    in_order = HealthCheck(name, True, _("The scheduled work runs on time."))
    return [*off, *late] or [in_order]


def label(name: str) -> str:
    """What people call a sweep; its own name if nobody has named it."""
    return str(LABELS.get(name, name))


def _stale_sentence(sweep: StaleSweep) -> str:
    if sweep.finished_at is None:
        return _("“%(name)s” has not run yet, or its last run never ended.") % {
            "name": label(sweep.name)
        }
    return _("“%(name)s” last ran on %(at)s.") % {
        "name": label(sweep.name),
        "at": date_format(timezone.localtime(sweep.finished_at), "Y-m-d H:i"),
    }


def _calendar(now: datetime) -> HealthCheck:
    missing = missing_calendar_years(timezone.localdate(now))
    if not missing:
        sentence = _("The working-day calendar is complete.")
        return HealthCheck(_("Working-day calendar"), True, sentence)
    years = ", ".join(map(str, missing))
    sentence = _(
        "The working-day calendar has no entries for %(years)s: deadlines there follow the weekdays."
    ) % {"years": years}
    return HealthCheck(_("Working-day calendar"), False, sentence)


def _fonts() -> HealthCheck:
    problem = font_problem()
    sentence = problem or _("The fonts for printed papers are there.")
    return HealthCheck(_("Printing fonts"), problem is None, sentence)


def _disk() -> HealthCheck:
    """Of the program's disk and of that of the papers the fuller one; the database says itself when it is full."""
    places = [settings.BASE_DIR, settings.PAPERS_ROOT]
    free = min(shutil.disk_usage(place).free for place in places if place.exists())
    sentence = _("%(free)s GB of disk space are free.") % {"free": f"{free / 1024**3:.1f}"}
    return HealthCheck(_("Disk space"), free >= ENOUGH_DISK, sentence)
