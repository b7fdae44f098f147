from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assistance.trail.operations import apply_retention, write_archive_list


class Command(BaseCommand):
    help = (
        "Removes what has been kept long enough, rule by rule. Run it as the owner of the tables."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and keep it")
        parser.add_argument(
            "--archive",
            type=Path,
            help="write the cases that are due for the archive into this file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at, dry = timezone.now(), options["dry_run"]
        word = "due" if dry else "done"
        for due in apply_retention(at=at, dry_run=dry):
            rule = due.rule
            self.stdout.write(f"{due.count:>8} {word}  {rule.what}: {rule.kept} ({rule.basis})")
        if options["archive"]:
            try:
                count = write_archive_list(options["archive"], at=at)
            except OSError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{count} cases for the archive in {options['archive']}.")
