"""By which document a list is drawn up, with what the county has decided itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assistance.accounts.models import Agency
from assistance.calculation import Pack
from assistance.calculation.money import RATE_ONE
from assistance.policies.models import PolicyVersion
from assistance.policies.queries import NoPolicy, pack_of
from assistance.screening.models import LargeCostThreshold, ListOffice
from assistance.screening.rules import LARGE_COST
from assistance.shared.money import to_fen


@dataclass(frozen=True, slots=True)
class Released:
    """Every released document by its place, read once: for questions about many agencies and days."""

    by_place: dict[str, list[PolicyVersion]]
    by_agency: dict[int, list[PolicyVersion]]

    def of(self, office: ListOffice, on: date) -> PolicyVersion | None:
        """Of the documents of the office's place in force on a day the youngest, in its newest version; of two
        of one day the county's own."""
        city = self.by_place.get(office.city, [])
        codes = {version.code for version in city}
        own = self.by_agency.get(office.agency_id, [])
        newest: dict[str, PolicyVersion] = {}
        for version in (*(v for v in own if pack_of(v).framework in codes), *city):
            if version.first_day <= on:
                newest[version.code] = version
        return max(newest.values(), key=lambda version: version.first_day, default=None)


def released() -> Released:
    """One query."""
    by_place: dict[str, list[PolicyVersion]] = defaultdict(list)
    by_agency: dict[int, list[PolicyVersion]] = defaultdict(list)
    for version in PolicyVersion.objects.order_by("code", "number"):
        if version.agency_id is None:
            by_place[pack_of(version).jurisdiction].append(version)
        else:
            by_agency[version.agency_id].append(version)
    return Released(dict(by_place), dict(by_agency))


def document_of(agency: Agency, on: date, *, own: bool = True) -> PolicyVersion:
    """The released document of the agency's place in force on `on`, its own version unless not `own`; raises
    `NoPolicy`."""
    office, known = ListOffice.objects.filter(agency=agency).first(), released()
    if not own:
        known = Released(known.by_place, {})
    version = known.of(office, on) if office is not None else None
    if version is None:
        raise NoPolicy(
            _("No released document says which lists %(agency)s draws up on %(day)s.")
            % {"agency": agency, "day": on.isoformat()}
        )
    return version


def offices_without_document(on: date) -> list[ListOffice]:
    """Those that should draw up lists on `on` and have no released document in force: nothing is ever due there."""
    known = released()
    offices = ListOffice.objects.filter(since__lte=on).select_related("agency").order_by("id")
    return [office for office in offices if known.of(office, on) is None]


def agencies_of_whole_premiums(on: date) -> list[int]:
    """The ids of the agencies whose document of the day has the public pay the whole premium (ZS22-2.1.3)."""
    known = released()
    offices = [(office.agency_id, known.of(office, on)) for office in ListOffice.objects.all()]
    ratios = [
        (agency, pack_of(version).find("premium.ratio", on=on))
        for agency, version in offices
        if version is not None
    ]
    return [agency for agency, ratio in ratios if ratio is not None and ratio.number == RATE_ONE]


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
