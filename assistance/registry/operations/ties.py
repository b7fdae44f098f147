"""Declaring relatives, so that one's own and their cases go to somebody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.permissions import check_security_officer
from assistance.registry.models import StaffTie
from assistance.registry.numbers import id_digest
from assistance.registry.ties import forget_close_people
from assistance.shared.errors import Refused
from assistance.shared.identity_numbers import parse

Relation = StaffTie.Relation


@transaction.atomic
def declare_relative(
    user: User, *, relation: str, name: str, number: str, at: datetime
) -> StaffTie:
    """From now on the user does not work on the cases of the person with this number, nor of his household.

    Raises Refused for a number that is none or was declared before, and for a second number of one's own.
    """
    # One declaration at a time, so that a double click says so instead of failing.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    number = parse(number, on=localdate(at)).number
    running = StaffTie.objects.filter(user=user, ended_at=None)
    digest = id_digest(number)
    if running.filter(digest=digest).exists():
        raise Refused(_("This number is declared already."))
    if relation == Relation.SELF and running.filter(relation=Relation.SELF).exists():
        raise Refused(_("Your own number is declared already."))
    forget_close_people(user)
    return StaffTie.objects.create(
        user=user, relation=relation, name=name, number=number, digest=digest, declared_at=at
    )


@transaction.atomic
def end_tie(tie: StaffTie, *, by: User, at: datetime) -> None:
    """The security officer ends a declaration, never the person himself: it would open a case to him."""
    tie = StaffTie.objects.select_for_update().get(pk=tie.pk)
    check_security_officer(by, user=tie.user)
    if tie.ended_at is not None:
        raise Refused(_("This declaration has ended already."))
    tie.ended_at, tie.ended_by = at, by
    tie.save(update_fields=["ended_at", "ended_by"])
