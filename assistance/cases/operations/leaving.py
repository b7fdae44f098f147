"""Leaving the desk: with everything that is needed, and not beside another case of the year."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, FactSheet
from assistance.cases.operations.moves import move
from assistance.cases.operations.sheets import sync_items
from assistance.cases.queries import missing, under_way
from assistance.cases.states import Action, State
from assistance.shared.errors import Refused


class Incomplete(Refused):
    """The application lacks something it cannot be submitted without."""


def go_on(
    application: Application, action: Action, to: State, *, actor: User, at: datetime
) -> None:
    """Leave the desk with everything that is needed; raises `Incomplete`, or Refused beside another case.

    Call it with the person-year and the application locked.
    """
    sheet = application.fact_sheets.get(kind=FactSheet.Kind.DECLARED)
    sync_items(application, sheet)
    gaps = [gap.sentence for gap in missing(application, sheet, on=localdate(at)) if gap.blocks]
    if gaps:
        raise Incomplete(" ".join(gaps))
    if under_way(application).exclude(state=State.DRAFT).exists():
        # Another record of the same human, which the constraint does not see.
        raise already_under_way(application)
    try:
        with transaction.atomic():
            move(application, action, to, actor=actor, at=at)
    except IntegrityError as error:
        raise already_under_way(application) from error


def already_under_way(application: Application) -> Refused:
    other = under_way(application).exclude(state=State.DRAFT).first()
    return Refused(
        _("Another application of this person for %(year)s is under way: %(number)s.")
        % {"year": application.benefit_year, "number": other.number if other else "—"}
    )
