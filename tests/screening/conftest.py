from __future__ import annotations

import pytest

from tests.factories.cases import Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk()
