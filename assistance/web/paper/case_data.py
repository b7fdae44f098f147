"""What the papers of a case say about people, cost and opinions, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from assistance.accounts.models import User
from assistance.cases.models import Application, Decision, FactItem, FactSheet
from assistance.cases.operations.booking import booking_reference
from assistance.cases.queries import county_of
from assistance.cases.states import State
from assistance.entitlements.models import Bucket, Entry
from assistance.entitlements.queries import granted
from assistance.registry.models import Enrolment, HouseholdMember, Person, Residence
from assistance.registry.queries import (
    current_residence,
    held_by,
    household_of,
    in_force,
    insured_since,
    recipient_on,
    records,
)
from assistance.settlements.models import Setting
from assistance.shared.masking import mask_account, mask_id, mask_phone
from assistance.shared.money import ZERO
from assistance.web.paper.words import PROGRAMME, day, money, short_day

Kind = Decision.Kind
SETTINGS_THAT_COUNT = frozenset({Setting.INPATIENT, Setting.SPECIAL_OUTPATIENT})
# States in which the county's proposal stands, and those in which the approver's word does.
PROPOSED = frozenset(
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
AGREED = PROPOSED - {State.PROPOSED}


def sheet_of(application: Application) -> FactSheet:
    """The accepted facts, before there are any the declared ones."""
    sheets = {sheet.kind: sheet for sheet in application.fact_sheets.all()}
    return sheets.get(FactSheet.Kind.ACCEPTED) or sheets[FactSheet.Kind.DECLARED]


def head(application: Application) -> dict[str, Any]:
    return {
        "number": application.number,
        "agency": application.agency.name,
        "telephone": application.agency.telephone,
        "programme": PROGRAMME,
        "year": application.benefit_year,
        "received_on": day(application.received_on),
        "place": f"{county_of(application.township).name}{application.township.name}",
        "township": application.township.name,
        "foot": application.number,
    }


def patient(application: Application) -> dict[str, Any]:
    person, on = application.person, application.received_on
    recognised = [span.category.name for span in recipient_on(person, on)]
    return {
        "patient": person.name,
        "sex": person.get_sex_display(),
        "born_on": day(person.born_on),
        "patient_number": mask_id(person.id_number),
        "died_on": day(person.died_on),
        "recognised": "、".join(recognised),
        "insurance": _insurance(person, application),
        "insured_since": day(insured_since(person, county_of(application.township), on)),
        "hukou": _address(person, application, Residence.Kind.HUKOU),
        "living": _address(person, application, Residence.Kind.LIVING),
        "village": _village(application),
    }


def applicant(application: Application) -> dict[str, Any]:
    return {
        "applicant": application.applicant_name,
        "applicant_number": mask_id(application.applicant_id_number),
        "relation": application.get_applicant_relation_display(),
        "phone": mask_phone(application.applicant_phone),
    }


def account(application: Application) -> dict[str, str]:
    """The account that is paid to: the award's once there is one, which a new card or an heir changed."""
    found = application.award.account if application.award else application.account
    if found is None:
        return {"bank": "", "holder": "", "account": ""}
    return {
        "bank": found.bank,
        "holder": found.holder_name,
        "account": mask_account(found.number),
    }


def household(application: Application) -> dict[str, Any]:
    """The household on the day received; its head is whom the national form calls 户主."""
    members = household_of(application.person, application.received_on)
    heads = [one.person for one in members if one.relation == HouseholdMember.Relation.HEAD]
    return {
        "head": heads[0].name if heads else "",
        "head_number": mask_id(heads[0].id_number) if heads else "",
        "members_count": str(len(members)) if members else "",
        "members": [
            [
                one.person.name,
                str(one.get_relation_display()),
                str(one.person.get_sex_display()),
                str(one.person.born_on.year),
                mask_id(one.person.id_number),
                "、".join(
                    span.category.name for span in recipient_on(one.person, application.received_on)
                ),
            ]
            for one in members
        ],
    }


def _insurance(person: Person, application: Application) -> str:
    spans = held_by(Enrolment.objects.select_related("county"), person)
    rows = in_force(spans, application.received_on)
    row: Enrolment | None = rows.order_by("-first_day").first()
    return f"{row.get_kind_display()}（{row.county.name}）" if row is not None else ""


def _address(person: Person, application: Application, kind: Residence.Kind) -> str:
    place = current_residence(person, application.received_on, kind)
    return f"{place.division.name}{place.village}" if place is not None else ""


def _village(application: Application) -> str:
    place = current_residence(application.person, application.received_on)
    return place.village if place is not None else ""


