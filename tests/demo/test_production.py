from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from assistance.accounts.models import User
from assistance.demo.models import DemoCounty


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["load_demo", "demo_accounts"])
def test_production_refuses(command: str, settings: Settings) -> None:
    settings.DEMO = False
    before = User.objects.count()
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command(command)
    assert not DemoCounty.objects.exists()
    assert User.objects.count() == before
