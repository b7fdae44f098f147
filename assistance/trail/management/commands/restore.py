from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistance.shared.errors import Refused
from assistance.trail.operations import restore_backup


class Command(BaseCommand):
    help = "Restores a backup into an empty database and an empty papers folder, and proves it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore_backup(options["folder"])
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        for problem in restored.problems:
            self.stderr.write(problem)
        if restored.problems:
            raise CommandError("What was restored is not what the backup describes.")
        self.stdout.write(f"{restored.rows} rows and {restored.papers} papers are back.")
        self.stdout.write(
            f"The chain is whole: {restored.checked.rows} sealed rows, last link {restored.checked.head}"
        )
        self.stdout.write(
            "Rights are not in a backup: run migrate and database_roles before the program starts."
        )
