from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assistance.demo.neighbours.bottom_line import tell_bottom_line
from assistance.demo.neighbours.load import MONTHS, PEOPLE, load_neighbours
from assistance.shared.errors import Refused


class Command(BaseCommand):
    help = "Load the counties beside the demo county through the imports; what is loaded stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=PEOPLE, help="people in each county")
        parser.add_argument("--months", type=int, default=MONTHS, help="months of lists and bills")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_neighbours(
                at=timezone.now(),
                people=options["people"],
                months=options["months"],
                say=self.stdout.write,
            )
            tell_bottom_line(at=timezone.now(), say=self.stdout.write)
        except Refused as refused:
            raise CommandError(str(refused)) from None
