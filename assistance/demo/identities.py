"""Somebody whose number the police corrected, and who turns out to be registered twice."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from assistance.demo.days import Days, moment
from assistance.demo.profiles import Profile
from assistance.demo.schedule import Telling
from assistance.demo.staff import Staff
from assistance.demo.walks import Walk
from assistance.registry.models import IdentityChange, Person
from assistance.registry.numbers import id_digest
from assistance.registry.operations import (
    confirm_identity,
    confirm_merge,
    propose_merge,
    request_number,
)

CORRECTED, MERGED = 3, 2  # working days ago


def merge_records(walk: Walk, twin: Profile, staff: Staff, days: Days) -> Telling:
    """The clerk enters the certificate, the leader confirms; reviewer and approver merge the records."""
    yield moment(days.ago(CORRECTED), 9, 20)
    story = walk.story
    change = request_number(
        walk.application.person,
        number=story.right_number,
        reason=IdentityChange.Reason.WRONG_NUMBER,
        first_day=days.ago(CORRECTED + 2),
        paper=ContentFile(certificate(), "certificate.png"),
        actor=walk.clerk,
        at=moment(days.ago(CORRECTED), 9, 20),
    )
    at = moment(days.ago(CORRECTED), 10, 5)
    yield at
    person = confirm_identity(change, typed=story.right_number, actor=walk.leader, at=at)
    at = moment(days.ago(MERGED), 9, 30)
    yield at
    record = Person.objects.get(id_digest=id_digest(twin.number))
    reason = "姓名、住址相同，经电话核实为同一人重复建档"
    merge = propose_merge(record, person, reason=reason, actor=walk.reviewer, at=at)
    at = moment(days.ago(MERGED), 15, 10)
    yield at
    confirm_merge(merge, actor=walk.approver, at=at)


def certificate() -> bytes:
    """A sheet that says what it is; nothing on it is anybody's."""
    sheet = Image.new("RGB", (480, 640), "white")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((24, 24, 456, 616), outline="black", width=2)
    draw.text((60, 60), "DEMO: certificate of a corrected number", fill="black")
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()
