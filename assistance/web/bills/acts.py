"""What can be done to a row in doubt and to the draft of a source."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.settlements.models import BillInDoubt, BillSource
from assistance.settlements.operations import mend_doubt, release_source, set_aside
from assistance.settlements.permissions import may_deliver_bills, why_not_release_source
from assistance.web.acts import Act, plain
from assistance.web.bills.forms import MendForm, ReleaseForm
from assistance.web.people.forms import BecauseForm


def _is_open(user: User, doubt: BillInDoubt) -> bool:
    return doubt.settled_at is None and may_deliver_bills(user, doubt.delivery.source)


def _may_release(user: User, source: BillSource) -> bool:
    return bool(source.draft) and why_not_release_source(user, source) is None


DOUBT_ACTS: tuple[Act[BillInDoubt], ...] = (
    Act(
        url_name="mend_doubt",
        path="mend/",
        title=_("Mend and book"),
        done=_("The row is booked."),
        form=MendForm,
        may=_is_open,
        run=mend_doubt,
        hint=_("The row as it came stays on record; the sender should mend it at the source, too."),
    ),
    Act(
        url_name="set_aside_doubt",
        path="set-aside/",
        title=_("Put aside"),
        done=_("The row is put aside."),
        form=plain(BecauseForm),
        may=_is_open,
        run=set_aside,
        hint=_("It will not be booked, nor be in doubt again when it comes another time."),
        danger=True,
    ),
)
RELEASING: Act[BillSource] = Act(
    url_name="release_bill_source",
    path="release/",
    title=_("Release the draft"),
    done=_("The definition is released: deliveries are read by it from now on."),
    form=plain(ReleaseForm, lambda source: {"draft": source.draft}),
    may=_may_release,
    run=release_source,
    hint=_("Bills that are booked stay as they are. Rows in doubt can be tried again."),
)
