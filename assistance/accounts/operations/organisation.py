"""Loading divisions and agencies from tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.divisions import code_problem, parent_problem
from assistance.accounts.models import Agency, AgencyArea, Division
from assistance.accounts.operations.tables import Imported, Problems, Row, numbered

Cells = dict[str, str]
DIVISION_COLUMNS = ("code", "name", "level", "parent")
AGENCY_COLUMNS = ("code", "name", "parent", "areas")


@transaction.atomic
def import_divisions(rows: Iterable[Row]) -> Imported:
    """Add and rename divisions: rows of code, name, level and parent (the code of the one above).

    A parent may stand anywhere in the table or be known already. All or nothing: raises
    ImportRefused with a sentence per bad row. The same table again changes nothing.
    """
    table = numbered(rows, DIVISION_COLUMNS)
    known = {found.code: found for found in Division.objects.select_for_update()}
    _check_divisions(table, known)
    created = updated = 0
    depth = {level: number for number, level in enumerate(Division.Level.values)}
    for _number, row in sorted(table, key=lambda item: depth[item[1]["level"]]):
        found = known.get(row["code"])
        values = {
            "name": row["name"],
            "level": row["level"],
            "parent_id": known[row["parent"]].pk if row["parent"] else None,
        }
        if found is None:
            known[row["code"]] = Division.objects.create(code=row["code"], **values)
            created += 1
        elif any(getattr(found, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(found, name, value)
            found.save(update_fields=["name", "level", "parent"])
            updated += 1
    return Imported(created, updated)


@transaction.atomic
def import_agencies(rows: Iterable[Row]) -> Imported:
    """Add agencies: rows of code, name, parent and areas (codes of divisions, parted by blanks).

    An agency that exists keeps its name, areas and superior: they are edited in the console, and
    loading again must not undo that. All or nothing; raises ImportRefused.
    """
    table = numbered(rows, AGENCY_COLUMNS)
    known = {found.code: found for found in Agency.objects.all()}
    divisions = {found.code: found for found in Division.objects.all()}
    _check_agencies(table, known, divisions)
    taken = set(AgencyArea.objects.values_list("division__code", flat=True))
    new = [row for _number, row in table if row["code"] not in known]
    for row in new:
        known[row["code"]] = Agency.objects.create(code=row["code"], name=row["name"])
    for row in new:
        agency = known[row["code"]]
        if row["parent"]:
            agency.parent = known[row["parent"]]
            agency.save(update_fields=["parent"])
        areas = [code for code in row["areas"].split() if code not in taken]
        AgencyArea.objects.bulk_create(
            AgencyArea(agency=agency, division=divisions[code]) for code in areas
        )
    return Imported(len(new), 0)


def _check_divisions(table: list[tuple[int, Cells]], known: dict[str, Division]) -> None:
    problems = Problems()
    levels = {code: found.level for code, found in known.items()}
    # Of a code that stands there twice the first row counts; the second is refused below.
    levels |= {row["code"]: row["level"] for _number, row in reversed(table)}
    seen: set[str] = set()
    for number, row in table:
        problem = (
            _repeated(row["code"], seen)
            or _nameless(row["name"], Division._meta.get_field("name").max_length)
            or code_problem(row["code"], row["level"])
            or _unknown(row["parent"], levels)
            or parent_problem(
                row["code"],
                row["level"],
                (row["parent"], levels[row["parent"]]) if row["parent"] else None,
            )
        )
        if problem:
            problems.add(number, problem)
    problems.refuse_if_any()


def _check_agencies(
    table: list[tuple[int, Cells]], known: dict[str, Agency], divisions: dict[str, Division]
) -> None:
    problems = Problems()
    agencies = set(known) | {row["code"] for _number, row in table}
    seen: set[str] = set()
    for number, row in table:
        problem = (
            _repeated(row["code"], seen)
            or _nameless(row["name"], Agency._meta.get_field("name").max_length)
            or _unknown(row["parent"], agencies)
            or next(
                filter(None, (_unknown(code, divisions) for code in row["areas"].split())), None
            )
        )
        if problem:
            problems.add(number, problem)
    problems.refuse_if_any()


def _repeated(code: str, seen: set[str]) -> str | None:
    if not code:
        return _("the code is missing.")
    if code in seen:
        return _("the code “%(code)s” stands in the file twice.") % {"code": code}
    seen.add(code)
    return None


def _nameless(name: str, longest: int | None) -> str | None:
    if not name:
        return _("the name is missing.")
    if longest is not None and len(name) > longest:
        return _("the name is longer than %(places)d characters.") % {"places": longest}
    return None


def _unknown(code: str, known: Iterable[str]) -> str | None:
    if code and code not in set(known):
        return _("“%(code)s” is not known.") % {"code": code}
    return None
