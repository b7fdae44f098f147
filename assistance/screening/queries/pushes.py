"""To whom a list goes, what an office is told, and which rows somebody sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from assistance.accounts.models import Agency, User
from assistance.accounts.scope import scope_of
from assistance.policies.queries import pack_of
from assistance.registry.queries import current_residence
from assistance.screening.models import HandOut, ListRun, PartnerOffice, Push, PushField
from assistance.screening.permissions import PUSH_READERS, office_of
from assistance.screening.states import (
    UNANSWERED,
    Band,
    ListKind,
    PartnerKind,
    PushedField,
)
from assistance.shared.masking import mask_id, mask_phone

# As the policy names them; 「相关部门」 are those that recognise somebody.
NAMED: Mapping[str, PartnerKind] = {
    "民政": PartnerKind.CIVIL_AFFAIRS,
    "红十字会": PartnerKind.RED_CROSS,
    "慈善总会": PartnerKind.CHARITY,
    "工会": PartnerKind.UNION,
    "残联": PartnerKind.DISABLED,
    "农业农村": PartnerKind.AGRICULTURE,
    "退役军人": PartnerKind.VETERANS,
}
WHO_RECOGNISES = "相关部门"
PUSH_KEYS = {
    ListKind.ZHIPIN: "pool.push",
    ListKind.FANPIN: "pool.push",
    ListKind.ALARM: "alarm.push",
    ListKind.WATCH: "pool.watch_push",
}
BANDS = (
    (Decimal(100_000), Band.FROM_10),
    (Decimal(50_000), Band.FROM_5),
    (Decimal(30_000), Band.FROM_3),
    (Decimal(20_000), Band.FROM_2),
)


def offices_for(run: ListRun) -> list[PartnerOffice]:
    """The offices that a finished list goes to, by the version it was drawn up under (ZS22-2.2.1, 2.2.2).

    A warning of large costs goes, as the pools, to those that the document names and no other: to civil affairs
    (LX20-4.2), or to those that recognise where it says 相关部门 (WZ19-3.5). An office of the agency comes before one of the same kind at the
    agency above it. The township offices among those that recognise get their own people only. Empty where
    the version pushes nothing.
    """
    period = run.period
    value = pack_of(run.version).find(PUSH_KEYS[ListKind(period.kind)], on=run.as_of)
    if value is None:
        return []
    kinds = [NAMED[name] for name in value.names if name in NAMED]
    wanted = Q(kind__in=kinds)
    if WHO_RECOGNISES in value.names:
        wanted |= Q(recognises=True)
    return _nearest(period.agency, PartnerOffice.objects.filter(wanted, is_active=True))


def _nearest(agency: Agency, offices: QuerySet[PartnerOffice]) -> list[PartnerOffice]:
    found: list[PartnerOffice] = []
    here: Agency | None = agency
    while here is not None:
        known = {office.kind for office in found}
        rows = offices.filter(agency=here).select_related("agency").order_by("id")
        found += [office for office in rows if office.kind not in known]
        here = here.parent
    return found


def fields_told(kind: str, name: str) -> list[str]:
    """The fields that offices of a kind are told of a list, the least first; none where nobody said."""
    given = set(PushField.objects.filter(kind=kind, list=name).values_list("field", flat=True))
    return [field for field in PushedField.values if field in given]


def band_of(burden: Decimal) -> Band:
    return next((band for least, band in BANDS if burden >= least), Band.BELOW_2)


def told(push: Push, on: date) -> dict[str, str]:
    """What the office reads of a row, by field, and nothing else; numbers masked, in full they are shown on their own."""
    shown: dict[str, str] = {}
    for field in PushedField.values:
        if field in push.fields and field != PushedField.FULL_NUMBER:
            shown[field] = _value(push, PushedField(field), on)
    return shown


def _value(push: Push, field: PushedField, on: date) -> str:
    person = push.person
    if field == PushedField.VILLAGE:
        home = current_residence(person, on)
        return home.village if home is not None else ""
    if field == PushedField.CATEGORY:
        category = push.entry.category
        return category.name if category is not None else ""
    values = {
        PushedField.LIST: ListKind(push.list).label,
        PushedField.MONTH: f"{push.month:%Y-%m}",
        PushedField.TOWNSHIP: push.township.name,
        PushedField.NAME: person.name,
        PushedField.MASKED_NUMBER: mask_id(person.id_number),
        PushedField.BAND: Band(push.band).label,
        PushedField.PHONE: mask_phone(person.phone),
    }
    return str(values[field])


def pushes_visible_to(user: User) -> QuerySet[Push]:
    """A partner's: what his office was told. Of an agency's readers: all of the agencies they see."""
    rows = Push.objects.select_related("office", "township", "person", "entry__category", "agency")
    office = office_of(user)
    if office is not None:
        return rows.filter(office=office)
    if not user.has_role(*PUSH_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None)


def hand_outs_visible_to(user: User) -> QuerySet[HandOut]:
    """Lists on their way to partners, for those who see the agency's pushes."""
    rows = HandOut.objects.select_related("office", "run__period", "claimed_by", "agency")
    if not user.has_role(*PUSH_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None)


def unanswered(rows: QuerySet[Push]) -> QuerySet[Push]:
    return rows.filter(state__in=sorted(UNANSWERED))
