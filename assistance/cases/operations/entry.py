"""Registering, completing, submitting and withdrawing an application."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, Division, User
from assistance.accounts.operations import next_number
from assistance.accounts.queries import agency_for
from assistance.cases.models import (
    Application,
    CaseEdit,
    EvidenceKind,
    FactItem,
    FactSheet,
    Participation,
    StatusChange,
)
from assistance.cases.operations.applicants import applicant_values
from assistance.cases.operations.edits import note_edits
from assistance.cases.operations.evidence import bring_papers
from assistance.cases.operations.leaving import go_on
from assistance.cases.operations.moves import locked, move, take_part, touch
from assistance.cases.operations.receipts import note_claim
from assistance.cases.operations.sheets import prefill, sync_items, take_over_aid
from assistance.cases.permissions import ENTRY, acts_for, may_mend_account
from assistance.cases.queries import decided_before
from assistance.cases.states import Action, State
from assistance.entitlements.operations import lock_year
from assistance.payments.models import APPLIED_FOR, FundYear, Programme
from assistance.registry.models import BankAccount, Person
from assistance.registry.permissions import check_may_edit
from assistance.registry.queries import newest_card, same_human
from assistance.settlements.models import OtherAid, Settlement
from assistance.settlements.operations import record_aid, reverse_bill, type_bill
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.masking import mask_account

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without what looks alike on paper


@transaction.atomic
def register_application(
    *,
    programme: Programme,
    benefit_year: int,
    person: Person,
    township: Division,
    received_on: date,
    applicant_name: str,
    applicant_relation: str,
    applicant_phone: str = "",
    applicant_kinship: str = "",
    applicant_id_number: str = "",
    late_reason: str = "",
    late_proof: File[Any] | None = None,
    actor: User,
    at: datetime,
) -> Application:
    """Open a draft with its case number and everything the register already proves.

    `received_on` is the day the person handed in; it decides every deadline. A day before today needs
    `late_reason` and `late_proof` and counts once a second person confirms it; until then today counts.
    """
    agency = _agency_offering(programme, township)
    _check_may_register(actor, person, agency, township)
    today = localdate(at)
    _check_days(benefit_year, received_on, today=today)
    applicant = applicant_values(
        name=applicant_name,
        relation=applicant_relation,
        kinship=applicant_kinship,
        id_number=applicant_id_number,
        phone=applicant_phone,
        on=today,
    )
    application = open_draft(
        programme=programme,
        benefit_year=benefit_year,
        person=person,
        agency=agency,
        township=township,
        **applicant,
        received_on=today,
        actor=actor,
        at=at,
        account=newest_card(person),
    )
    if received_on < today:
        late: dict[str, Any] = {"reason": late_reason, "proof": late_proof}
        note_claim(application, received_on, **late, actor=actor, at=at)
    return application


def _check_may_register(actor: User, person: Person, agency: Agency, township: Division) -> None:
    """Raises NotAllowed, or Refused for a record that another one answers for."""
    if not acts_for(actor, ENTRY.roles, agency_id=agency.pk, township_id=township.pk):
        raise NotAllowed(_("You may not register applications of %(place)s.") % {"place": township})
    check_may_edit(actor, person)
    if person.merged_into_id is not None:
        raise Refused(
            _("This record was merged with that of %(name)s: register the application there.")
            % {"name": person.merged_into}
        )


def open_draft(
    *, person: Person, agency: Agency, actor: User, at: datetime, **values: Any
) -> Application:
    """The row of a new case with its first step, prefilled; it goes on from the year's decided case.

    The papers of that case come along, by reference: nobody is asked twice for what is in the file. The
    signed application does not: who applies again signs again (JN21 二(三)2(1)). Where the office itself
    corrects, nobody applies, and the earlier one stands for it.

    The caller has checked who may, and the days.
    """
    application = Application.objects.create(
        number=_case_number(agency, localdate(at).year),
        person=person,
        agency=agency,
        entered_by=actor,
        entered_at=at,
        state_since=at,
        previous=decided_before(person, values["programme"], values["benefit_year"]),
        **values,
    )
    Participation.objects.create(application=application, user=actor, part=Participation.Part.ENTRY)
    StatusChange.objects.create(application=application, to_state=State.DRAFT, at=at, by=actor)
    prefill(application)
    if application.previous is not None:
        kinds = set(EvidenceKind.values)
        if application.origin == Application.Origin.APPLICATION:
            kinds.discard(EvidenceKind.APPLICATION)
        bring_papers(application.previous, application, kinds=kinds, actor=actor, at=at)
    return application


def _agency_offering(programme: Programme, township: Division) -> Agency:
    """The agency that answers for the township, if it has a fund account for the programme."""
    agency = agency_for(township)
    if agency is None:
        raise Refused(_("No agency answers for %(place)s.") % {"place": township})
    known = FundYear.objects.filter(agency=agency, programme=programme)
    if programme not in APPLIED_FOR or not known.exists():
        raise Refused(
            _("%(agency)s has no fund account for “%(programme)s”.")
            % {"agency": agency, "programme": Programme(programme).label}
        )
    return agency


def _check_days(benefit_year: int, received_on: date, *, today: date) -> None:
    if received_on > today:
        raise Refused(_("The day received lies in the future."))
    if received_on.year < benefit_year:
        raise Refused(
            _("The application was received before the year of the cost, %(year)s, began.")
            % {"year": benefit_year}
        )


def _case_number(agency: Agency, year: int) -> str:
    """Running number of the agency and year, with four random characters against guessing."""
    running = next_number(f"application:{agency.code}", year)
    tail = "".join(secrets.choice(LETTERS) for _n in range(4))
    return f"{agency.code}-{year}-{running:05d}-{tail}"


@transaction.atomic
def add_bill(
    application: Application,
    *,
    bill: Mapping[str, Any],
    actor: User,
    at: datetime,
    version: int | None,
) -> Settlement:
    """Type a bill of the patient and take it into the case; refused as `type_bill` refuses."""
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.EDIT, actor=actor)
    if bill["settled_on"].year != application.benefit_year:
        raise Refused(
            _("The bill was settled in %(year)s; this application is for the cost of %(wanted)s.")
            % {"year": bill["settled_on"].year, "wanted": application.benefit_year}
        )
    if bill["settled_on"] > application.received_on:
        raise Refused(_("The bill was settled after the application was received."))
    typed = type_bill(application.person, **bill, actor=actor, at=at)
    sync_items(application, application.fact_sheets.get(kind=FactSheet.Kind.DECLARED))
    _note(application, "bill", "", str(typed), actor, at)
    touch(application)
    return typed


@transaction.atomic
def remove_bill(
    item: FactItem, *, reason: str, actor: User, at: datetime, version: int | None
) -> None:
    """Reverse a typed bill that is wrong; a bill of the insurance system can only be excluded."""
    application = item.sheet.application
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.EDIT, actor=actor)
    if item.settlement.source != Settlement.Source.TYPED:
        raise Refused(_("This bill came from the insurance system; it cannot be removed here."))
    reverse_bill(item.settlement, reason=reason, actor=actor, at=at)
    sync_items(application, application.fact_sheets.get(kind=FactSheet.Kind.DECLARED))
    _note(application, "bill", str(item.settlement), "", actor, at)
    touch(application)


def _note(
    application: Application, field: str, old: str, new: str, actor: User, at: datetime
) -> None:
    part = CaseEdit.Part.CASE
    note_edits(application, part, {field: old}, {field: new}, actor=actor, at=at)


@transaction.atomic
def add_aid(
    application: Application,
    *,
    aid: Mapping[str, Any],
    actor: User,
    at: datetime,
    version: int | None,
) -> OtherAid:
    """Record aid from elsewhere for the year and bring the declared sum in line with the register."""
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.EDIT, actor=actor)
    row = record_aid(
        application.person, benefit_year=application.benefit_year, **aid, actor=actor, at=at
    )
    take_over_aid(application, application.fact_sheets.get(kind=FactSheet.Kind.DECLARED))
    _note(application, "aid", "", f"{row.get_giver_display()} {row.amount}", actor, at)
    touch(application)
    return row


@transaction.atomic
def choose_account(
    application: Application,
    *,
    account: BankAccount,
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """Name the account to pay to: one of the patient's own that is in use (JN21 二(三)2(4))."""
    application = locked(application, version=version)
    if not may_mend_account(actor, application):
        raise NotAllowed(_("You may not change the account of this case."))
    if application.award_id is not None:
        raise Refused(_("The award has been made: change the account on the award."))
    if not same_human(account.person, application.person) or account.retired_at is not None:
        raise Refused(_("Choose an account of the patient that is in use."))
    _note(application, "account", _bank(application.account), _bank(account), actor, at)
    application.account = account
    touch(application, "account")
    return application


def _bank(account: BankAccount | None) -> str:
    return "" if account is None else f"{account.bank} {mask_account(account.number)}"


@transaction.atomic
def submit(
    application: Application, *, actor: User, at: datetime, version: int | None
) -> Application:
    """Hand the case to the township's first review; raises `Incomplete` with all that is missing."""
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.SUBMIT, actor=actor)
    go_on(application, Action.SUBMIT, State.FIRST_REVIEW, actor=actor, at=at)
    return application


@transaction.atomic
def withdraw(
    application: Application, *, reason: str, actor: User, at: datetime, version: int | None
) -> Application:
    """End the case at the applicant's wish, before the county has it."""
    application = locked(application, version=version)
    take_part(application, Action.WITHDRAW, actor=actor)
    move(application, Action.WITHDRAW, State.WITHDRAWN, actor=actor, at=at, reason=reason)
    return application