def items_of(sheet: FactSheet) -> list[FactItem]:
    rows = sheet.items.select_related("settlement").order_by("settlement__settled_on", "id")
    return list(rows)


def bill_rows(items: Sequence[FactItem]) -> list[list[str]]:
    """A row per bill: place and days, then total, beyond scope, insurance, assistance, aid, own."""
    return [
        [
            str(n),
            item.settlement.institution,
            str(item.get_setting_display()),
            _stay(item),
            *(money(amount) for amount in _amounts(item)),
            _counts(item),
        ]
        for n, item in enumerate(items, start=1)
    ]


def bill_sums(items: Sequence[FactItem]) -> list[str]:
    """The sums of the six columns of amounts."""
    columns = list(zip(*(_amounts(item) for item in items), strict=True)) or [()] * 6
    return [money(sum(column, ZERO)) for column in columns]


def _amounts(item: FactItem) -> tuple[Decimal, ...]:
    own = item.total - item.insurance - item.assistance - item.other_aid
    return (
        item.total,
        item.total - min(item.settlement.in_scope, item.total),
        item.insurance,
        item.assistance,
        item.other_aid,
        max(own, ZERO),
    )


def in_scope_burden(items: Sequence[FactItem]) -> Decimal:
    """自负: what of the cost in scope neither insurance nor assistance has borne."""
    parts = (item.settlement.in_scope - item.insurance - item.assistance for item in items)
    return sum((max(part, ZERO) for part in parts), ZERO)


def _stay(item: FactItem) -> str:
    bill = item.settlement
    if bill.service_from is None:
        return short_day(bill.settled_on)
    return f"{short_day(bill.service_from)}\n{short_day(bill.service_to or bill.settled_on)}"


def _counts(item: FactItem) -> str:
    if item.exclusion:
        return f"不计：{item.get_exclusion_display()}"
    if not item.therapeutic:
        return "不计：非治疗性"
    return "计入" if item.setting in SETTINGS_THAT_COUNT else "不计：非住院"


def earlier_aid(application: Application, items: Sequence[FactItem]) -> dict[str, str]:
    """已救助情况: what the year has granted besides this case, and the assistance on its bills."""
    own = booking_reference(application)
    person, year = application.person, application.benefit_year
    entries = Entry.objects.filter(
        account__person__in=records(person).values("pk"),
        account__year=year,
        kind=Entry.Kind.GRANTED,
        reversed_by=None,
    ).exclude(source=own)
    found = {
        "granted": money(granted(person, year, Bucket.JINGNING, without=own)),
        "granted_times": str(entries.count()),
    }
    for name, inpatient in (("inpatient", True), ("outpatient", False)):
        part = [i for i in items if (i.setting == Setting.INPATIENT) is inpatient]
        helped = [i for i in part if i.assistance > 0]
        base = sum((i.settlement.in_scope - i.insurance for i in helped), ZERO)
        found[f"{name}_base"] = money(base)
        found[f"{name}_aid"] = money(sum((i.assistance for i in helped), ZERO))
        found[f"{name}_times"] = str(len(helped))
    return found


def opinions(application: Application) -> dict[str, dict[str, str]]:
    """The opinions that stand: of the township, of the county's reviewer and of the approver."""
    last: dict[str, Decision] = {}
    for decision in application.decisions.select_related("by").order_by("id"):
        last[decision.kind] = decision
    state = application.state_enum
    first = last.get(Kind.FIRST_REVIEW)
    if first is not None and _after(last.get(Kind.RETURN), first):
        first = None
    proposals = (last.get(Kind.PROPOSAL), last.get(Kind.REFUSAL_PROPOSAL))
    answers = (last.get(Kind.AGREEMENT), last.get(Kind.REFUSAL))
    return {
        "first_review": _said(first),
        "county_review": _said(_newest(proposals) if state in PROPOSED else None),
        "approval": _said(_newest(answers) if state in AGREED else None),
    }


def _after(one: Decision | None, other: Decision) -> bool:
    return one is not None and one.pk > other.pk


def _newest(decisions: Sequence[Decision | None]) -> Decision | None:
    return max((one for one in decisions if one is not None), key=lambda one: one.pk, default=None)


def _said(decision: Decision | None) -> dict[str, str]:
    if decision is None:
        return {"text": "", "by": "", "on": ""}
    amount = f"（{money(decision.amount)}元）" if decision.amount is not None else ""
    return {"text": decision.opinion + amount, "by": str(decision.by), "on": day(decision.at)}


def printed(user: User, on: Any) -> dict[str, str]:
    return {"printed_by": str(user), "printed_on": day(on)}
