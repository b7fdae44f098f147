"""The way of an award from approval to the bank's answer, for a desk."""

from __future__ import annotations

from assistance.cases.models import Application
from assistance.payments import operations
from assistance.payments.models import Programme
from tests.factories.cases import Desk
from tests.factories.payments import return_file, return_rows


def pay(desk: Desk, case: Application) -> Application:
    """Batched, confirmed, sent and paid, all now."""
    case = Application.objects.select_related("award").get(pk=case.pk)
    assert case.award is not None
    batch = operations.draw_up_batch(
        agency=desk.cast.agency,
        programme=Programme.JINGNING,
        awards=[case.award],
        actor=desk.cast.payer,
        at=desk.now,
    )
    operations.confirm_batch(batch, actor=desk.cast.second_payer, at=desk.now)
    operations.send_batch(batch, actor=desk.cast.payer, at=desk.now)
    operations.read_return(
        batch,
        content=return_file(return_rows(batch)),
        filename="r.csv",
        actor=desk.cast.payer,
        at=desk.now,
    )
    return Application.objects.select_related("award", "person").get(pk=case.pk)


def step(
    desk: Desk, operation: object, case: Application, actor: object, **words: object
) -> Application:
    """One step of the case, taken now, whatever version it is."""
    done: Application = operation(case, actor=actor, at=desk.now, version=None, **words)  # type: ignore[operator]
    return done
