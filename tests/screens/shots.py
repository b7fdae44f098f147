"""One picture: of which page."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shot:
    """A page to open: its file name and its address; `typed` is filled in by label's name and sent."""

    name: str
    path: str
    typed: dict[str, str] = field(default_factory=dict)
