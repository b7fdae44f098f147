"""The bell: when each task is rung for stands in rows that the administrator edits in the console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler


class Clock(DatabaseScheduler):  # type: ignore[misc]  # the package has no types
    """Brings the rows of the settings that are missing; what was changed or switched off in the console stays so.

    The package writes every row anew whenever it starts.
    """

    def update_from_dict(self, mapping: Mapping[str, Mapping[str, Any]]) -> None:
        known = dict(PeriodicTask.objects.values_list("name", "task"))
        missing = {
            name: entry for name, entry in mapping.items() if known.get(name) != entry["task"]
        }
        super().update_from_dict(missing)
