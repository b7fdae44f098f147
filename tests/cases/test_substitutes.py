"""Who stands in for an absent reviewer is given cases as he is, and gets those that wait for him."""

from __future__ import annotations

import pytest
from django.utils.timezone import localdate

from assistance.accounts.models import Substitution, User
from assistance.accounts.operations import order_substitution
from assistance.accounts.roles import Role
from assistance.cases import operations
from assistance.cases.queries import queue_for, reviewers_of, workload
from tests.factories.cases import Desk

pytestmark = pytest.mark.django_db


def fresh(someone: User) -> User:
    """As the next request knows him."""
    return User.objects.get(pk=someone.pk)


@pytest.fixture
def desk() -> Desk:
    """The window stands in for the first reviewer today; the second is there."""
    desk = Desk()
    assert desk.cast.second_reviewer.pk
    order_substitution(
        desk.cast.reviewer,
        substitute=desk.cast.window,
        role=Role.REVIEWER,
        first_day=localdate(),
        last_day=localdate(),
        reason="年休假",
        by=desk.cast.security_officer,
        at=desk.now,
    )
    return desk


def give(desk: Desk, case, to: User) -> None:
    operations.assign_reviewer(case, fresh(to), actor=desk.cast.second_reviewer, at=desk.now)


def waits_for(desk: Desk, case) -> set[str]:
    people = (desk.cast.reviewer, desk.cast.second_reviewer, desk.cast.window)
    return {one.username for one in people if queue_for(fresh(one)).filter(pk=case.pk).exists()}


def test_what_is_given_to_somebody_absent_waits_for_his_substitute_too(desk):
    case = desk.reviewed_first()
    everybody = {"reviewer", "second_reviewer", "window"}
    assert waits_for(desk, case) == everybody
    give(desk, case, desk.cast.reviewer)
    assert waits_for(desk, case) == {"reviewer", "window"}
    Substitution.objects.update(revoked_at=desk.now)
    assert waits_for(desk, case) == {"reviewer"}


def test_a_substitute_is_given_cases_until_he_is_none(desk):
    case = desk.reviewed_first()
    assert desk.cast.window in reviewers_of(desk.cast.approver)
    assert desk.cast.outside_reviewer not in reviewers_of(desk.cast.approver)
    give(desk, case, desk.cast.window)
    assert waits_for(desk, case) == {"window"}
    Substitution.objects.update(revoked_at=desk.now)
    assert desk.cast.window not in reviewers_of(desk.cast.approver)
    assert waits_for(desk, case) == {"reviewer", "second_reviewer"}


def test_the_workload_counts_what_is_in_the_queue_of_a_substitute(desk):
    for to in (desk.cast.reviewer, desk.cast.window, desk.cast.second_reviewer):
        give(desk, desk.reviewed_first(), to)
    barred = desk.reviewed_first()
    give(desk, barred, desk.cast.reviewer)
    barred.participations.create(user=desk.cast.window, part="investigation")
    loads = workload(desk.cast.approver, today=localdate())
    reviewing = {load.name: load.open for load in loads if load.role == Role.REVIEWER}
    assert reviewing == {"reviewer": 2, "window": 2, "second_reviewer": 1}
    as_reviewer = queue_for(fresh(desk.cast.window)).filter(state="county_review")
    assert as_reviewer.count() == 2
