"""What the pages of a case show, read together once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.calculation import line_from_plain
from assistance.cases.models import Application, FactItem, FactSheet, NoticeLine, Objection
from assistance.cases.permissions import may, may_draw_up_notice, may_mend_account
from assistance.cases.queries import (
    Gap,
    PassedCap,
    Question,
    WaitingPeriod,
    calls_of_case,
    estimate,
    homes_of_case,
    missing,
    moved_between,
    passed_caps,
    waiting_period,
)
from assistance.cases.states import FINISHED, STOPPED, Action, State
from assistance.payments.permissions import may_see_award
from assistance.policies.models import Assessment
from assistance.policies.wording import Sentence, explain
from assistance.registry.models import Person
from assistance.registry.permissions import may_edit
from assistance.registry.queries import account_warnings, household_of, records_of
from assistance.settlements.models import Settlement
from assistance.settlements.queries import aid_of_year, bill_warnings
from assistance.shared.money import yuan
from assistance.web.forms.cases import FACT_NAMES, FactsForm
from assistance.web.letters.case import letters_of_case
from assistance.web.roads import roads
from assistance.web.standing import doubts, standing
from assistance.web.steps import next_step, obstacles, offers

Kind = FactSheet.Kind
# From the proposal on the case shows what was decided, not what would be computed today.
DECIDED = frozenset(
    {
        State.PROPOSED,
        State.WAITING_FUNDS,
        State.PUBLICITY,
        State.OBJECTED,
        State.APPROVED,
        State.OVERPAID,
        State.REFUSED,
    }
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An amount with the sentences that lead to it."""

    amount: Decimal | None
    lines: Sequence[Sentence]
    problems: Sequence[str] = ()
    decided: bool = False
    version: str = ""
    waiting: WaitingPeriod | None = None
    questions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One fact as declared and as accepted."""

    label: str
    declared: str
    accepted: str | None

    @property
    def differs(self) -> bool:
        return self.accepted is not None and self.accepted != self.declared


@dataclass(frozen=True, slots=True)
class BillRow:
    """A bill with what the township declared and what the county accepted about it."""

    bill: Settlement
    declared: FactItem | None
    accepted: FactItem | None
    editable: FactItem | None
    warnings: Sequence[str]

    @property
    def differs(self) -> bool:
        if self.declared is None or self.accepted is None:
            return self.accepted is not None
        return any(
            getattr(self.declared, name) != getattr(self.accepted, name)
            for name in FactItem.FIGURES
        )


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


def explanation(application: Application, sheet: FactSheet) -> Explanation:
    """The decided amount from its stored assessment, otherwise today's estimate on the sheet."""
    stored = application.assessment
    if stored is not None and application.state_enum in DECIDED:
        return _stored(stored, application)
    found = estimate(application, sheet)
    amount = found.amount if found.is_amount else None
    waiting = waiting_period(
        found.result.lines, year=application.benefit_year, version=found.version
    )
    return Explanation(
        amount,
        found.lines,
        found.problems,
        version=str(found.version),
        waiting=waiting,
        questions=found.questions,
    )


def _stored(assessment: Assessment, application: Application) -> Explanation:
    items = FactItem.objects.filter(sheet__application=application).select_related("settlement")
    names = {str(item.settlement_id): item.settlement.institution for item in items}
    found = [line_from_plain(line) for line in assessment.result["lines"]]
    lines = [explain(line, items=names) for line in found]
    version = assessment.version
    waiting = waiting_period(found, year=application.benefit_year, version=version)
    return Explanation(
        assessment.amount, lines, decided=True, version=str(version), waiting=waiting
    )


def facts_file(user: User, application: Application) -> dict[str, Any]:
    """Facts and bills: declared and accepted side by side."""
    sheets = sheets_of(application)
    kind = editable_kind(user, application)
    sheet = sheets.get(Kind.ACCEPTED) or sheets[Kind.DECLARED]
    return {
        "application": application,
        "editable": kind,
        "compared": _compared(sheets),
        "has_accepted": Kind.ACCEPTED in sheets,
        "doubts": doubts(user, application),
        "bills": _bills(application, sheets, kind),
        "aid": aid_of_year(application.person, application.benefit_year),
        "explanation": explanation(application, sheet),
        "gaps": gaps(application, sheet),
        **homes_shown(application),
        "may_mend_account": may_mend_account(user, application),
    }


def _compared(sheets: dict[str, FactSheet]) -> list[Compared]:
    declared, accepted = sheets[Kind.DECLARED], sheets.get(Kind.ACCEPTED)
    return [
        Compared(
            str(FactsForm.base_fields[name].label),
            _shown(declared, name),
            None if accepted is None else _shown(accepted, name),
        )
        for name in FACT_NAMES
    ]


def _shown(sheet: FactSheet, name: str) -> str:
    display = getattr(sheet, f"get_{name}_display", None)
    value = getattr(sheet, name)
    if value in ("", None):
        return "—"
    if display is not None:
        return str(display())
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return yuan(value)
    return date_format(value, "Y-m-d") if hasattr(value, "isoformat") else str(value)


def _bills(
    application: Application, sheets: dict[str, FactSheet], kind: Kind | None
) -> list[BillRow]:
    items: dict[str, dict[int, FactItem]] = {}
    for name, sheet in sheets.items():
        rows = sheet.items.select_related("settlement", "sheet")
        items[name] = {item.settlement_id: item for item in rows}
    declared, accepted = items[Kind.DECLARED], items.get(Kind.ACCEPTED, {})
    warnings = bill_warnings(application.person, application.benefit_year)
    every = {**declared, **accepted}
    in_order = sorted(every.items(), key=lambda pair: (pair[1].settlement.settled_on, pair[0]))
    return [
        BillRow(
            item.settlement,
            declared.get(pk),
            accepted.get(pk),
            items[kind].get(pk) if kind in items else None,
            warnings.get(pk, ()),
        )
        for pk, item in in_order
    ]
