"""Whose rows a user may see and work on. The one place: every list and every predicate asks here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from assistance.accounts.models import User
from assistance.accounts.queries import agencies_with_those_below
from assistance.accounts.roles import AGENCY_ROLES, TOWNSHIP_ROLES, Role

M = TypeVar("M", bound=Model)
_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The rows somebody sees: whole agencies, or townships within one agency.

    `agency_ids` may be read; `work_agency_ids` may also be worked on. A township's rows count only
    where its own agency answers for them: a case of the city's agency in the same township does not.
    """

    agency_ids: frozenset[int] = _NONE
    work_agency_ids: frozenset[int] = _NONE
    township_ids: frozenset[int] = _NONE
    township_agency_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.agency_ids or self.township_ids)

    @property
    def read_only(self) -> bool:
        """Whether there is nothing in it to work on."""
        return not (self.work_agency_ids or self.township_ids)

    def covers(self, *, agency_id: int | None, township_id: int | None = None) -> bool:
        """Whether a row of this agency and township may be read."""
        return agency_id in self.agency_ids or self._covers_township(agency_id, township_id)

    def may_work_on(self, *, agency_id: int | None, township_id: int | None = None) -> bool:
        """Whether a row of this agency and township may be worked on."""
        return agency_id in self.work_agency_ids or self._covers_township(agency_id, township_id)

    def filter(
        self,
        queryset: QuerySet[M],
        *,
        agency: str = "agency",
        township: str | None = "township",
    ) -> QuerySet[M]:
        """The rows that may be read; the arguments are the paths to agency and township.

        With `township=None` (rows that belong to no township) township roles see nothing.
        """
        readable = Q()
        if self.agency_ids:
            readable |= Q(**{f"{agency}__in": self.agency_ids})
        if self.township_ids and township:
            in_township: dict[str, Any] = {
                f"{township}__in": self.township_ids,
                agency: self.township_agency_id,
            }
            readable |= Q(**in_township)
        return queryset.filter(readable) if readable else queryset.none()

    def _covers_township(self, agency_id: int | None, township_id: int | None) -> bool:
        return (
            township_id in self.township_ids
            and agency_id is not None
            and agency_id == self.township_agency_id
        )


NOTHING = Scope()


def scope_of(user: User | AnonymousUser) -> Scope:
    """The scope that a user's roles give: their union; the three officers and partners see no rows."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    if user.agency_id is None:
        return NOTHING
    own = frozenset({user.agency_id})
    readable = work = _NONE
    if user.has_role(*AGENCY_ROLES):
        readable = work = own
    if user.has_role(Role.CITY_SUPERVISOR):
        readable, work = agencies_with_those_below(user.agency_id), own
    townships = _NONE
    if user.township_id is not None and user.has_role(*TOWNSHIP_ROLES):
        townships = frozenset({user.township_id})
    return Scope(
        agency_ids=readable,
        work_agency_ids=work,
        township_ids=townships,
        township_agency_id=user.agency_id if townships else None,
    )
