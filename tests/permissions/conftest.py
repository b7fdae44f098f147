from __future__ import annotations

import pytest

from assistance.cases.models import Application
from tests.factories.cases import Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def draft(desk) -> Application:
    return desk.draft()
