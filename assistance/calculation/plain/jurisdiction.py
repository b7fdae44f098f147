"""Which agency assists, and who pays the premium (ZS22-2.1.2, 2.1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistance.calculation.codes import RefusalCode
from assistance.calculation.policy import Pack
from assistance.calculation.results import refuse


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    assistance_agency: str
    premium_payer: str | None


def jurisdiction(
    recognition_area: str, insured_area: str | None, pack: Pack, on: date
) -> Jurisdiction:
    """Assistance follows the area of recognition, the premium the area of insurance.

    Neither hukou nor hospital matters; areas the city runs belong to the city.
    """
    payer = _agency(insured_area, "insured_area", pack, on) if insured_area is not None else None
    return Jurisdiction(_agency(recognition_area, "recognition_area", pack, on), payer)


def _agency(area: str, field: str, pack: Pack, on: date) -> str:
    if area in pack.get("areas.city", on=on).names:
        return pack.get("areas.city_name", on=on).names[0]
    if area in pack.get("areas.own", on=on).names:
        return area
    raise refuse(RefusalCode.UNKNOWN_AREA, field)
