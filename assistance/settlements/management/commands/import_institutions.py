from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assistance.settlements.operations.institutions import import_institutions
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import read_rows


class Command(BaseCommand):
    help = (
        "Take designated institutions over from a csv or xlsx file; the same file changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            done = import_institutions(read_rows(path.read_bytes(), filename=path.name))
        except (OSError, Refused) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            _("Institutions: %(created)d new, %(changed)d changed, %(unchanged)d unchanged.")
            % done._asdict()
        )
