"""Bottom-line money on its way to the bank: one account a batch, every help is heard of."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from assistance.payments import operations
from assistance.payments.models import FundSource, Programme
from assistance.payments.operations import CannotBatch
from assistance.payments.states import AwardState
from assistance.settlements.models import OtherAid
from tests.factories.accounts import Cast
from tests.factories.bottom_line import fresh, make_fund
from tests.factories.payments import AT, make_award, make_fund_year
from tests.factories.registry import make_aid, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_a_batch_is_paid_out_of_one_fund_account(cast):
    charity = FundSource.objects.create(agency=cast.agency, name="县慈善总会")
    ours = make_award(cast, make_fund(cast, year=2026))
    theirs = make_award(cast, make_fund(cast, year=2026, source=charity))
    wanted = {"agency": cast.agency, "programme": Programme.BOTTOM_LINE, "at": AT}
    with translation.override("en"), pytest.raises(CannotBatch, match="several fund accounts"):
        operations.draw_up_batch(awards=[ours, theirs], actor=cast.payer, **wanted)
    batch = operations.draw_up_batch(awards=[theirs], actor=cast.payer, **wanted)
    operations.confirm_batch(batch, actor=cast.second_payer, at=AT)
    operations.send_batch(batch, actor=cast.payer, at=AT)
    assert (fresh(theirs).state, fresh(ours).state) == (AwardState.SENT, AwardState.DUE)


@pytest.mark.parametrize(
    ("giver", "jingning"),
    [(OtherAid.Giver.CHARITY, AwardState.DUE), (OtherAid.Giver.UNION, AwardState.HELD)],
)
def test_help_reported_after_the_award_stops_what_it_would_have_lowered(cast, giver, jingning):
    person = make_person(at=AT)
    bottom_line = make_award(cast, make_fund(cast, year=2026), person=person)
    subsidy = make_award(cast, make_fund_year(cast), person=person, account=bottom_line.account)
    make_aid(person, "1000.00", giver=giver, at=AT)
    assert fresh(bottom_line).state == AwardState.HELD
    assert fresh(subsidy).state == jingning
    assert fresh(bottom_line).amount == Decimal("7500.00")
