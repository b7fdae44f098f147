from __future__ import annotations

import pytest
from django.utils import translation

from assistance.payments.models import FundYear
from tests.factories.accounts import Cast
from tests.factories.payments import make_fund_year


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db) -> Cast:
    return Cast()


@pytest.fixture
def fund_year(cast) -> FundYear:
    return make_fund_year(cast)
