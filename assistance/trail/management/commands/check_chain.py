from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assistance.trail.operations import check_and_note, seal


class Command(BaseCommand):
    help = "Seals what is new, then checks every sealed row; names what was altered, removed or inserted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="NUMBER:DIGEST",
            help="a link that was printed or exported earlier and must still be in the chain",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seal(at=timezone.now())
        checked = check_and_note(at=timezone.now(), anchors=tuple(options["anchor"]))
        for finding in checked.findings:
            self.stderr.write(str(finding))
        if checked.findings:
            raise CommandError(f"{len(checked.findings)} findings in {checked.links} links.")
        self.stdout.write(f"{checked.rows} rows in {checked.links} links are as they were sealed.")
        self.stdout.write(f"Last link: {checked.head}")
