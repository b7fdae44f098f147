"""The pack a question asks for, with the readings it chooses."""

from __future__ import annotations

from assistance.calculation.codes import RefusalCode
from assistance.calculation.golden.reader import Reader
from assistance.calculation.policy import Pack, template, template_codes
from assistance.calculation.results import refuse


def document_pack(code: str, inputs: Reader) -> Pack:
    """The template of a document. Refuses unknown documents."""
    inputs.checks.done()
    if code not in template_codes():
        raise refuse(RefusalCode.UNKNOWN_DOCUMENT, "document")
    return template(code)


def configured(pack: Pack, inputs: Reader) -> Pack:
    """The pack with the readings given under `switches`."""
    given = inputs.nested("switches")
    known = {switch.key: switch.choices for switch in pack.switches}
    chosen: dict[str, str] = {}
    for key in given.data:
        choice = given.text(key)
        if key not in known:
            inputs.checks.refuse(RefusalCode.UNKNOWN_SWITCH, given.field(key))
        elif choice not in known[key]:
            inputs.checks.refuse(
                RefusalCode.UNKNOWN_CHOICE, given.field(key), choices=", ".join(known[key])
            )
        else:
            chosen[key] = choice
    inputs.checks.done()
    return pack.choosing(**chosen)
