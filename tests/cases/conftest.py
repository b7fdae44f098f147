from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from assistance.cases.models import Application
from tests.factories.cases import Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def in_english() -> Iterator[None]:
    """For tests that read the sentences."""
    with translation.override("en"):
        yield


@pytest.fixture
def draft(desk) -> Application:
    return desk.draft()
