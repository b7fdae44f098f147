from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from assistance.jobs.models import BackgroundJob
from assistance.web.jobs.shown import KINDS, kind
from assistance.web.lists import ListForm, link, text
from assistance.web.templatetags.yizhu import state_badge

ANY = ("", _("All"))


def _rows(job: Any) -> str:
    return f"{job.done:,} / {job.total:,}" if job.total else ""


class JobList(ListForm):
    subject = "jobs"
    empty = _("No long work matches.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(_("Work"), kind, lambda j: reverse("job", args=[j.pk])),
        text(_("Subject"), lambda j: j.subject),
        text(_("File"), lambda j: j.filename),
        text(_("Owner"), lambda j: j.owner or _("the system"), css="yz-nowrap"),
        text(_("State"), lambda j: j.get_state_display(), state_badge),
        text(_("Rows"), _rows, css="yz-nowrap"),
        text(_("Queued at"), lambda j: f"{localtime(j.queued_at):%Y-%m-%d %H:%M}", css="yz-nowrap"),
        text(_("Result"), lambda j: j.message),
    )

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *BackgroundJob.State.choices]
    )
    kind = forms.ChoiceField(label=_("Work"), required=False, choices=[ANY, *KINDS.items()])
    mine = forms.BooleanField(label=_("Only my own"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "state": wanted["state"],
            "kind": wanted["kind"],
            "owner": self.user if wanted["mine"] else None,
        }
        return rows.filter(**{field: value for field, value in exact.items() if value})
