from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.cases.models.applications import Application
from assistance.cases.models.notices import Notice
from assistance.payments.models import Award, Batch


class BulkRun(models.Model):
    """One step for many cases or awards: tried first, carried out, perhaps taken back; row by row."""

    class Kind(models.TextChoices):
        SUBMIT = "submit", _("Submit")
        SIGN_FIRST_REVIEW = "sign_first_review", _("Sign the first review")
        RETURN = "return", _("Return for completion")
        ASSIGN = "assign", _("Assign to a reviewer")
        NOTICE = "notice", _("Put agreed cases on a public notice")
        HOLD = "hold", _("Hold awards")
        RELEASE = "release", _("Let held awards be paid")
        BATCH = "batch", _("Put awards into a batch")

    kind = models.CharField(_("step"), max_length=20, choices=Kind)
    # The opinion or the reason, the same for every row.
    words = models.CharField(_("opinion or reason"), max_length=500, blank=True)
    # The name of the uploaded file; empty: chosen in a list.
    filename = models.CharField(_("list"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("tried at"))
    carried_out_at = models.DateTimeField(_("carried out at"), null=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+")
    # Whom the cases are assigned to.
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("bulk run")
        verbose_name_plural = _("bulk runs")
        indexes = [models.Index(fields=["by", "-id"], name="bulk_run_by_user")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"


class BulkRow(models.Model):
    """One number of a run, and what became of it. A row leaves READY once: no second press does it again."""

    class Outcome(models.TextChoices):
        READY = "ready", _("Would be done")
        REFUSED = "refused", _("Not possible")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        TAKEN_BACK = "taken_back", _("Taken back")
        KEPT = "kept", _("Not taken back")

    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField(_("no."))
    number = models.CharField(_("number"), max_length=60)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="bulk_rows"
    )
    award = models.ForeignKey(Award, on_delete=models.PROTECT, null=True, related_name="+")
    # The notice that the case was put on; a run makes one for each township and programme.
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="+")
    # Of the case when it was tried, and again after it was done: whatever happens between makes it stale.
    version = models.PositiveIntegerField(null=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    sentence = models.CharField(_("why"), max_length=1000, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("row of a bulk run")
        verbose_name_plural = _("rows of a bulk run")
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_bulk_row_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} #{self.position} {self.number}"
