"""Who may do what to money: each row of the table is one predicate, each column a user."""

from __future__ import annotations

import pytest

from assistance.accounts.roles import Role
from assistance.payments import permissions
from assistance.payments.models import Award, Batch
from assistance.payments.permissions import check
from assistance.payments.queries import (
    awards_visible_to,
    batches_visible_to,
    fund_years_visible_to,
)
from assistance.payments.states import AwardState, BatchState
from assistance.shared.errors import NotAllowed
from tests.factories.payments import make_award, make_batch

PAYER, FUND = Role.PAYMENT_OFFICER, Role.FUND_SUPERVISOR
READ_FUND = {Role.REVIEWER, Role.APPROVER, PAYER, FUND, Role.CITY_SUPERVISOR}
READ_BATCH = {PAYER, FUND, Role.CITY_SUPERVISOR}
READ_AWARD = READ_FUND | {Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER, Role.WINDOW_CLERK}

# predicate → (the roles of Jingning that may, the states in which they may)
BATCH_TABLE = {
    "confirm_batch": ({PAYER}, {"draft"}),
    "change_batch": ({PAYER}, {"draft", "confirmed"}),
    "send_batch": ({PAYER}, {"confirmed", "sent", "closed"}),
    "read_return": ({PAYER}, {"sent"}),
}
AWARD_TABLE = {
    "hold": ({PAYER}, {"due"}),
    "unhold": ({PAYER}, {"held"}),
    "reissue": ({PAYER}, {"failed"}),
    "change_account": ({PAYER}, {"due", "held", "failed"}),
}
OUTSIDE = ("outside_payer", "outside_fund", "outside_approver", "outside_reviewer", "outside_clerk")


def allowed_roles(cast, predicate, thing) -> set[Role]:
    return {role for role, user in cast.of_each_role().items() if predicate(user, thing)}


@pytest.fixture
def award(cast, fund_year) -> Award:
    return make_award(cast, fund_year)


@pytest.fixture
def batch(cast, award) -> Batch:
    """Drawn up by a payment officer whom no column of the table holds."""
    batch = make_batch(cast, [award])
    Batch.objects.filter(pk=batch.pk).update(drawn_up_by=cast.second_payer)
    batch.refresh_from_db()
    return batch


@pytest.mark.parametrize("name", BATCH_TABLE)
@pytest.mark.parametrize("state", BatchState)
def test_batch_predicates(cast, batch, name, state):
    roles, states = BATCH_TABLE[name]
    batch.state = state
    may, why_not = (getattr(permissions, f"{prefix}_{name}") for prefix in ("may", "why_not"))
    assert allowed_roles(cast, may, batch) == (roles if state in states else set())
    for user in [*cast.of_each_role().values(), *(getattr(cast, who) for who in OUTSIDE)]:
        assert may(user, batch) == (why_not(user, batch) is None)
    assert not any(may(getattr(cast, who), batch) for who in OUTSIDE)


@pytest.mark.parametrize("name", AWARD_TABLE)
@pytest.mark.parametrize("state", AwardState)
def test_award_predicates(cast, award, name, state):
    roles, states = AWARD_TABLE[name]
    award.state = state
    may, why_not = (getattr(permissions, f"{prefix}_{name}") for prefix in ("may", "why_not"))
    assert allowed_roles(cast, may, award) == (roles if state in states else set())
    for user in [*cast.of_each_role().values(), *(getattr(cast, who) for who in OUTSIDE)]:
        assert may(user, award) == (why_not(user, award) is None)
    assert not any(may(getattr(cast, who), award) for who in OUTSIDE)


def test_batches_are_drawn_up_by_payment_officers_of_the_agency(cast):
    assert allowed_roles(cast, permissions.may_draw_up_batch, cast.agency) == {PAYER}
    assert not any(
        permissions.may_draw_up_batch(getattr(cast, who), cast.agency) for who in OUTSIDE
    )


def test_budget_is_the_fund_supervisors(cast, fund_year):
    assert allowed_roles(cast, permissions.may_budget, fund_year) == {FUND}
    assert not any(permissions.may_budget(getattr(cast, who), fund_year) for who in OUTSIDE)


def test_nobody_confirms_his_own_batch(cast, batch):
    assert not permissions.may_confirm_batch(cast.second_payer, batch)
    assert permissions.may_confirm_batch(cast.payer, batch)


def test_an_inactive_payment_officer_may_nothing(cast, batch):
    cast.payer.is_active = False
    assert not permissions.may_confirm_batch(cast.payer, batch)
    assert not permissions.may_see_batch(cast.payer, batch)


@pytest.mark.parametrize(
    ("predicate", "query", "readers"),
    [
        ("may_see_award", awards_visible_to, READ_AWARD),
        ("may_see_batch", batches_visible_to, READ_BATCH),
        ("may_see_fund_year", fund_years_visible_to, READ_FUND),
    ],
)
def test_reading_is_the_same_by_predicate_and_by_list(
    cast, award, batch, predicate, query, readers
):
    thing = {
        "may_see_award": award,
        "may_see_batch": batch,
        "may_see_fund_year": award.fund_year,
    }[predicate]
    may_see = getattr(permissions, predicate)
    assert allowed_roles(cast, may_see, thing) == readers
    listed = {role for role, user in cast.of_each_role().items() if thing in query(user)}
    assert listed == readers
    assert not any(may_see(getattr(cast, who), thing) for who in OUTSIDE)
    assert not any(query(getattr(cast, who)).exists() for who in OUTSIDE)


def test_awards_of_another_township_are_not_seen(cast, award):
    for who in (cast.neighbour_clerk, cast.neighbour_leader):
        assert not permissions.may_see_award(who, award)
        assert not awards_visible_to(who).exists()


def test_check_raises_the_sentence(cast, batch):
    check(None)
    with pytest.raises(NotAllowed, match=r"^Only a payment officer of this agency may do this\.$"):
        check(permissions.why_not_read_return(cast.fund, batch))
