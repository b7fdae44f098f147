"""A county of Wenzhou that fills in the framework of its city: the whole text, with values of its own."""

from __future__ import annotations

from datetime import datetime

from assistance.accounts.models import Agency, User
from assistance.calculation import template_text
from assistance.policies.models import PolicyVersion
from assistance.policies.operations import draft_policy, release_policy

OUTPATIENT = {"outpatient.mode": "same_ratio", "cap.outpatient": "1000.00"}


def county_text(values: dict[str, str] | None = None, **head: str) -> str:
    """温州 2019 as 文成 fills it in: outpatient care at the ratio of stays, up to 1,000 yuan, unless `values`
    says otherwise."""
    text = template_text("WZ19")
    named = {"code": "WC20", "jurisdiction": "wencheng", "level": "county"} | head
    for name, value in named.items():
        old = next(line for line in text.splitlines() if line.startswith(f"{name} = "))
        text = text.replace(old, f'{name} = "{value}"', 1)
    text = text.replace("first_day = 2019-10-31", 'framework = "WZ19"\nfirst_day = 2019-10-31', 1)
    for key, value in (OUTPATIENT if values is None else values).items():
        text = _with(text, key, value)
    return text


def _with(text: str, key: str, value: str) -> str:
    """With the value of a key put in place of the city's, or added."""
    for block in text.split("\n\n"):
        if block.startswith(("[[value]]", "[[local]]")) and f'key = "{key}"' in block:
            text = text.replace(f"{block}\n\n", "", 1)
    return (
        f'{text}\n[[value]]\nkey = "{key}"\nfirst_day = 2019-10-31\nvalue = "{value}"\n'
        f'clause = "文医保发〔2019〕1号"\nquotation = "…"\n'
    )


def release_county(
    agency: Agency, text: str, *, drafter: User | None, releaser: User | None, at: datetime
) -> PolicyVersion:
    policy = draft_policy(agency, text=text, actor=drafter, at=at)
    return release_policy(policy, actor=releaser, at=at)
