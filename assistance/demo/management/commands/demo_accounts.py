from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from assistance.demo.load import refuse_outside_the_demo
from assistance.demo.table import accounts_table
from assistance.shared.errors import Refused


class Command(BaseCommand):
    help = "Print the accounts of the demo county with their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="every township, not only two")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_outside_the_demo()
        except Refused as refused:
            raise CommandError(str(refused)) from None
        with translation.override("zh-hans"):
            for line in accounts_table(every_township=options["all"]):
                self.stdout.write(line)
