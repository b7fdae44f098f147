from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assistance.accounts.operations import import_divisions
from assistance.accounts.tables import read_table
from assistance.shared.errors import Refused


class Command(BaseCommand):
    help = "Add and rename divisions from a CSV file with the columns code, name, level, parent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = import_divisions(read_table(options["file"]))
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            _("Divisions: %(created)d new, %(updated)d changed.")
            % {"created": done.created, "updated": done.updated}
        )
