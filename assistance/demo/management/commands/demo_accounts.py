from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from assistance.demo.load import refuse_outside_the_demo
from assistance.demo.table import accounts_table
from assistance.shared.errors import Refused


class Command(BaseCommand):
    help = "Print the accounts of the demo county with their password."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_outside_the_demo()
        except Refused as refused:
            raise CommandError(str(refused)) from None
        with translation.override("zh-hans"):
            for line in accounts_table():
                self.stdout.write(line)
