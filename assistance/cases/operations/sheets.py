"""The two sheets of facts, declared and accepted, and the bills on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Division, User
from assistance.cases.models import Application, CaseEdit, FactItem, FactSheet
from assistance.cases.models.applications import Group
from assistance.cases.operations.edits import note_edits
from assistance.cases.operations.moves import locked, take_part, touch
from assistance.cases.queries import aid_on_items, county_of
from assistance.cases.states import Action
from assistance.entitlements.operations import lock_year
from assistance.registry.models import Enrolment, Person, Residence
from assistance.registry.queries import (
    enrolled_in_year,
    hardship_on,
    held_by,
    hukou_in,
    insured_since,
    records,
)
from assistance.settlements.models import Settlement
from assistance.settlements.queries import bills_of_year, deductible_aid_of_year
from assistance.shared.errors import Refused

Kind = FactSheet.Kind
ACTION_OF = {Kind.DECLARED: Action.EDIT, Kind.ACCEPTED: Action.REVIEW}
FACT_FIELDS = frozenset(
    {
        "group",
        "hukou_in_county",
        "insured_in_county",
        "insured_since",
        "gate_applied_on",
        "gate_kind",
        "gate_authority",
        "gate_outcome",
        "gate_paper",
        "other_aid",
        "note",
    }
)
JUDGEMENTS = frozenset({"therapeutic", "exclusion", "other_aid", "note"})
FIGURES = frozenset({"setting", "total", "insurance", "assistance"})


def prefill(application: Application) -> FactSheet:
    """The declared sheet with everything the register already proves, and the year's bills."""
    sheet = FactSheet.objects.create(
        application=application, kind=Kind.DECLARED, **proved_by_register(application)
    )
    sync_items(application, sheet)
    take_over_aid(application, sheet)
    return sheet


def proved_by_register(application: Application) -> dict[str, Any]:
    """What the register says of the day received and the year of the cost, by field of the sheet."""
    person, received = application.person, application.received_on
    county = county_of(application.township)
    hardship = hardship_on(person, received)
    return {
        "hukou_in_county": hukou_in(person, county, received) if _has_hukou(person) else None,
        "insured_in_county": _insured(application, county),
        "insured_since": insured_since(person, county, received),
        **_group(application, recognised=hardship is not None),
    }


def receive_on(application: Application, sheet: FactSheet, day: date) -> None:
    """Another day of receipt, and what the register says of that day where nobody wrote otherwise."""
    before = proved_by_register(application)
    application.received_on = day
    for field, value in proved_by_register(application).items():
        if getattr(sheet, field) == before[field]:
            setattr(sheet, field, value)
    sheet.save(update_fields=list(before))


def _group(application: Application, *, recognised: bool) -> dict[str, Any]:
    """What the register shows, or what the county accepted in the case this one goes on from."""
    before = application.previous
    sheet = before.fact_sheets.filter(kind=Kind.ACCEPTED).first() if before is not None else None
    group = Group.HARDSHIP if recognised else ""
    if sheet is None:
        return {"group": group}
    carried = {field: getattr(sheet, field) for field in FACT_FIELDS if field.startswith("gate_")}
    return carried | {"group": group or sheet.group}


def take_over_aid(application: Application, sheet: FactSheet) -> None:
    """Deduct what the register shows of other departments' aid, less what stands with single bills."""
    known = deductible_aid_of_year(application.person, application.benefit_year)
    sheet.other_aid = max(Decimal(0), known - aid_on_items(sheet))
    sheet.save(update_fields=["other_aid"])


def _has_hukou(person: Person) -> bool:
    rows = Residence.objects.filter(kind=Residence.Kind.HUKOU, voided_at__isnull=True)
    return held_by(rows, person).exists()


def _insured(application: Application, county: Division) -> bool | None:
    """Insured in the county in the year of the cost (AMB-63); None where the register knows nothing."""
    known = Enrolment.objects.filter(voided_at__isnull=True)
    if not held_by(known, application.person).exists():
        return None
    return enrolled_in_year(application.person, county, application.benefit_year)


def open_accepted(application: Application) -> FactSheet:
    """The accepted sheet: a copy of the declared one, made once; later stays keep the reviewer's work."""
    accepted = application.fact_sheets.filter(kind=Kind.ACCEPTED).first()
    if accepted is None:
        declared = application.fact_sheets.get(kind=Kind.DECLARED)
        values = {field: getattr(declared, field) for field in FACT_FIELDS}
        accepted = FactSheet.objects.create(application=application, kind=Kind.ACCEPTED, **values)
        FactItem.objects.bulk_create(_copy(item, accepted) for item in declared.items.all())
    sync_items(application, accepted)
    return accepted


def _copy(item: FactItem, sheet: FactSheet) -> FactItem:
    values = {field: getattr(item, field) for field in JUDGEMENTS | FIGURES}
    return FactItem(sheet=sheet, settlement_id=item.settlement_id, **values)


def countable_bills(application: Application) -> list[Settlement]:
    """Bills of the year settled up to the day received: later cost is refused (B-29)."""
    bills = bills_of_year(application.person, application.benefit_year)
    return list(bills.filter(settled_on__lte=application.received_on))


