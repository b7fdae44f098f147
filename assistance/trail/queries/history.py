"""Changes of rows for a reader: of whom, of which case, and in words, with what is personal masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BinaryField,
    Field,
    ForeignKey,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.shared.models import RowChange
from assistance.trail.classes import TableClass, models_of
from assistance.trail.permissions import may_read_trail
from assistance.trail.queries.masked import shown
from assistance.trail.queries.rows import model_of_table


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column: its name for a person, and what stood there before and after."""

    label: str
    before: str
    after: str


def changes_visible_to(user: User) -> QuerySet[RowChange]:
    """All changes of rows for who reads the trail, with the writer's name; none for anybody else."""
    if not may_read_trail(user):
        return RowChange.objects.none()
    writer = User.objects.filter(pk=OuterRef("user_id")).values("full_name")[:1]
    return RowChange.objects.annotate(writer=Subquery(writer))


def about(subject: type[Model], keys: Sequence[int]) -> Q:
    """The changes of a person's records or of a case, and of the edited rows that name them, also removed.

    The rows are looked up first: an index answers for numbers, never for a subquery beside an OR.
    """
    found = Q(table_name=subject._meta.db_table, row_id__in=keys)
    for model in models_of(TableClass.EDITED):
        table = Q(table_name=model._meta.db_table)
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is subject:
                named = model._base_manager.filter(**{f"{field.name}__in": keys})
                if rows := list(named.values_list("pk", flat=True)):
                    found |= table & Q(row_id__in=rows)
                for key in keys:
                    gone = Q(kind="delete", changes__contains={field.column: [key]})
                    found |= table & gone
    return found


def table_label(table: str) -> str:
    model = model_of_table(table)
    return str(model._meta.verbose_name) if model else table


def table_choices() -> list[tuple[str, str]]:
    """The tables that have a history, by the name a person knows them by."""
    names = [
        (model._meta.db_table, str(model._meta.verbose_name))
        for model in models_of(TableClass.EDITED)
    ]
    return sorted(names, key=lambda name: name[1])


def described(change: RowChange) -> list[FieldChange]:
    """What changed, column by column; people are masked, and what is said about them stays hidden."""
    return list(_described(change))


def _described(change: RowChange) -> Iterator[FieldChange]:
    model = model_of_table(change.table_name)
    for column, (before, after) in sorted(change.changes.items()):
        field = _field(model, column)
        if isinstance(field, BinaryField):
            continue  # a digest says nothing to anybody
        label = _label(field) if field else column
        if before is None and after is None and change.kind == RowChange.Kind.UPDATE:
            yield FieldChange(label, _("hidden"), _("hidden"))
        elif before or after or change.kind == RowChange.Kind.UPDATE:
            yield FieldChange(label, shown(field, before), shown(field, after))


def _label(field: Field[Any, Any]) -> str:
    """A relation that nobody has named goes by what it leads to."""
    label = str(field.verbose_name)
    if isinstance(field, ForeignKey) and label == field.name.replace("_", " "):
        return str(field.related_model._meta.verbose_name)
    return label


def _field(model: type[Model] | None, column: str) -> Field[Any, Any] | None:
    if model is None:
        return None
    for field in model._meta.concrete_fields:
        if field.column == column:
            return field
    return None
