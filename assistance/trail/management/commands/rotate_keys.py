from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assistance.shared import crypto
from assistance.trail.operations import rotate_keys
from assistance.trail.queries import needs_older_key


class Command(BaseCommand):
    help = (
        "Encrypts everything anew with the first key of DATA_KEYS; may be broken off and begun again. "
        "Run it as the owner of the tables. Prints counts, never data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only say what an older key is still needed for"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            for done in rotate_keys():
                self.stdout.write(f"{done.place}: {done.count}")
        waiting = needs_older_key()
        for place, count in waiting.items():
            self.stderr.write(f"{place}: {count} under an older key")
        if waiting:
            raise CommandError("Keep the older keys in DATA_KEYS.")
        self.stdout.write(f"Everything is under key {crypto.newest_version()}.")
