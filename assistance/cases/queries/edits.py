"""What happened to a case since somebody opened its form, and what he had typed before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.accounts.models import User
from assistance.cases.models import (
    Application,
    CaseEdit,
    FactItem,
    FactSheet,
    FormDraft,
    StatusChange,
)
from assistance.cases.states import Action

MOST_LINES = 12
# What has no column of its own name.
SPECIAL = {"bill": gettext_lazy("bill"), "aid": gettext_lazy("other aid")}
MODEL_OF: dict[str, type[Model]] = {
    CaseEdit.Part.DECLARED: FactSheet,
    CaseEdit.Part.ACCEPTED: FactSheet,
    CaseEdit.Part.CASE: Application,
}


@dataclass(frozen=True, slots=True)
class Draft:
    values: dict[str, str]
    saved_at: datetime


def changes_since(application: Application, version: int) -> list[str]:
    """Who changed what after that version of the case, one sentence a change, in order."""
    edits = application.edits.filter(version__gt=version).select_related("by", "bill")
    moves = application.changes.filter(version__gt=version).select_related("by")
    lines = [(edit.at, _edited(edit)) for edit in edits.order_by("id")]
    lines += [(move.at, _moved(move)) for move in moves.order_by("id")]
    lines.sort(key=lambda line: line[0])
    return [text for _at, text in lines[-MOST_LINES:]]


def draft_of(user: User, form: str, subject: str) -> Draft | None:
    """What `user` typed into the form about this object and has not sent."""
    row = FormDraft.objects.filter(user=user, form=form, subject=subject).first()
    return None if row is None else Draft(json.loads(row.values), row.saved_at)


def _edited(edit: CaseEdit) -> str:
    label, old, new = _words(edit)
    return _("%(who)s, %(when)s: %(what)s “%(old)s” → “%(new)s”.") % {
        "who": edit.by,
        "when": _when(edit.at),
        "what": label if edit.bill is None else f"{edit.bill} · {label}",
        "old": old,
        "new": new,
    }


def _moved(move: StatusChange) -> str:
    known = move.action in Action.values
    return _("%(who)s, %(when)s: %(what)s (%(state)s).") % {
        "who": move.by or _("the system"),
        "when": _when(move.at),
        "what": Action(move.action).label if known else move.action,
        "state": move.get_to_state_display(),
    }


def _words(edit: CaseEdit) -> tuple[str, str, str]:
    """Label and both values as the screen writes them."""
    model = FactItem if edit.bill is not None else MODEL_OF[edit.part]
    names = {field.name: field for field in model._meta.get_fields()}
    field: Any = names.get(edit.field)
    if field is None:
        return str(SPECIAL.get(edit.field, edit.field)), edit.old or "—", edit.new or "—"
    choices = dict(field.flatchoices) | {"True": _("Yes"), "False": _("No"), "": "—"}
    old, new = (str(choices.get(value, value)) for value in (edit.old, edit.new))
    return str(field.verbose_name), old, new


def _when(at: datetime) -> str:
    return date_format(localtime(at), "Y-m-d H:i")
