from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assistance.shared.errors import Refused
from assistance.trail.operations import make_backup


class Command(BaseCommand):
    help = "Writes a backup of database and papers into an empty folder. The keys are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = make_backup(options["folder"], at=timezone.now())
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        rows = sum(manifest["counts"].values())
        self.stdout.write(f"{rows} rows and {manifest['papers']} papers in {options['folder']}.")
        self.stdout.write(f"Last link: {manifest['head']}")
        for name in manifest["lost"]:
            self.stderr.write(f"Paper {name} is missing on this machine's disk.")
        self.stdout.write(
            "Keep DATA_KEYS and DIGEST_KEY elsewhere: without them it cannot be read."
        )
