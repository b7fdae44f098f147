from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from assistance.accounts.models import User
from assistance.calculation import Answer, canonical, template_codes, template_text, to_plain
from assistance.policies.models import Assessment, PolicyVersion
from assistance.policies.queries import pack_of
from assistance.registry.models import Person
from assistance.registry.operations import rely_on


@transaction.atomic
def release_pack(text: str, *, at: datetime) -> PolicyVersion:
    """Store the full text of a pack as the next version of its policy; the same text is stored once.

    Raises `calculation.BadPack` with the faulty lines, and stores nothing, if the text is not a pack.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = PolicyVersion.objects.filter(digest=digest).first()
    if known is not None:
        return known
    version = PolicyVersion(pack=text, digest=digest, released_at=at)
    pack = pack_of(version)
    last = PolicyVersion.objects.filter(code=pack.code).aggregate(last=Max("number"))["last"] or 0
    version.code = pack.code
    version.number = last + 1
    version.title = pack.title
    version.document_number = pack.document_number
    version.first_day = pack.first_day
    version.save()
    return version


def release_templates(*, at: datetime) -> list[PolicyVersion]:
    """Release every pack the product ships whose text is not released yet."""
    return [release_pack(template_text(code), at=at) for code in template_codes()]


def store_assessment(
    *,
    person: Person,
    benefit_year: int,
    version: PolicyVersion,
    facts: object,
    answer: Answer,
    amount: Decimal,
    actor: User | None,
    at: datetime,
) -> Assessment:
    """Keep a computed answer for ever: facts, lines and version, with a digest over all of them."""
    whole = hashlib.sha256()
    for part in (version.digest.encode(), canonical(facts), canonical(answer)):
        whole.update(part)
    rely_on(person, subject=f"{version} {benefit_year}", at=at)
    return Assessment.objects.create(
        person=person,
        benefit_year=benefit_year,
        version=version,
        engine=answer.engine,
        facts=to_plain(facts),
        result=to_plain(answer),
        amount=amount,
        digest=whole.hexdigest(),
        made_at=at,
        made_by=actor,
    )
