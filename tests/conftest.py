from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from assistance.accounts.models import Agency, Division
from assistance.policies.operations import release_templates
from tests import put_back
from tests.factories import ready, sizes, stock
from tests.factories.accounts import Cast
from tests.factories.cases import RECEIVED, noon

PATCHES = frozenset({"monkeypatch", "settings", "time_machine"})
# Begun first, so that no worker is left alone with one of them at the end while the others have nothing to do.
LONG = (
    "tests/permissions/test_paths.py",
    "tests/faults/",
    "tests/demo/test_load.py",
    "tests/browser/",
    "tests/screening/test_killed_worker.py",
    "tests/screening/test_restarted.py",
    "tests/local/",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        cast = Cast()
        for person in cast.everybody():
            stock.put(person.username, person)
        for row in [*Division.objects.all(), *Agency.objects.all()]:
            stock.put(row.code, row)
        release_templates(at=noon(RECEIVED))
        put_back.keep()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: put_back.put_back())
        yield


# How fast the machine is decides no test.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """`make prove` runs the properties on many more histories."""
    if config.option.markexpr == "prove":
        sizes.prove()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.prove)
    items.sort(key=lambda item: [not item.nodeid.startswith(name) for name in LONG])


def pytest_runtest_setup(item: pytest.Item) -> None:
    if isinstance(item, pytest.Function):
        found = item._fixtureinfo
        ours = [fixture for made in found.name2fixturedefs.values() for fixture in made]
        # Plugins ask for `monkeypatch` in fixtures of their own for every test.
        ours = [fixture for fixture in ours if fixture.func.__module__.startswith("tests.")]
        asked = {*found.argnames, *(name for fixture in ours for name in fixture.argnames)}
        ready.allow(PATCHES.isdisjoint(asked))


def pytest_collection_finish() -> None:
    """What was imported stays; looking at it again and again for garbage costs a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
