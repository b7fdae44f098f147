from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from assistance.trail.operations import grant_rights


class Command(BaseCommand):
    help = (
        "Gives the program's database role its rights on the tables. Run it as the owner of the tables "
        "after every migrate; deploy/database_roles.sql makes the two roles."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role that DATABASE_URL of web and workers names")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for rights, count in grant_rights(to=options["role"]).items():
            self.stdout.write(f"{count} tables: {rights}")