def sync_items(application: Application, sheet: FactSheet) -> tuple[int, int]:
    """Bring the sheet's bills in line with the register; (added, removed)."""
    bills = {bill.pk: bill for bill in countable_bills(application)}
    known = set(sheet.items.values_list("settlement_id", flat=True))
    gone = sheet.items.exclude(settlement__in=bills)
    removed = gone.count()
    gone.delete()
    judged = _judged_before(application)
    new = [_item(sheet, bill, judged.get(pk)) for pk, bill in bills.items() if pk not in known]
    FactItem.objects.bulk_create(new)
    return len(new), removed


def _judged_before(application: Application) -> dict[int, FactItem]:
    """What the county accepted about a bill in the latest earlier case, by bill.

    The year is computed anew over all its bills: one that was excluded must not count the second time.
    """
    earlier = FactItem.objects.filter(
        sheet__kind=Kind.ACCEPTED,
        sheet__application__person__in=records(application.person).values("pk"),
        sheet__application__benefit_year=application.benefit_year,
    ).exclude(sheet__application=application)
    return {item.settlement_id: item for item in earlier.order_by("sheet__application_id")}


def _item(sheet: FactSheet, bill: Settlement, judged: FactItem | None) -> FactItem:
    if judged is not None:
        values = {field: getattr(judged, field) for field in JUDGEMENTS | FIGURES}
        return FactItem(sheet=sheet, settlement=bill, **values)
    return FactItem(
        sheet=sheet,
        settlement=bill,
        setting=bill.setting,
        total=bill.total,
        insurance=bill.insurance,
        assistance=bill.assistance,
    )


def is_in_line(application: Application, sheet: FactSheet) -> bool:
    """Whether the sheet holds exactly the bills that count now."""
    on_sheet = set(sheet.items.values_list("settlement_id", flat=True))
    return on_sheet == {bill.pk for bill in countable_bills(application)}


@transaction.atomic
def refresh_items(
    application: Application,
    kind: FactSheet.Kind,
    *,
    actor: User,
    at: datetime,
    version: int | None,
) -> tuple[int, int]:
    """Take over bills that came in since, drop reversed ones; returns (added, removed)."""
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, ACTION_OF[Kind(kind)], actor=actor)
    changes = sync_items(application, application.fact_sheets.get(kind=kind))
    touch(application)
    return changes


@transaction.atomic
def save_facts(
    application: Application,
    kind: FactSheet.Kind,
    *,
    values: Mapping[str, Any],
    actor: User,
    at: datetime,
    version: int | None,
) -> FactSheet:
    """Write the named facts on one sheet: declared while editing, accepted in county review."""
    application = locked(application, version=version)
    take_part(application, ACTION_OF[Kind(kind)], actor=actor)
    sheet = application.fact_sheets.get(kind=kind)
    named = sorted(FACT_FIELDS & values.keys())
    before = {field: getattr(sheet, field) for field in named}
    for field in named:
        setattr(sheet, field, values[field])
    _check_facts(sheet, today=localdate(at))
    sheet.save(update_fields=named)
    after = {field: getattr(sheet, field) for field in named}
    note_edits(application, CaseEdit.Part(sheet.kind), before, after, actor=actor, at=at)
    touch(application)
    return sheet


def _check_facts(sheet: FactSheet, *, today: date) -> None:
    if sheet.other_aid < 0:
        raise Refused(_("The aid of other departments must not be negative."))
    if max(sheet.gate_applied_on or today, sheet.insured_since or today) > today:
        raise Refused(_("A day among the facts lies in the future."))


@transaction.atomic
def judge_item(
    item: FactItem, *, values: Mapping[str, Any], actor: User, at: datetime, version: int | None
) -> FactItem:
    """Write what a person judged about a bill; the county may also accept other figures, with a note.

    A typed bill with wrong figures is removed and typed again: the declared sheet shows the bill as it is.
    """
    sheet = item.sheet
    application = locked(sheet.application, version=version)
    take_part(application, ACTION_OF[Kind(sheet.kind)], actor=actor)
    allowed = JUDGEMENTS | (FIGURES if sheet.kind == Kind.ACCEPTED else frozenset())
    named = sorted(allowed & values.keys())
    before = {field: getattr(item, field) for field in named}
    for field in named:
        setattr(item, field, values[field])
    _check_item(item)
    item.save(update_fields=named)
    after = {field: getattr(item, field) for field in named}
    part, bill = CaseEdit.Part(sheet.kind), item.settlement
    note_edits(application, part, before, after, bill=bill, actor=actor, at=at)
    touch(application)
    return item


def _check_item(item: FactItem) -> None:
    amounts = (item.total, item.insurance, item.assistance, item.other_aid)
    if min(amounts) < Decimal(0):
        raise Refused(_("An amount must not be negative."))
    if item.insurance + item.assistance > item.total:
        raise Refused(_("Insurance and assistance together exceed the total cost of the bill."))
    bill = item.settlement
    same = (item.total, item.insurance, item.assistance, item.setting) == (
        bill.total,
        bill.insurance,
        bill.assistance,
        bill.setting,
    )
    if not same and not item.note:
        raise Refused(_("Say in the note why other figures than those of the bill are accepted."))
