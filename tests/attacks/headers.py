"""What every answer carries, and what no page of ours holds."""

from __future__ import annotations

import re
from typing import Any

from assistance.web.middleware import HEADERS

INLINE = re.compile(
    r"<(?:script|style)(?![^>]*(?:\bsrc=|\bnonce=))[^>]*>|<[a-z][^>]*\s(?:style|on[a-z]+)=|javascript:",
    re.IGNORECASE,
)
# JSON in the page is data: no browser runs it.
DATA_SCRIPT = re.compile(r"<script[^>]*type=\"application/json\"[^>]*>", re.IGNORECASE)
WANTED = HEADERS | {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def faults(response: Any) -> list[str]:
    """What is missing of the headers, and what stands inline in an HTML page."""
    missing = [name for name, value in WANTED.items() if response.headers.get(name) != value]
    if "no-store" not in response.headers.get("Cache-Control", ""):
        missing.append("Cache-Control")
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src" not in policy or "unsafe" in policy or "*" in policy or "http" in policy:
        missing.append(f"Content-Security-Policy: {policy}")
    if "html" not in response.headers.get("Content-Type", "") or response.streaming:
        return missing
    text = DATA_SCRIPT.sub("", response.content.decode())
    return missing + [found.group()[:120] for found in INLINE.finditer(text)]
