"""Where an upload waits while the form is checked: in memory, never in a temporary file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class InMemoryHandler(MemoryFileUploadHandler):
    """Takes every upload of a request up to `UPLOAD_BYTES` together; a longer one is answered with 400."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  # Django passes it by this name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.UPLOAD_BYTES:
            raise RequestDataTooBig("The upload exceeds UPLOAD_BYTES.")
        self.activated = True
