"""Letters to applicants: which one a case waits for, what it says unless somebody words it, its terms."""

from __future__ import annotations

import json
from base64 import b64decode
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation

from assistance.accounts.models import User
from assistance.accounts.queries import next_workday
from assistance.accounts.roles import Role
from assistance.accounts.scope import scope_of
from assistance.cases.models import (
    Application,
    Decision,
    FactSheet,
    Letter,
    Participation,
    Service,
)
from assistance.cases.queries.lists import applications_visible_to
from assistance.cases.queries.missing import missing
from assistance.cases.states import State

Kind = Letter.Kind
# The decision a letter tells of, and the state in which it is the last word.
TOLD_BY: dict[State, tuple[Kind, Decision.Kind]] = {
    State.REFUSED: (Kind.REFUSAL, Decision.Kind.REFUSAL),
    State.RETURNED: (Kind.CORRECTION, Decision.Kind.RETURN),
}


@dataclass(frozen=True, slots=True)
class Remedies:
    """The last days on which the applicant may turn to somebody above."""

    reconsideration: date
    lawsuit: date


@dataclass(frozen=True, slots=True)
class Todo:
    """What a refused or returned case still owes its applicant: the letter, or its service."""

    kind: Kind
    letter: Letter | None


def letters_visible_to(user: User) -> QuerySet[Letter]:
    """Letters of the cases in the user's scope, without their contents.

    Those to objectors are for the county's investigators alone: their service may name who objected.
    """
    rows = Letter.objects.select_related("application__person", "application__township", "service")
    visible = scope_of(user).filter(
        rows, agency="application__agency", township="application__township"
    )
    if not user.has_role(Role.REVIEWER):
        visible = visible.exclude(kind=Kind.OBJECTION)
    parts = Participation.objects.filter(application=OuterRef("application"), user=user)
    others = parts.exclude(part=Participation.Part.INVESTIGATION)
    return visible.exclude(Exists(others), kind=Kind.OBJECTION).defer("data", "paper")


def decision_to_tell(application: Application) -> Decision | None:
    """The decision that has to reach the applicant in writing, if the case stands at one."""
    if application.state_enum not in TOLD_BY:
        return None
    _kind, told = TOLD_BY[application.state_enum]
    return application.decisions.filter(kind=told).order_by("id").last()


def letter_todo(application: Application) -> Todo | None:
    """What is still to be done: make the letter, or serve it; None when it is served or none is due."""
    decision = decision_to_tell(application)
    if decision is None:
        return None
    kind, _told = TOLD_BY[application.state_enum]
    letter = Letter.objects.filter(decision=decision).defer("data", "paper").first()
    if letter is not None and Service.objects.filter(letter=letter).exists():
        return None
    return Todo(kind, letter)


def cases_without_letter(user: User) -> QuerySet[Application]:
    """Refused and returned cases in scope whose last decision has no letter yet."""
    waiting = Q()
    for state, (_kind, told) in TOLD_BY.items():
        later = Decision.objects.filter(application=OuterRef("application"), kind=told)
        last = Decision.objects.filter(application=OuterRef("pk"), kind=told, letter__isnull=True)
        untold = last.exclude(Exists(later.filter(pk__gt=OuterRef("pk"))))
        waiting |= Q(Exists(untold), state=state)
    return applications_visible_to(user).filter(waiting)


def contents(letter: Letter) -> dict[str, Any]:
    """What the letter says, as it was put on paper."""
    found: dict[str, Any] = json.loads(letter.data)
    return found


def paper_of(letter: Letter) -> bytes:
    """The PDF, byte for byte as it was made."""
    return b64decode(letter.paper)


def remedies_of(letter: Letter) -> Remedies | None:
    """Until when a served refusal may be contested; None for other letters and before its service.

    The day of service does not count; a last day that is a rest day moves to the next working day.
    """
    service = Service.objects.filter(letter=letter).first()
    if letter.kind != Kind.REFUSAL or service is None:
        return None
    said = contents(letter)["remedies"]
    return Remedies(
        next_workday(service.served_on + timedelta(days=said["days"])),
        next_workday(months_after(service.served_on, said["months"])),
    )


def correction_due(letter: Letter) -> date | None:
    """Until when a served notice asks the applicant to complete his papers."""
    service = Service.objects.filter(letter=letter).first()
    if letter.kind != Kind.CORRECTION or service is None:
        return None
    return next_workday(service.served_on + timedelta(days=contents(letter)["days"]))


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def items_to_complete(application: Application, *, on: date) -> list[str]:
    """What a notice of correction names unless somebody words it: the reason given, and the gaps found.

    In Chinese whatever the language of the screen: it is for the applicant.
    """
    decision = decision_to_tell(application)
    sheet = application.fact_sheets.get(kind=FactSheet.Kind.DECLARED)
    with translation.override("zh-hans"):
        found = [gap.sentence for gap in missing(application, sheet, on=on) if gap.blocks]
    said = [decision.opinion] if decision is not None else []
    return list(dict.fromkeys([*said, *found]))


def facts_found(application: Application) -> str:
    """The facts a refusal starts from, in the words of the letter."""
    person, year = application.person, application.benefit_year
    received = f"{application.received_on:%Y年%-m月%-d日}"
    return (
        f"{application.applicant_name}于{received}就{person.name}{year}年度的医疗费用"
        f"提出医疗费补助申请（受理编号{application.number}），经乡镇（街道）初审、县医保经办机构审核。"
    )
