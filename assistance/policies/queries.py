from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.accounts.scope import scope_of
from assistance.calculation import Book, Pack, read_pack
from assistance.policies.models import CountyPolicy, PolicyVersion
from assistance.policies.permissions import COUNTY_POLICY_READERS
from assistance.shared.errors import Refused


class NoPolicy(Refused):
    """No released version of the policy is in force."""


def version_in_force(code: str, *, on: date) -> PolicyVersion:
    """The newest released version of policy `code` in force on `on`; raises `NoPolicy`.

    `on` is a day of the cost, never the day of processing: old cost keeps its version.
    """
    released = PolicyVersion.objects.filter(code=code, first_day__lte=on).order_by("number")
    version = released.last()
    if version is None:
        raise NoPolicy(
            _("No released version of policy %(code)s is in force on %(day)s.")
            % {"code": code, "day": on.isoformat()}
        )
    return version


@lru_cache(maxsize=64)
def _read(text: str) -> Pack:
    return read_pack(text)


def pack_of(version: PolicyVersion) -> Pack:
    """The pack as it was released, parsed once per process."""
    return _read(version.pack)


def book_of(jurisdiction: str) -> tuple[Pack, ...]:
    """The packs of a place as last released, one a document: what `calculation.Book` takes."""
    return books_of(jurisdiction).city


@dataclass(frozen=True, slots=True)
class Books:
    """The documents of a city, and those that counties have released for their own people (WZ19-3.5)."""

    city: tuple[Pack, ...]
    counties: Mapping[int, tuple[Pack, ...]]

    def of(self, agency_id: int | None) -> Book:
        """What holds for the people of an agency. Of two documents of one day the county's own is used; a
        younger one of the city comes before it, until the county releases a version that keeps to it."""
        own = self.counties.get(agency_id, ()) if agency_id is not None else ()
        return Book((*self.city, *own))


def books_of(jurisdiction: str) -> Books:
    """One query: the packs of a place as last released, and every county's own that fills one of them in."""
    newest = PolicyVersion.objects.order_by("code", "-number").distinct("code")
    packs = [(version.agency_id, pack_of(version)) for version in newest]
    city = tuple(pack for of, pack in packs if of is None and pack.jurisdiction == jurisdiction)
    codes = {pack.code for pack in city}
    counties: dict[int, tuple[Pack, ...]] = {}
    for agency, pack in packs:
        if agency is not None and pack.framework in codes:
            counties[agency] = (*counties.get(agency, ()), pack)
    return Books(city, counties)


def settling_days(jurisdiction: str) -> tuple[date, ...]:
    """From which days on released documents of a place assist a bill as it comes, without an application."""
    starts = (pack.start_of("assist") for pack in book_of(jurisdiction))
    return tuple(sorted(start.first_day for start in starts if start is not None))


def own_version_of(agency: Agency) -> PolicyVersion | None:
    """The county's own version as last released."""
    return PolicyVersion.objects.filter(agency=agency).order_by("-id").first()


def county_policies_visible_to(user: User) -> QuerySet[CountyPolicy]:
    """What the counties of the user's place set themselves, for those who work with it or watch."""
    rows = CountyPolicy.objects.select_related("agency", "drafted_by").order_by(
        "agency__name", "id"
    )
    if not user.has_role(*COUNTY_POLICY_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None)


def floor_versions() -> frozenset[str]:
    """The versions that say only what a county may not go below: shown as such, never granted (B-04)."""
    packs = (pack_of(version) for version in PolicyVersion.objects.all())
    return frozenset(pack.version for pack in packs if pack.level == "framework")
