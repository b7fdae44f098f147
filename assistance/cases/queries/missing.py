from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from assistance.cases.models import Application, EarlierReceipt, FactSheet
from assistance.cases.models.applications import Group
from assistance.cases.queries.evidence import missing_papers
from assistance.cases.queries.homes import homes_of_case, moved_between
from assistance.cases.queries.places import county_of
from assistance.registry.queries import (
    enrolled_in,
    enrolled_in_year,
    hardship_on,
    registered_elsewhere,
)
from assistance.settlements.queries import deductible_aid_of_year
from assistance.shared.money import yuan

Outcome = FactSheet.GateOutcome
COMPARED = (
    "group",
    "hukou_in_county",
    "insured_in_county",
    "insured_since",
    "gate_applied_on",
    "gate_kind",
    "gate_outcome",
    "other_aid",
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the case lacks. `blocks` means it cannot be submitted without."""

    field: str
    sentence: str
    blocks: bool = True


def missing(application: Application, sheet: FactSheet, *, on: date) -> list[Gap]:
    """What the case lacks on this sheet, in the order of the screen (JN21-2.1 to 2.3).

    The group is that at county review for the whole year (AMB-25): a recognition counts if it holds on
    the day received or on the day asked, `on`.
    """
    recognised = any(
        hardship_on(application.person, day) is not None for day in (application.received_on, on)
    )
    return [
        *_receipt(application),
        *_facts(sheet),
        *_differences(application),
        *_group(sheet, recognised=recognised),
        *_bills(sheet),
        *_other_aid(application, sheet),
        *_account(application),
        *_death(application),
        *_applicant(application),
        *_papers(application, sheet, on),
        *_departures(application, sheet),
    ]


def _receipt(application: Application) -> Iterator[Gap]:
    """An earlier day of receipt counts once a second person has confirmed it, and not before."""
    waiting = application.earlier_receipts.filter(outcome=EarlierReceipt.Outcome.OPEN).first()
    if waiting is not None:
        yield Gap(
            "received_on",
            _(
                "The papers are said to have been handed in on %(day)s: the township leader or another "
                "window clerk confirms that first. Until then %(typed)s counts."
            )
            % {"day": waiting.claimed_on, "typed": application.received_on},
        )


def _departures(application: Application, sheet: FactSheet) -> Iterator[Gap]:
    """Where accepted and declared facts part: what the township corrects later does not move by itself."""
    if sheet.kind != FactSheet.Kind.ACCEPTED:
        return
    declared = application.fact_sheets.get(kind=FactSheet.Kind.DECLARED)
    names = [name for name in COMPARED if getattr(sheet, name) != getattr(declared, name)]
    if names:
        labels = "、".join(_label(name) for name in names)
        yield Gap(
            names[0],
            _("Accepted and declared facts differ: %(fields)s. Make sure this is meant.")
            % {"fields": labels},
            blocks=False,
        )


def _label(name: str) -> str:
    return str(getattr(FactSheet._meta.get_field(name), "verbose_name", name))


def _facts(sheet: FactSheet) -> Iterator[Gap]:
    if sheet.hukou_in_county is None:
        yield Gap("hukou_in_county", _("Say whether the household registration is in the county."))
    if sheet.insured_in_county is None:
        yield Gap(
            "insured_in_county",
            _("Say whether the patient was insured in the county in the year of the cost."),
        )
    if sheet.hukou_in_county is False and sheet.insured_since is None:
        yield Gap(
            "insured_since",
            _("Registered elsewhere: since when has the patient been insured in the county?"),
        )


def _differences(application: Application) -> Iterator[Gap]:
    """Insurance and registration of the year and of the day received may differ: the county decides
    (AMB-63).
    """
    yield from _moves(application)
    yield from _registered_elsewhere(application)
    person, county = application.person, county_of(application.township)
    in_year = enrolled_in_year(person, county, application.benefit_year)
    if in_year and not enrolled_in(person, county, application.received_on):
        yield Gap(
            "insured_in_county",
            _(
                "Insured in the county in the year of the cost, but not on the day received: "
                "the county decides which counts."
            ),
            blocks=False,
        )


def _registered_elsewhere(application: Application) -> Iterator[Gap]:
    """Where the household registration is part of what a recipient is (WZ19 三(一)): a person decides."""
    home = registered_elsewhere(application.person, application.received_on)
    if home is not None:
        sentence = _(
            "On the day received the household registration is in %(place)s, but the rule is for people "
            "registered in the city: the reviewer decides whether the patient belongs to them."
        )
        yield Gap("hukou_in_county", sentence % {"place": home.division.name}, blocks=False)


def _moves(application: Application) -> Iterator[Gap]:
    before = moved_between(homes_of_case(application))
    if before is None:
        return
    sentence = (
        _(
            "Registered in the county on %(day)s, in the year of the cost, but not on the day received: "
            "the registration of the day received counts; the county decides."
        )
        if before.in_county
        else _(
            "Registered in the county on the day received, but not on %(day)s, in the year of the cost: "
            "the registration of the day received counts; the county decides."
        )
    )
    yield Gap("hukou_in_county", sentence % {"day": before.day.isoformat()}, blocks=False)


def _group(sheet: FactSheet, *, recognised: bool) -> Iterator[Gap]:
    if not sheet.group:
        yield Gap("group", _("Choose the group the patient belongs to."))
    elif sheet.group == Group.HARDSHIP:
        yield from _hardship(sheet, recognised=recognised)
    elif recognised:
        yield Gap(
            "group", _("The register shows the patient as a person in hardship: choose that group.")
        )
    else:
        yield from _gate(sheet)


def _hardship(sheet: FactSheet, *, recognised: bool) -> Iterator[Gap]:
    """The register proves the group; a positive decision not yet in the register does as well."""
    decided = sheet.gate_outcome == Outcome.POSITIVE and sheet.gate_paper
    if not recognised and not decided:
        yield Gap(
            "group",
            _(
                "The register shows no recognition as 特困, 低保 or 低边. "
                "Record the decision of civil affairs with its paper, or choose the other group."
            ),
        )


def _gate(sheet: FactSheet) -> Iterator[Gap]:
    """JN21 二(三)1: the other group needs a negative decision of civil affairs first."""
    if sheet.gate_outcome == Outcome.POSITIVE:
        yield Gap(
            "gate_outcome",
            _("Civil affairs recognised the patient: choose the group of people in hardship."),
        )
        return
    wanted = {
        "gate_applied_on": _("When was 特困, 低保 or 低边 applied for?"),
        "gate_kind": _("Which of 特困, 低保 and 低边 was applied for?"),
        "gate_authority": _("Who decided on that application?"),
        "gate_paper": _("Which paper shows the decision?"),
    }
    for field, question in wanted.items():
        if not getattr(sheet, field):
            yield Gap(field, question)
    if sheet.gate_outcome != Outcome.NEGATIVE:
        yield Gap(
            "gate_outcome",
            _("Civil affairs has not decided yet. The day received stays; submit when it has."),
        )


def _bills(sheet: FactSheet) -> Iterator[Gap]:
    if not sheet.items.exists():
        yield Gap("bills", _("There is no bill of the year yet."))


def _other_aid(application: Application, sheet: FactSheet) -> Iterator[Gap]:
    """No double benefit (JN21 二(四)3): less than the register shows needs a reason in the note."""
    known = deductible_aid_of_year(application.person, application.benefit_year)
    deducted = sheet.other_aid + aid_on_items(sheet)
    if deducted < known and not sheet.note:
        yield Gap(
            "other_aid",
            _(
                "The register shows aid of other departments of %(known)s, more than is deducted. "
                "Deduct it, or say in the note why not."
            )
            % {"known": known},
        )
    elif deducted > known:
        yield Gap(
            "other_aid",
            _(
                "%(deducted)s of aid of other departments is deducted, but the register shows %(known)s: "
                "deduct only what was really given."
            )
            % {"deducted": yuan(deducted), "known": yuan(known)},
            blocks=False,
        )


def aid_on_items(sheet: FactSheet) -> Decimal:
    """Yuan of other departments' aid that stand with single bills of the sheet."""
    total = sheet.items.aggregate(total=Sum("other_aid"))["total"]
    return total or Decimal(0)


def _account(application: Application) -> Iterator[Gap]:
    """Money goes to the social-security card (JN21 二(三)2(4)); another account has its reason and paper."""
    if application.account is None:
        yield Gap(
            "account",
            _("No account to pay to yet: it may follow, but nothing is paid without it."),
            blocks=False,
        )


def _applicant(application: Application) -> Iterator[Gap]:
    """Whoever files for somebody else is a person of his own: printed, asked and answered to."""
    if application.applicant_relation == Application.Relation.SELF:
        return
    if not application.applicant_kinship:
        yield Gap("applicant", _("Say how the applicant is related to the patient."))
    if not application.applicant_id_number:
        yield Gap("applicant", _("Enter the id number of the applicant."))


def _papers(application: Application, sheet: FactSheet, on: date) -> Iterator[Gap]:
    for need in missing_papers(application, sheet, on=on):
        yield Gap(
            f"evidence:{need.kind}", _("Missing paper: %(kind)s.") % {"kind": need.kind.label}
        )


def _death(application: Application) -> Iterator[Gap]:
    """The cost of somebody who died counts; whom the money goes to is for a person to find out."""
    if application.person.died_on is not None:
        yield Gap(
            "person",
            _("The patient has died: the heirs' claim has to be examined."),
            blocks=False,
        )
