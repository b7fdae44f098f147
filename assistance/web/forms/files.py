"""Fields for papers: what the browser offers; what is accepted is decided by the content."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# A phone offers its camera for these.
ACCEPT = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
HELP = _("PDF, JPG or PNG, at most 10 MB each; a phone may take the picture.")


class PaperField(forms.FileField):
    """One paper. The operation keeps it: `files.operations.keep` says what it refuses."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", HELP)
        options.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPT}))
        # An empty file is refused by the operation, with the same sentence as everywhere.
        super().__init__(allow_empty_file=True, **options)


class _SeveralInput(forms.FileInput):
    allow_multiple_selected = True


class PapersField(PaperField):
    """Several papers at once; the value is a list."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", _SeveralInput(attrs={"accept": ACCEPT, "multiple": True}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each file by itself; a list where none is required and none came."""
        several: list[Any] = data if isinstance(data, list) else [data] if data else []
        if not several:
            super().clean(None, initial)
            return []
        return [super(PapersField, self).clean(one, initial) for one in several]
