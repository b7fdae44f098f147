from __future__ import annotations

import pytest

from assistance.accounts.models import Agency, User
from assistance.accounts.roles import Role
from assistance.accounts.scope import NOTHING, Scope, scope_of
from tests.factories.accounts import Cast, agency, user

pytestmark = pytest.mark.django_db

# Row: (agency, township). Who reads it, and who works on it.
OWN_TOWNSHIP = {"clerk", "leader"}
OWN_AGENCY = {"window", "reviewer", "approver", "payer", "fund"}
ABOVE = {"city_supervisor"}
ROWS = {
    "own township, own agency": (OWN_TOWNSHIP | OWN_AGENCY | ABOVE, OWN_TOWNSHIP | OWN_AGENCY),
    "other township, own agency": (OWN_AGENCY | ABOVE, OWN_AGENCY),
    "own township, the city's agency": (ABOVE, {"city_supervisor"}),
    "another agency": (set(), set()),
    "no agency": (set(), set()),
}


def row_of(cast: Cast, row: str) -> tuple[int | None, int | None]:
    return {
        "own township, own agency": (cast.agency.pk, cast.township.pk),
        "other township, own agency": (cast.agency.pk, cast.other_township.pk),
        "own township, the city's agency": (cast.city_agency.pk, cast.township.pk),
        "another agency": (cast.outside_agency.pk, cast.outside_township.pk),
        "no agency": (None, cast.township.pk),
    }[row]


@pytest.mark.parametrize("row", ROWS)
def test_scope_table(row):
    cast = Cast()
    agency_id, township_id = row_of(cast, row)
    readers, workers = set(), set()
    for one in cast.of_each_role().values():
        scope = scope_of(one)
        if scope.covers(agency_id=agency_id, township_id=township_id):
            readers.add(one.username)
        if scope.may_work_on(agency_id=agency_id, township_id=township_id):
            workers.add(one.username)
    assert (readers, workers) == ROWS[row]


def visible(who: User, *people: User) -> set[str]:
    # Users have an agency and a township, so they serve as rows here.
    rows = User.objects.filter(pk__in=[person.pk for person in people])
    return {found.username for found in scope_of(who).filter(rows)}


def test_filter_agrees_with_covers():
    cast = Cast()
    rows = [
        user("r1", agency=cast.agency, township=cast.township),
        user("r2", agency=cast.agency, township=cast.other_township),
        user("r3", agency=cast.city_agency, township=cast.township),
        user("r4", agency=cast.outside_agency, township=cast.outside_township),
        user("r5"),
    ]
    for one in cast.of_each_role().values():
        scope = scope_of(one)
        covered = {
            row.username
            for row in rows
            if scope.covers(agency_id=row.agency_id, township_id=row.township_id)
        }
        assert visible(one, *rows) == covered, one.username


def test_filter_of_rows_without_township_shows_township_roles_nothing():
    cast = Cast()
    rows = User.objects.filter(pk=cast.payer.pk)
    assert scope_of(cast.clerk).filter(rows, township=None).count() == 0
    assert scope_of(cast.reviewer).filter(rows, township=None).count() == 1


def test_scope_of_township_and_agency_roles_is_their_union():
    cast = Cast()
    both = user(
        "both",
        Role.TOWNSHIP_LEADER,
        Role.REVIEWER,
        agency=cast.agency,
        township=cast.township,
    )
    assert scope_of(both) == Scope(
        agency_ids=frozenset({cast.agency.pk}),
        work_agency_ids=frozenset({cast.agency.pk}),
        township_ids=frozenset({cast.township.pk}),
        township_agency_id=cast.agency.pk,
    )


def test_scope_of_inactive_user_is_nothing():
    cast = Cast()
    cast.reviewer.is_active = False
    assert scope_of(cast.reviewer) == NOTHING
    assert NOTHING.is_empty
    assert NOTHING.read_only


def test_scope_of_user_without_agency_or_township_is_nothing():
    assert scope_of(user("lost", Role.REVIEWER)) == NOTHING
    homeless = user("homeless", Role.TOWNSHIP_CLERK, agency=Cast().agency)
    assert scope_of(homeless).is_empty


def test_scope_of_city_supervisor_reaches_every_depth_and_stops_at_a_circle():
    cast = Cast()
    branch = agency("331127b", "分中心", parent=cast.agency)
    assert scope_of(cast.city_supervisor).agency_ids == {
        cast.city_agency.pk,
        cast.agency.pk,
        branch.pk,
    }
    Agency.objects.filter(pk=cast.city_agency.pk).update(parent=branch)
    assert scope_of(cast.city_supervisor).covers(agency_id=branch.pk)


def test_scope_costs_no_query_for_township_and_county(django_assert_num_queries):
    cast = Cast()
    for one in (cast.clerk, cast.reviewer):
        fresh = User.objects.get(pk=one.pk)
        with django_assert_num_queries(1):  # the roles
            scope_of(fresh)
            scope_of(fresh)
