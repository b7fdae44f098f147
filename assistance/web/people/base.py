"""What every table of acts on a person's record is made of."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from assistance.registry.models import BankAccount, Person
from assistance.registry.queries import held_by
from assistance.web.acts import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAct(Act[Any]):
    """`rows` finds what the act is about among what belongs to a person; without it, the person."""

    rows: Callable[[Person], QuerySet[Any]] | None = None


def accounts_of(person: Person) -> QuerySet[BankAccount]:
    return held_by(BankAccount.objects.select_related("person"), person)


def new_token(person: Person) -> dict[str, Any]:
    return {"token": secrets.token_hex(12)}
