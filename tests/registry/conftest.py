from __future__ import annotations

import pytest

from tests.factories.accounts import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of Jingning and of elsewhere, with both agencies answering for their places."""
    cast = Cast()
    assert cast.agency.pk != cast.outside_agency.pk
    return cast
