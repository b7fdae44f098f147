"""Medical bills as the insurance system would send them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from assistance.demo.names import FAR_HOSPITALS, HOSPITALS, PHARMACIES
from assistance.demo.profiles import NOTHING, Bill
from assistance.settlements.models import Setting

CENT = Decimal("0.01")
MONTHS = 18
WINDOW = timedelta(days=548)
# Cost of a stay in yuan: median and spread of a lognormal, and what is left to the patient of it.
STAY, SPREAD = 8200, 0.9


def crowd_bills(rng: Random, today: date, *, count: int, hardship: bool, home: str) -> list[Bill]:
    """`count` bills of the eighteen months before today, most of them small."""
    days = sorted(today - timedelta(days=rng.randint(1, WINDOW.days)) for _n in range(count))
    return [_ordinary(rng, day, hardship=hardship, home=home) for day in days]


def _ordinary(rng: Random, day: date, *, hardship: bool, home: str) -> Bill:
    setting = rng.choices(
        (Setting.OUTPATIENT, Setting.PHARMACY, Setting.SPECIAL_OUTPATIENT, Setting.INPATIENT),
        (50, 20, 14, 16),
    )[0]
    if setting == Setting.INPATIENT:
        cost = min(rng.lognormvariate(0, SPREAD) * STAY, 260_000)
        own = _yuan(cost * rng.uniform(0.18, 0.45))
        return stay(rng, day, own, share=rng.uniform(0.18, 0.45), hardship=hardship)
    if setting == Setting.SPECIAL_OUTPATIENT:
        own = _yuan(rng.uniform(60, 900))
        return _bill(rng, day, setting, rng.choice(HOSPITALS), own, 0.3, hardship=hardship)
    if setting == Setting.PHARMACY:
        own = _yuan(rng.uniform(12, 160))
        return _bill(rng, day, setting, rng.choice(PHARMACIES), own, 0.85, hardship=False)
    place = f"{home}卫生院" if rng.random() < 0.6 else rng.choice(HOSPITALS)
    return _bill(rng, day, setting, place, _yuan(rng.uniform(15, 320)), 0.55, hardship=False)


def stay(rng: Random, day: date, own: Decimal, *, share: float, hardship: bool) -> Bill:
    """A stay in hospital that ended on `day` and left exactly `own` yuan to the patient."""
    place = rng.choice(FAR_HOSPITALS if own > 30_000 or rng.random() < 0.15 else HOSPITALS)
    begun = day - timedelta(days=rng.randint(3, 21))
    return _bill(
        rng, day, Setting.INPATIENT, place, own, share, hardship=hardship, service_from=begun
    )


def own_costs(
    rng: Random, first: date, last: date, own: Decimal, *, count: int, hardship: bool
) -> list[Bill]:
    """`count` bills between two days, stays and special outpatient care, that leave exactly `own`."""
    days = sorted(_days(rng, first, last, count))
    bills = []
    for day, part in zip(days, _parts(rng, own, count), strict=True):
        if part < 2_000 and rng.random() < 0.5:
            place = rng.choice(HOSPITALS)
            setting = Setting.SPECIAL_OUTPATIENT
            bills.append(_bill(rng, day, setting, place, part, 0.35, hardship=hardship))
        else:
            share = rng.uniform(0.25, 0.45)
            bills.append(stay(rng, day, part, share=share, hardship=hardship))
    return bills


def _days(rng: Random, first: date, last: date, count: int) -> Iterator[date]:
    """Days spread over the span, so that two stays seldom overlap."""
    width = max((last - first).days, 1) / count
    for n in range(count):
        yield first + timedelta(days=int(width * (n + rng.uniform(0.35, 0.95))))


def _parts(rng: Random, total: Decimal, count: int) -> list[Decimal]:
    weights = [rng.uniform(0.5, 1.5) for _n in range(count)]
    parts = [_yuan(float(total) * weight / sum(weights)) for weight in weights[:-1]]
    return [*parts, total - sum(parts, NOTHING)]


def _bill(
    rng: Random,
    day: date,
    setting: Setting,
    place: str,
    own: Decimal,
    share: float,
    *,
    hardship: bool,
    service_from: date | None = None,
) -> Bill:
    """What the payers gave is added to what is left: the sum is right to the fen."""
    paid = _yuan(float(own) * (1 - share) / share)
    assistance = _yuan(float(paid) * 0.18) if hardship else NOTHING
    big_illness = _yuan(float(paid) * 0.2) if paid > 25_000 else NOTHING
    supplementary = _yuan(float(paid) * 0.06) if setting == Setting.INPATIENT else NOTHING
    return Bill(
        settled_on=day,
        setting=setting,
        institution=place,
        total=own + paid,
        in_scope=paid + _yuan(float(own) * rng.uniform(0.3, 0.8)),
        basic=paid - assistance - big_illness - supplementary,
        supplementary=supplementary,
        big_illness=big_illness,
        assistance=assistance,
        service_from=service_from,
    )


def _yuan(amount: float) -> Decimal:
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)
