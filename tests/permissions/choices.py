"""What the fields of a form offer, which is what they take: no row and no name of another agency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpResponse

from assistance.accounts.models import Agency, Division, User
from assistance.accounts.queries import townships_of
from assistance.accounts.scope import scope_of

MOST_ROWS = 300
# Somebody moves anywhere.
ANYWHERE = frozenset({"MoveForm.township"})


def foreign_choices(response: HttpResponse, user: User, known: set[Any]) -> list[str]:
    """Form, field and choice for each choice that is none of the user's.

    A field is looked at once for each user and path: what it offers may depend on the object, and a path is about
    one kind of object.
    """
    found = []
    match = getattr(getattr(response, "wsgi_request", None), "resolver_match", None)
    path = match.view_name if match else ""
    for form in _forms(getattr(response, "context", None)):
        for name, field in form.fields.items():
            place = f"{type(form).__name__}.{name}"
            if (user.pk, path, place) not in known and place not in ANYWHERE:
                known.add((user.pk, path, place))
                found += [f"{user} {place}: {row}" for row in _of(field, user)]
    return found


def _forms(context: Any) -> Iterator[forms.BaseForm]:
    for part in context or ():
        for layer in part:
            values = layer.values() if isinstance(layer, dict) else ()
            for value in values:
                if isinstance(value, forms.BaseForm):
                    yield value


def _of(field: forms.Field, user: User) -> Iterator[str]:
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        yield from (str(row) for row in field.queryset[:MOST_ROWS] if not belongs(row, user))
    elif isinstance(field, forms.ChoiceField):
        labels = [str(label) for _value, label in field.choices]
        foreign = _own_places(user).foreign
        yield from (label for label in labels if any(name in label for name in foreign))


def belongs(row: Model, user: User) -> bool:
    """Whether it is of an agency in the user's scope; what belongs to no agency is everybody's."""
    own = _own_places(user)
    if isinstance(row, Agency):
        return row.pk in own.agencies
    if isinstance(row, Division):
        return row.level != Division.Level.TOWNSHIP or row.pk in own.townships
    agency = _agency_of(row)
    # What somebody's agency keeps for all its townships is offered to all of them.
    return agency is None or agency in own.agencies


def _agency_of(row: Any) -> int | None:
    for way in ("", "person", "application", "source", "award", "line.application"):
        there = row
        for name in filter(None, way.split(".")):
            there = getattr(there, name, None)
        if getattr(there, "agency_id", None) is not None:
            return int(there.agency_id)
    return None


@dataclass(frozen=True)
class Places:
    agencies: frozenset[int]
    townships: frozenset[int]
    # Of agencies, townships and colleagues elsewhere.
    foreign: tuple[str, ...]


@cache
def _own_places(user: User) -> Places:
    ids = {*scope_of(user).agency_ids, *filter(None, [user.agency_id])}
    agencies = Agency.objects.filter(pk__in=ids)
    townships = {place.pk for agency in agencies for place in townships_of(agency)}
    strangers = User.objects.filter(agency__isnull=False).exclude(agency__in=ids)
    elsewhere = Division.objects.filter(level=Division.Level.TOWNSHIP).exclude(pk__in=townships)
    names = [*Agency.objects.exclude(pk__in=ids), *elsewhere, *strangers]
    return Places(frozenset(ids), frozenset(townships), tuple(str(name) for name in names))
