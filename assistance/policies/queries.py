from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from assistance.calculation import Pack, read_pack
from assistance.policies.models import PolicyVersion
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
    newest = PolicyVersion.objects.order_by("code", "-number").distinct("code")
    packs = (pack_of(version) for version in newest)
    return tuple(pack for pack in packs if pack.jurisdiction == jurisdiction)


def settling_days(jurisdiction: str) -> tuple[date, ...]:
    """From which days on released documents of a place assist a bill as it comes, without an application."""
    starts = (pack.start_of("assist") for pack in book_of(jurisdiction))
    return tuple(sorted(start.first_day for start in starts if start is not None))
