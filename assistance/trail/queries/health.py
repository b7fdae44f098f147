"""What the last check of the chain found, for the health page."""

from __future__ import annotations

from django.db import DatabaseError
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assistance.jobs.queries.health import HealthCheck
from assistance.trail.models import ChainCheck, Removal
from assistance.trail.queries.history import table_label


def chain_checks() -> list[HealthCheck]:
    """What the last check found and what was removed; nothing where the database does not answer, which another line says."""
    try:
        last = ChainCheck.objects.order_by("-id").first()
    except DatabaseError:
        return []
    return [_check(last), *_removed()]


def _removed() -> list[HealthCheck]:
    """Which rows of what is written once went when their term was over."""
    rows = Removal.objects.values("table_name").annotate(rows=Sum("count"), last=Max("at"))
    sentence = _("%(table)s: %(rows)s were removed after their term, the last on %(at)s.")
    return [
        HealthCheck(
            _("Removed records"),
            True,
            sentence
            % {
                "table": table_label(row["table_name"]),
                "rows": row["rows"],
                "at": date_format(timezone.localtime(row["last"]), "Y-m-d H:i"),
            },
        )
        for row in rows.order_by("table_name")
    ]


def _check(last: ChainCheck | None) -> HealthCheck:
    name = _("Sealed records")
    if last is None:
        return HealthCheck(name, True, _("The sealed records have not been checked yet."))
    facts = {
        "rows": last.rows,
        "at": date_format(timezone.localtime(last.finished_at), "Y-m-d H:i"),
        "found": last.found,
    }
    if last.found:
        sentence = _(
            "The check of %(at)s found %(found)s records altered, removed or inserted. "
            "Keep the database as it is and tell the auditor."
        )
        return HealthCheck(name, False, sentence % facts)
    sentence = _("%(rows)s sealed records were as they had been written on %(at)s.")
    return HealthCheck(name, True, sentence % facts)
