"""Papers of a case: what is uploaded, why one is voided, what became of an original."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.cases.models import Evidence, EvidenceKind, Original
from assistance.cases.operations.evidence import NEXT_ORIGINAL
from assistance.web.forms.base import ScreenForm
from assistance.web.forms.files import PapersField


class EvidenceForm(ScreenForm):
    submit_label = _("Add the papers")
    rows = (("kind",), ("papers",), ("note", "original"))

    kind = forms.ChoiceField(label=_("Kind of paper"))
    papers = PapersField(label=_("Files"))
    note = forms.CharField(
        label=_("Pages or note"),
        max_length=120,
        required=False,
        help_text=_("For instance: pages 1 to 3 of the list of fees."),
    )
    original = forms.ChoiceField(
        label=_("Original"),
        required=False,
        choices=[
            (choice.value, choice.label) for choice in Original if choice != Original.RETURNED
        ],
    )

    def __init__(self, *args: Any, kinds: list[EvidenceKind], **options: Any) -> None:
        super().__init__(*args, **options)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(one.value, one.label) for one in kinds]


class VoidEvidenceForm(ScreenForm):
    submit_label = _("Take the paper out of the case")
    submit_class = "btn-outline-danger"
    rows = (("reason",),)

    reason = forms.CharField(label=_("Reason"), max_length=200)


class OriginalForm(ScreenForm):
    submit_label = _("Note it")
    submit_class = "btn-outline-primary"
    rows = (("original", "note"),)

    original = forms.ChoiceField(label=_("The original was"))
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def __init__(self, *args: Any, evidence: Evidence, **options: Any) -> None:
        super().__init__(*args, **options)
        original = self.fields["original"]
        assert isinstance(original, forms.ChoiceField)
        following = NEXT_ORIGINAL[evidence.original]
        original.choices = [
            (choice.value, choice.label) for choice in Original if choice in following
        ]
