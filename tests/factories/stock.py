"""Rows that every test meets ready made: the places, the cast and the released policies.

A worker's database gets them once, committed, before its first test; the factories hand out copies and ask nothing.
A test that commits loses nothing of it for the others: afterwards everything is put back (`tests/put_back.py`).
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import Model

from assistance.accounts.models import Agency, AgencyArea, Division, User

M = TypeVar("M", bound=Model)

_shelf: dict[tuple[type[Model], str], Model] = {}


def taken(model: type[M], key: str) -> M | None:
    """A copy of its own for whoever asks, or None when it is to be made."""
    found: Any = _shelf.get((model, key))
    return copy.deepcopy(found)


def put(key: str, row: Model) -> None:
    _shelf[type(row), key] = row


def stocked() -> bool:
    return bool(_shelf)


@contextlib.contextmanager
def nothing() -> Iterator[None]:
    """For the time of a test: as if nothing had been put here."""
    kept = dict(_shelf)
    _shelf.clear()
    for model in (User.groups.through, User, AgencyArea, Agency, Division):
        model._base_manager.all()._raw_delete(using="default")
    try:
        yield
    finally:
        _shelf.update(kept)


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    """In another database, where nothing is ready made."""
    kept = dict(_shelf)
    _shelf.clear()
    try:
        yield
    finally:
        _shelf.update(kept)
