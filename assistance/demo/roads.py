"""Papers of cases that came another way than over the desk of their township on the day they were typed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from assistance.demo.cast import Story
from assistance.demo.papers import page
from assistance.demo.twists import Twist

EMPLOYER = "景宁演示茶业有限公司"
CREDIT_CODE = "91999127MADEM00008"  # an area that does not exist, with its right check digit
TYPED_LATER = "6月30日收件时系统停电，已开具手工回执，恢复后补录。"


def signed_by_employer(at: datetime) -> dict[str, Any]:
    """What the paper says that the employer signed the day before the window filed it."""
    return {
        "employer": EMPLOYER,
        "credit_code": CREDIT_CODE,
        "signed_on": localdate(at) - timedelta(days=1),
        "scan": _scan("用人单位初审意见"),
    }


def proof_of_earlier_receipt(story: Story) -> dict[str, Any]:
    """Nothing, but for papers handed in on 30 June and typed later."""
    if story.plan.twist is not Twist.TYPED_LATE:
        return {}
    return {"late_reason": TYPED_LATER, "late_proof": _scan("手工收件回执")}


def _scan(title: str) -> ContentFile[bytes]:
    return ContentFile(page(title), name=f"{title}.png")
