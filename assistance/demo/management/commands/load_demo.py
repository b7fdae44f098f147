from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assistance.demo.load import PEOPLE, load
from assistance.shared.errors import Refused


class Command(BaseCommand):
    help = "Load the demo county; what is loaded already stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=PEOPLE)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load(at=timezone.now(), people=options["people"], say=self.stdout.write)
        except Refused as refused:
            raise CommandError(str(refused)) from None
