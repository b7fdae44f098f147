"""Long work in words: what it is called, how far, how fast, how much longer, and where it leads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assistance.accounts.models import User
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import EXPORT
from assistance.jobs.permissions import may_cancel
from assistance.jobs.queries import pace

KINDS = {
    "registry.preview_list": gettext_lazy("Read and compare a recipient list"),
    "registry.apply_list": gettext_lazy("Apply a recipient list"),
    "settlements.receive_payer_file": gettext_lazy("Read a file of a further payer"),
    "settlements.book_payer_file": gettext_lazy("Book a file of a further payer"),
    "settlements.import_bills": gettext_lazy("Book a file of bills"),
    EXPORT: gettext_lazy("Take out a large list"),
}
# Where to go from a job, by its kind: a path that takes the target's id.
PAGES = dict.fromkeys(KINDS, "list_import") | {
    "settlements.receive_payer_file": "payer_file",
    "settlements.book_payer_file": "payer_file",
    "settlements.import_bills": "delivery",
    EXPORT: "export_file",
}


def kind(job: BackgroundJob) -> str:
    return str(KINDS.get(job.kind, job.kind))


def shown(job: BackgroundJob, user: User) -> dict[str, Any]:
    """What the progress block of a job shows."""
    speed = pace(job, now())
    return {
        "job": job,
        "kind": kind(job),
        "percent": speed.percent,
        "per_second": f"{speed.per_second:,.0f}" if speed.per_second else "",
        "left": _words(speed.left) if speed.left is not None else "",
        "leads_to": PAGES.get(job.kind, "") if _leads_on(job, user) else "",
        "open_label": _("Fetch the file") if job.kind == EXPORT else _("Look at it"),
        "may_cancel": may_cancel(user, job) and job.cancel_asked_at is None,
    }


def _leads_on(job: BackgroundJob, user: User) -> bool:
    """A list is there while it is worked on; a file only once it is made, and for its owner."""
    is_there = job.state == BackgroundJob.State.DONE and job.owner_id == user.pk
    return job.kind != EXPORT or is_there


def _words(left: timedelta) -> str:
    seconds = int(left.total_seconds())
    if seconds < 60:
        return _("less than a minute")
    minutes = seconds // 60
    return ngettext("about %(count)d minute", "about %(count)d minutes", minutes) % {
        "count": minutes
    }
