from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assistance.policies import operations


class Command(BaseCommand):
    help = "Release the policy packs the product ships, where they are not released yet."

    def handle(self, *args: Any, **options: Any) -> None:
        for version in operations.release_templates(at=timezone.now()):
            self.stdout.write(f"{version} {version.document_number}")
