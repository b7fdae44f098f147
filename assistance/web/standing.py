"""How a case stands beside the others of its person and year: granted before, corrected, in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.cases.permissions import may, may_apply_again
from assistance.cases.queries import Question
from assistance.cases.states import Action, State
from assistance.payments.models import Recovery
from assistance.payments.queries import recoveries_visible_to
from assistance.payments.states import AwardState
from assistance.registry.queries import held_by
from assistance.web.doubles import Doubt, doubts_of_case
from assistance.web.forms.corrections import RulingForm

BEFORE_THE_PROPOSAL = frozenset(
    {State.DRAFT, State.RETURNED, State.WAITING, State.FIRST_REVIEW, State.COUNTY_REVIEW}
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier case of the year; `visible` where the reader of this one may open it."""

    case: Application
    visible: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the calculation, with the form to rule on it where the person may."""

    question: Question
    form: RulingForm | None


def standing(user: User, application: Application, questions: Sequence[Question]) -> dict[str, Any]:
    """What the overview shows besides the case itself; `questions` are those of today's estimate."""
    award, further = application.award, list(application.further.order_by("id"))
    goes_on = any(case.state_enum is not State.WITHDRAWN for case in further)
    again = may_apply_again(user, application) and not goes_on
    decided = application.corrections.select_related("found_by", "decided_by", "line__notice")
    return {
        "corrections": decided.order_by("id"),
        "earlier": list(_earlier(application)),
        "further": further,
        "stops": list(award.stops.order_by("id")) if award else [],
        "asked": list(_asked(user, application, questions)),
        "rulings": application.rulings.select_related("by"),
        "recoveries": _recoveries(user, application),
        "may_apply_again": again,
        "may_correct_officially": again and (award is None or award.state == AwardState.PAID),
        "doubts": doubts(user, application),
    }


def doubts(user: User, application: Application) -> list[Doubt]:
    """The grey zone, unless the case came to nothing."""
    if application.state_enum in (State.REFUSED, State.WITHDRAWN):
        return []
    return doubts_of_case(user, application)


def _earlier(application: Application) -> Iterator[Earlier]:
    case = application.previous
    while case is not None:
        here = (application.agency_id, application.township_id)
        yield Earlier(case, (case.agency_id, case.township_id) == here)
        case = case.previous


def _asked(user: User, application: Application, questions: Sequence[Question]) -> Iterator[Asked]:
    if application.state_enum not in BEFORE_THE_PROPOSAL:
        return
    may_rule = may(user, Action.REVIEW, application)
    for question in questions:
        offered = may_rule and question.may_be_ruled_on
        yield Asked(question, ruling_form(application, question.fact) if offered else None)


def ruling_form(application: Application, fact: str, data: Any = None) -> RulingForm:
    address = reverse("rule_on_fact", args=[application.number])
    initial = {"version": application.version, "fact": fact}
    return RulingForm(data, initial=initial, action=address, auto_id=f"rule_{fact}_%s")


def _recoveries(user: User, application: Application) -> list[Recovery]:
    rows = recoveries_visible_to(user).filter(benefit_year=application.benefit_year)
    return list(held_by(rows, application.person))
