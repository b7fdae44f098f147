"""Where the patient was registered on the days that matter for a case (JN21 二(一), AMB-63)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assistance.accounts.models import Division
from assistance.cases.models import Application
from assistance.cases.queries.places import county_of
from assistance.registry.models import Residence
from assistance.registry.queries import residence_among, residences_known


@dataclass(frozen=True, slots=True)
class HomeOn:
    """The household registration of one day; `in_county` is None where the register knows none."""

    label: str
    day: date
    home: Residence | None
    in_county: bool | None


def homes_of_case(application: Application) -> list[HomeOn]:
    """The registration on the first and last day of the year of the cost and on the day received.

    Insurance is asked of the year of the cost, the registration of the day received; where the two
    differ a person decides. A year that is not over ends, here, on the day received.
    """
    year, received = application.benefit_year, application.received_on
    days = {
        date(year, 1, 1): _("Begin of the year of the cost"),
        date(year, 12, 31): _("End of the year of the cost"),
        received: _("Day received"),
    }
    known = residences_known(application.person, Residence.Kind.HUKOU)
    county = county_of(application.township)
    return [
        _home_on(label, day, residence_among(known, day), county)
        for day, label in days.items()
        if day <= received
    ]


def moved_between(homes: list[HomeOn]) -> HomeOn | None:
    """The day of the year whose registration differs, county or not, from that of the day received."""
    *of_year, received = homes
    for home in reversed(of_year):
        if (
            None not in (home.in_county, received.in_county)
            and home.in_county != received.in_county
        ):
            return home
    return None


def _home_on(label: str, day: date, home: Residence | None, county: Division) -> HomeOn:
    if home is None:
        return HomeOn(label, day, None, None)
    return HomeOn(label, day, home, county.pk in (home.division_id, home.division.parent_id))
