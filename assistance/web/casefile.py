"""What the pages of a case show, read together once."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.cases.models import Application, FactSheet, NoticeLine, Objection
from assistance.cases.permissions import may, may_draw_up_notice
from assistance.cases.queries import (
    Gap,
    PassedCap,
    calls_of_case,
    homes_of_case,
    missing,
    moved_between,
    passed_caps,
)
from assistance.cases.states import FINISHED, STOPPED, Action, State
from assistance.payments.permissions import may_see_award
from assistance.registry.models import Person
from assistance.registry.permissions import may_edit
from assistance.registry.queries import account_warnings, household_of, records_of
from assistance.web.explanations import explanation
from assistance.web.letters.case import letters_of_case
from assistance.web.roads import roads
from assistance.web.standing import standing
from assistance.web.steps import next_step, obstacles, offers

Kind = FactSheet.Kind


def sheets_of(application: Application) -> dict[str, FactSheet]:
    return {sheet.kind: sheet for sheet in application.fact_sheets.all()}


def editable_kind(user: User, application: Application) -> Kind | None:
    """The sheet this person may write on now."""
    if may(user, Action.EDIT, application):
        return Kind.DECLARED
    return Kind.ACCEPTED if may(user, Action.REVIEW, application) else None


def case_file(user: User, application: Application, bound: dict[str, Any]) -> dict[str, Any]:
    """The overview: where the case stands, what may be done, what it amounts to, how it came here."""
    sheets = sheets_of(application)
    sheet = sheets.get(Kind.ACCEPTED) or sheets[Kind.DECLARED]
    explained = explanation(application, sheet)
    offered = offers(user, application, bound)
    return {
        "application": application,
        "next_step": next_step(application),
        "offers": offered,
        # Who has something to do here need not be told what is not his to do.
        "obstacles": [] if offered else obstacles(user, application),
        "explanation": explained,
        "gaps": gaps(application, sheet),
        **homes_shown(application),
        "passed_caps": passed_caps_of(application),
        "changes": application.changes.select_related("by").order_by("-id"),
        "decisions": application.decisions.select_related("by").order_by("-id"),
        "calls": calls_of_case(application),
        "notice_lines": application.notice_lines.select_related("notice").order_by("-id"),
        "editable": editable_kind(user, application),
        "may_name_applicant": may(user, Action.EDIT, application),
        "may_file_for_member": bool(other_members(user, application)),
        "objection": open_objection(user, application),
        **roads(user, application),
        "may_draw_up": may_draw_up(user, application),
        **letters_of_case(user, application),
        **standing(user, application, explained.questions),
        "account_warnings": _account_warnings(user, application),
        "may_see_award": application.award is not None and may_see_award(user, application.award),
    }


def other_members(user: User, application: Application) -> list[Person]:
    """Whom of the patient's household this person may file for."""
    rows = household_of(application.person)
    others = [row.person for row in rows if row.person_id != application.person_id]
    return [person for person in others if person.died_on is None and may_edit(user, person)]


def _account_warnings(user: User, application: Application) -> list[str]:
    """What whoever decides should know of the account, while it can still be another one."""
    if application.account is None or application.state_enum in FINISHED:
        return []
    return account_warnings(application.account, user)


def homes_shown(application: Application) -> dict[str, Any]:
    homes = homes_of_case(application)
    return {"homes": homes, "moved": moved_between(homes)}


def passed_caps_of(application: Application) -> list[PassedCap]:
    """The maximum of the case's year, where merged records passed it together."""
    if len(records_of(application.person)) == 1:
        return []
    passed = passed_caps(application.person)
    return [one for one in passed if one.year == application.benefit_year]


def open_objection(user: User, application: Application) -> Objection | None:
    """The objection this person may decide on."""
    if not may(user, Action.SETTLE_OBJECTION, application):
        return None
    mine = Objection.objects.filter(line__application=application, outcome="")
    return mine.order_by("deadline_on", "id").first()


def may_draw_up(user: User, application: Application) -> bool:
    """Whether the case waits for a notice that this person may draw up."""
    if application.state_enum is not State.PUBLICITY:
        return False
    where = {"agency_id": application.agency_id, "township_id": application.township_id}
    on_notice = application.notice_lines.filter(outcome=NoticeLine.Outcome.OPEN).exists()
    in_doubt = application.corrections.filter(outcome="").exists()
    return not (on_notice or in_doubt) and may_draw_up_notice(user, **where)


def gaps(application: Application, sheet: FactSheet) -> list[Gap]:
    """What is missing, while somebody can still add it."""
    open_states = STOPPED | {State.DRAFT, State.FIRST_REVIEW, State.COUNTY_REVIEW}
    return (
        missing(application, sheet, on=localdate()) if application.state_enum in open_states else []
    )
