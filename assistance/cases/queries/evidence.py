"""Which papers a case has, which it lacks, and which nobody may be asked for because they are proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.cases.models import Application, Evidence, EvidenceKind, FactSheet
from assistance.cases.models.applications import Group
from assistance.cases.papers import Paper, When, papers_of
from assistance.cases.queries.places import county_of
from assistance.registry.models import Enrolment, HouseholdMember, Residence
from assistance.registry.queries import hardship_on, held_by, household_of, in_force, root_id
from assistance.settlements.models import Setting, Settlement
from assistance.settlements.queries import deductible_aid_of_year
from assistance.shared.money import yuan

Relation = Application.Relation
InHousehold = HouseholdMember.Relation


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of paper in one case. `proof` is the sentence that says why it is not asked for."""

    paper: Paper
    required: bool
    proof: str
    rows: tuple[Evidence, ...]

    @property
    def kind(self) -> EvidenceKind:
        return self.paper.kind

    @property
    def is_missing(self) -> bool:
        return self.required and not self.rows

    @property
    def concerns(self) -> bool:
        """Whether the page has anything to say about it besides offering it."""
        return self.required or bool(self.proof) or bool(self.rows)


def evidence_of(application: Application) -> QuerySet[Evidence]:
    """The papers of the case that are not voided, in the order they came."""
    rows = application.evidence.filter(voided_at__isnull=True)
    return rows.select_related("file", "added_by").order_by("id")


def papers_needed(application: Application, sheet: FactSheet, *, on: date) -> list[Need]:
    """Every kind of paper of the programme: required, on file, or proved and by what, as of `on`."""
    case = _Case(application, sheet, on)
    rows: dict[str, list[Evidence]] = {}
    for row in evidence_of(application):
        rows.setdefault(row.kind, []).append(row)
    return [_need(case, paper, rows) for paper in papers_of(application.programme)]


def missing_papers(application: Application, sheet: FactSheet, *, on: date) -> list[Need]:
    """The papers the case cannot go on without and does not have."""
    return [need for need in papers_needed(application, sheet, on=on) if need.is_missing]


def _need(case: _Case, paper: Paper, rows: dict[str, list[Evidence]]) -> Need:
    required, proof = _ASKED[paper.when](case)
    return Need(paper, required and not proof, proof, tuple(rows.get(paper.kind, ())))


class _Case:
    """What the conditions look at, each asked once."""

    def __init__(self, application: Application, sheet: FactSheet, on: date) -> None:
        self.application = application
        self.person = application.person
        self.sheet = sheet
        self.on = on

    @cached_property
    def bills(self) -> list[Settlement]:
        return [item.settlement for item in self.sheet.items.select_related("settlement")]

    @cached_property
    def typed(self) -> list[Settlement]:
        return [bill for bill in self.bills if bill.source == Settlement.Source.TYPED]


Answer = tuple[bool, str]


def _hukou(case: _Case) -> Answer:
    homes = held_by(Residence.objects.select_related("division"), case.person)
    homes = in_force(homes, case.application.received_on)
    home = homes.filter(kind=Residence.Kind.HUKOU).first()
    if home is None:
        return True, ""
    return True, _("The register proves it: household registration in %(place)s since %(day)s.") % {
        "place": home,
        "day": home.first_day.isoformat(),
    }


def _insurance(case: _Case) -> Answer:
    county = county_of(case.application.township)
    year = case.application.benefit_year
    rows = held_by(Enrolment.objects.all(), case.person)
    rows = in_force(rows, date(year, 1, 1), date(year, 12, 31))
    span: Enrolment | None = rows.filter(county=county).order_by("first_day").first()
    if span is None:
        # Whoever says he was not insured here has nothing to prove: he is refused.
        return case.sheet.insured_in_county is not False, ""
    return True, _("The register proves it: %(kind)s of %(county)s since %(day)s.") % {
        "kind": span.get_kind_display(),
        "county": county,
        "day": span.first_day.isoformat(),
    }


def _group(case: _Case) -> Answer:
    for day in (case.application.received_on, case.on):
        span = hardship_on(case.person, day)
        if span is not None:
            return True, _("The register proves it: recognised as %(category)s since %(day)s.") % {
                "category": span.category.name,
                "day": span.first_day.isoformat(),
            }
    return bool(case.sheet.group), ""


def _not_in_hardship(case: _Case) -> Answer:
    return case.sheet.group == Group.OTHER_ILL, ""


def _bills_typed(case: _Case) -> Answer:
    if case.typed:
        return True, ""
    return bool(case.bills), _bills_proved(case)


def _stay_typed(case: _Case) -> Answer:
    if any(bill.setting == Setting.INPATIENT for bill in case.typed):
        return True, ""
    return bool(case.bills) and not case.typed, _bills_proved(case)


def _bills_proved(case: _Case) -> str:
    if not case.bills or case.typed:
        return ""
    return _("The bills prove it: all %(count)s come from the insurance system.") % {
        "count": len(case.bills)
    }


def _other_aid(case: _Case) -> Answer:
    """More deducted than recorded is against the patient's own interest: no paper is demanded for it."""
    known = deductible_aid_of_year(case.person, case.application.benefit_year)
    if not known:
        return False, ""
    return True, _("The register proves it: aid of %(sum)s of the year is recorded.") % {
        "sum": yuan(known)
    }


def _by_agent(case: _Case) -> Answer:
    return case.application.applicant_relation == Relation.AGENT, ""


def _by_guardian(case: _Case) -> Answer:
    if case.application.applicant_relation != Relation.GUARDIAN:
        return False, ""
    return True, _parent_in_household(case)


def _parent_in_household(case: _Case) -> str:
    """Head or spouse of the household whose child the patient is: that is what the paper would show."""
    parent = case.application.applicant_person
    if parent is None:
        return ""
    members = household_of(case.person, case.on)
    relations = {root_id(row.person): row.relation for row in members}
    is_child = relations.get(root_id(case.person)) == InHousehold.CHILD
    if not is_child or relations.get(root_id(parent)) not in (InHousehold.HEAD, InHousehold.SPOUSE):
        return ""
    return _(
        "The register proves it: %(name)s and the patient are parent and child of one household."
    ) % {"name": case.application.applicant_name}


def _by_heir(case: _Case) -> Answer:
    return case.application.applicant_relation == Relation.HEIR, ""


def _death(case: _Case) -> Answer:
    if case.person.died_on is not None:
        return True, _("The register proves it: died on %(day)s.") % {
            "day": case.person.died_on.isoformat()
        }
    return case.application.applicant_relation == Relation.HEIR, ""


def _never(case: _Case) -> Answer:
    return False, ""


_ASKED: dict[When, Callable[[_Case], Answer]] = {
    When.ALWAYS: lambda _case: (True, ""),
    When.HUKOU_NOT_ON_REGISTER: _hukou,
    When.INSURANCE_NOT_ON_REGISTER: _insurance,
    When.GROUP_NOT_ON_REGISTER: _group,
    When.NOT_IN_HARDSHIP: _not_in_hardship,
    When.BILLS_TYPED: _bills_typed,
    When.STAY_TYPED: _stay_typed,
    When.AID_NOT_ON_REGISTER: _other_aid,
    When.BY_AGENT: _by_agent,
    When.BY_GUARDIAN: _by_guardian,
    When.BY_HEIR: _by_heir,
    When.DEATH_NOT_ON_REGISTER: _death,
    When.NEVER: _never,
}
