from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("quick", max_examples=30, deadline=None)
settings.register_profile(
    "prove", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_configure(config):
    """`make prove` runs the properties on many more histories."""
    settings.load_profile("prove" if config.option.markexpr == "prove" else "quick")
