from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.registry.models.people import Person
from assistance.registry.models.spans import ends_after_it_begins, no_overlap
from assistance.shared.tables import edited


class Certificate(models.Model):
    """A paper that changes what is granted while it is valid; its last day counts (B-20)."""

    class Kind(models.TextChoices):
        MENTAL_DISABILITY = "mental_disability", _("Certificate of mental disability")
        SPECIAL_DISEASE = "special_disease", _("Special-disease certificate")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="certificates")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    # Of a special disease: which one; several may be certified at a time.
    disease = models.CharField(_("disease"), max_length=60, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=80)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            no_overlap("one_certificate_of_a_kind_a_day", "person", "kind", "disease"),
            ends_after_it_begins("certificate_ends_after_it_begins"),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.get_kind_display(), self.disease]))
