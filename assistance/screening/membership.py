"""What each list asks of a person, as conditions of the statement that draws it up."""

from __future__ import annotations

from assistance.screening.states import ListKind

# A list of recipients asks nothing more about who was none, the relapse pool about who never was one.
# Insurance on record is asked for the two pools alone (ZS22-2.2.1, B-23); the warning names whoever bears much.
_RECOGNISED = """EXISTS (
        SELECT FROM registry_recipientspan span
         WHERE span.person_id = ANY(reached.records) AND span.voided_at IS NULL AND {when}
    )"""
_NOW = _RECOGNISED.format(
    when="span.first_day <= %(as_of)s AND (span.last_day IS NULL OR span.last_day >= %(as_of)s)"
)
POSSIBLE = {
    ListKind.ZHIPIN: "true",
    ListKind.FANPIN: _RECOGNISED.format(when="span.last_day < %(as_of)s"),
    ListKind.WATCH: _NOW,
    ListKind.ALARM: "true",
    ListKind.BOTTOM_LINE: _NOW,
}

ASKED_WHETHER_INSURED = {
    ListKind.ZHIPIN: "NOT recipient",
    ListKind.FANPIN: "NOT recipient AND (relapse OR was_listed)",
    ListKind.WATCH: "false",
    ListKind.ALARM: "false",
    ListKind.BOTTOM_LINE: "false",
}
BELONGS = {
    ListKind.ZHIPIN: """NOT recipient AND insured
        AND NOT (%(other_limit)s::bigint IS NOT NULL AND relapse AND burden >= %(other_limit)s::bigint)""",
    ListKind.FANPIN: "NOT recipient AND insured AND relapse",
    ListKind.WATCH: "recipient",
    ListKind.ALARM: "NOT recipient",
    ListKind.BOTTOM_LINE: "recipient AND (in_groups OR NOT %(listed_only)s)",
}
# The first that holds is why somebody left; `in_year` is whether both lists count the same year.
WHY = {
    kind: f"""CASE WHEN dead THEN 'died' WHEN agency_id <> %(agency)s THEN 'other_agency'
        {cause} WHEN burden < %(limit)s AND NOT %(in_year)s THEN 'new_year'
        WHEN burden < %(limit)s THEN 'below' ELSE 'other_list' END"""
    for kind, cause in {
        ListKind.ZHIPIN: "WHEN recipient THEN 'recognised' WHEN NOT insured THEN 'not_insured'",
        ListKind.FANPIN: """WHEN recipient THEN 'recognised' WHEN NOT insured THEN 'not_insured'
            WHEN NOT relapse THEN 'forgotten'""",
        ListKind.WATCH: "WHEN NOT recipient THEN 'left_status'",
        ListKind.ALARM: "WHEN recipient THEN 'recognised'",
        ListKind.BOTTOM_LINE: """WHEN NOT recipient THEN 'left_status'
            WHEN %(listed_only)s AND NOT in_groups THEN 'left_status'""",
    }.items()
}
