from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The sentences are compared in the language they are written in."""
    with translation.override("en"):
        yield
