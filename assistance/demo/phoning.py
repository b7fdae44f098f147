"""People of the county who may qualify and have not applied: some were phoned, the others wait."""

from __future__ import annotations

from datetime import timedelta

from assistance.demo.days import Days, moment
from assistance.demo.staff import Staff
from assistance.screening.models import Prospect
from assistance.screening.operations import prepare_prospects, record_prospect_call
from assistance.screening.states import ProspectState

PREPARED, CALLED = 3, 2
# The first was not reached, the second does not want to.
SAID = (
    (ProspectState.NOT_REACHED, "无人接听"),
    (ProspectState.DECLINED, "本人不愿公示，放弃申请"),
)


def phone(staff: Staff, days: Days) -> int:
    """As the nightly sweep would have found them, with the first calls; how many were found."""
    found = prepare_prospects(at=moment(days.ago(PREPARED), 4, 10))
    at = moment(days.ago(CALLED), 10, 20)
    for row, (said, note) in zip(Prospect.objects.order_by("id"), SAID, strict=False):
        again = days.today + timedelta(days=1) if said == ProspectState.NOT_REACHED else None
        record_prospect_call(
            row,
            outcome=said,
            note=note,
            call_again_on=again,
            actor=staff.desks[row.township_id].clerk,
            at=at,
        )
    return found
