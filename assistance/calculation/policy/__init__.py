"""Policy packs: read, checked, dated."""

from __future__ import annotations

from assistance.calculation.policy.model import LocalValue, Pack, PolicyValue, Switch
from assistance.calculation.policy.read import (
    BadPack,
    Fault,
    read_pack,
    template,
    template_codes,
    template_text,
)

__all__ = [
    "BadPack",
    "Fault",
    "LocalValue",
    "Pack",
    "PolicyValue",
    "Switch",
    "read_pack",
    "template",
    "template_codes",
    "template_text",
]
