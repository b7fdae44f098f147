"""By which document a list is drawn up, with what the county has decided itself."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from assistance.accounts.models import Agency
from assistance.calculation import Pack
from assistance.policies.models import PolicyVersion
from assistance.policies.queries import NoPolicy, pack_of
from assistance.screening.models import LargeCostThreshold, ListOffice
from assistance.screening.rules import LARGE_COST
from assistance.shared.money import to_fen


def document_of(agency: Agency, on: date) -> PolicyVersion:
    """The released document of the agency's place in force on `on`; raises `NoPolicy`."""
    office = ListOffice.objects.filter(agency=agency).first()
    for version in _released(on) if office is not None else ():
        if office is not None and pack_of(version).jurisdiction == office.city:
            return version
    raise NoPolicy(
        _("No released document says which lists %(agency)s draws up on %(day)s.")
        % {"agency": agency, "day": on.isoformat()}
    )


def pack_for(agency: Agency, version: PolicyVersion, on: date) -> Pack:
    """The pack of the version, with the county's own threshold of large costs where it has set one."""
    pack, threshold = pack_of(version), threshold_of(agency, on)
    if threshold is None:
        return pack
    return pack.with_values({LARGE_COST: to_fen(threshold.amount)}, clause=threshold.decision)


def threshold_of(agency: Agency, on: date) -> LargeCostThreshold | None:
    """What the county has decided about large costs for `on`: the newest decision in force."""
    rows = LargeCostThreshold.objects.filter(agency=agency, first_day__lte=on)
    return rows.order_by("-first_day", "-id").first()


def _released(on: date) -> list[PolicyVersion]:
    """The newest version of every document in force on a day, the youngest document first."""
    rows = PolicyVersion.objects.filter(first_day__lte=on).order_by("code", "-number")
    return sorted(rows.distinct("code"), key=lambda version: version.first_day, reverse=True)
