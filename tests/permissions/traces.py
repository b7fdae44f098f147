"""Whatever takes personal data out of the house, or shows a number in full, stands in the access log."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from assistance.registry.models import AccessLog
from tests.permissions.answers import ANSWERS
from tests.permissions.sample import Sample
from tests.permissions.witness import undone

# Shown, compared or looked up by a form.
ASKING = (
    "reveal_objector",
    "find_person",
    "reveal_number",
    "compare_number",
    "reveal_applicant_phone",
    "compare_applicant_phone",
)
# Of 160 pixels, not legible: opening the paper is noted.
UNNOTED = frozenset({"paper_thumbnail"})


def browser(sample: Sample, wanted: set[str]) -> Client:
    """Somebody whom the table of paths lets in."""
    users = sample.cast.of_each_role()
    client = Client()
    client.force_login(
        next(user for role, user in users.items() if role in wanted or "*" in wanted)
    )
    return client


def is_file(response) -> bool:
    kind = response.headers.get("Content-Type", "")
    return response.status_code == 200 and ("html" not in kind or "Content-Disposition" in response)


def test_every_file_that_goes_out_and_every_number_that_is_shown_is_noted(sample, paths):
    silent, files = [], set()
    for name, (kind, wanted) in sorted(paths.items()):
        if name not in ASKING and kind != "page":
            continue
        answer = ANSWERS.get(name)
        with undone():
            arguments, data = answer(sample) if answer else ([], {})
            before = AccessLog.objects.count()
            client, address = browser(sample, wanted), reverse(name, args=arguments)
            send = client.post if name in ASKING else client.get
            response = send(address, data)
            if response.streaming:
                b"".join(response)
            noted = AccessLog.objects.count() > before
            if name in ASKING or is_file(response):
                files.add(name)
                if not noted and name not in UNNOTED:
                    silent.append(name)
    assert silent == []
    assert set(ASKING) < files
    assert {"chain_anchor", "paper_file"} <= files
