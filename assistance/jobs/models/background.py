from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.shared.fields import EncryptedTextField


class BackgroundJob(models.Model):
    """A piece of long work. The row is the queue, a claim is a lease: who works, and until when.

    Whoever works renews the lease; a lease that has run out is claimed anew, so the work of a killed
    worker is begun again. That is safe because a kind of work leaves either everything or nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=60)
    # What the kind of work is done to, by the id that its app knows.
    target = models.BigIntegerField(editable=False)
    # In words without personal data.
    subject = models.CharField(_("subject"), max_length=200)
    filename = EncryptedTextField(_("file"), blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("agency")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), default=0)
    # What it is at, why it failed, or what came out: a sentence.
    message = models.CharField(_("message"), max_length=400, blank=True)
    result = models.JSONField(_("result"), default=dict)
    queued_at = models.DateTimeField(_("queued at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    worker = models.CharField(_("worker"), max_length=80, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    cancel_asked_at = models.DateTimeField(_("cancelling asked at"), null=True)
    cancel_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target"],
                condition=Q(state__in=["queued", "running"]),
                name="one_live_job_of_a_kind_and_target",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "id"],
                condition=Q(state__in=["queued", "running"]),
                name="job_live",
            ),
            models.Index(fields=["agency", "-id"], name="job_by_agency"),
            models.Index(fields=["owner", "-id"], name="job_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_live(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}
