"""People, recognitions, insurance and bills of one agency, made in the database; accounts as the recount makes them.

What a person bears in the year does not depend on the number of his bills, so ten times the bills give the same
lists. One in a hundred has ten times the bills of the others; about three in a hundred reach a limit. One in fifty
bills is taken back by a twin; one in five hundred people is a second record of his neighbour. Rows are written as
they are, without the triggers that look up what they point at.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from assistance.accounts.models import Agency, Division
from assistance.registry.models import Person, RecipientCategory
from assistance.settlements.recount import write_first_accounts
from assistance.shared import crypto

YEAR = 2024
# Bears in the year, in yuan, out of scope included.
BORNE = """(CASE WHEN n %% 400 = 0 THEN 64000 + n %% 9000 WHEN n %% 100 = 1 THEN 31000 + n %% 7000
            WHEN n %% 50 = 2 THEN 12000 + n %% 9000 ELSE 300 + n %% 4000 END)"""
_PEOPLE = """
INSERT INTO registry_person (name, pinyin_key, sex, born_on, certificate_type, id_number, id_digest,
                             tail_digest, phone, phone_digest, township_id, agency_id, created_at)
SELECT '张某', 'zhangmou', '1', date '1950-01-01' + n %% 9000, '01', %(number)s, sha256(n::text::bytea),
       '', '', '', %(township)s, %(agency)s, now()
  FROM generate_series(1, %(people)s) AS n
"""
_NUMBERED = "(SELECT id, row_number() OVER (ORDER BY id) AS n FROM registry_person) person"
_RECIPIENTS = f"""
INSERT INTO registry_recipientspan (person_id, category_id, recognised_by, first_day, last_day, end_is_inferred)
SELECT id, %(category)s, '民政局', date '2023-01-01',
       CASE WHEN n / 7 %% 10 = 1 THEN date '2023-12-31' END, false
  FROM {_NUMBERED} WHERE n / 7 %% 10 < 2
"""
_ENROLMENTS = f"""
INSERT INTO registry_enrolment (person_id, kind, county_id, first_day)
SELECT id, '390', %(county)s, date '2023-01-01' FROM {_NUMBERED} WHERE n %% 20 <> 7
"""
_SECOND_RECORDS = f"""
UPDATE registry_person SET merged_into_id = person.first
  FROM (SELECT id, lag(id) OVER (ORDER BY id) AS first, n FROM {_NUMBERED}) person
 WHERE person.id = registry_person.id AND n %% 500 = 499
"""
_COLUMNS = """person_id, source, source_id, settled_on, setting, institution, designated, total, in_scope, basic,
    supplementary, big_illness, assistance, invoice_code, invoice_number, reversed_because, visit_id,
    med_type, own_version, institution_code, disease_code, disease_name, entered_at"""
# A refund and the bill it takes back, beside what the person bears.
_TAKEN_BACK = f"""
WITH bills AS (
    INSERT INTO settlements_settlement ({_COLUMNS})
    SELECT id, 'insurance', 'back:' || n || ':' || k, date '{YEAR}-01-01' + (n + k)::int %% 90, 'inpatient', '县人民医院',
           true, 900, 800, 700, 0, 0, 0, '', '', '', '', '21', '', '', '', '', now()
      FROM {_NUMBERED} CROSS JOIN LATERAL generate_series(1, %(bills)s) AS k
     WHERE n %% 50 = 3
    RETURNING *
)
INSERT INTO settlements_settlement (reverses_id, {_COLUMNS})
SELECT id, person_id, source, source_id || 'T', settled_on, setting, institution, designated, -total, -in_scope,
       -basic, 0, 0, 0, '', '', '退费', visit_id, med_type, '', '', '', '', now()
  FROM bills
"""
_BILLS = f"""
INSERT INTO settlements_settlement ({_COLUMNS})
SELECT id, 'insurance', 'bench:' || n || ':' || k, date '{YEAR}-01-01' + k * 7919 %% 90,
       'inpatient', '县人民医院', true, 3 * part, 2.8 * part, 2 * part, 0, 0, 0, '', '', '', '', '21', '', '', '',
       '', now()
  FROM (
    SELECT id, n, k, trunc({BORNE} / each::numeric, 2) AS part
      FROM (SELECT id, n, CASE WHEN n %% 100 = 0 THEN 10 ELSE 1 END * %(bills)s AS each FROM {_NUMBERED}) people
      CROSS JOIN LATERAL generate_series(1, each) AS k
  ) bills
"""
TABLES = (
    "settlements_settlement, entitlements_personyear, screening_listentry, screening_listdeparture"
)


def make_people(people: int) -> Agency:
    """Once for a run of the benchmark."""
    county = Division.objects.filter(level="county", children__isnull=False).order_by("code")[0]
    township, agency = county.children.order_by("code")[0], Agency.objects.order_by("pk")[0]
    category = RecipientCategory.objects.order_by("pk")[0]
    number = crypto.encrypt("99912719500101001X", label="registry.person.id_number")
    with connection.cursor() as cursor:
        where = {"number": number, "township": township.pk, "agency": agency.pk}
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_PEOPLE, where | {"people": people})
        cursor.execute(_RECIPIENTS, {"category": category.pk})
        cursor.execute(_ENROLMENTS, {"county": county.pk})
        cursor.execute(_SECOND_RECORDS, {})
        cursor.execute("SET session_replication_role = origin")
    assert Person.objects.count() == people
    return agency


def make_bills(bills: int) -> int:
    """So many bills a person instead of those that are there; how many in all."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} CASCADE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_BILLS, {"bills": bills})
        cursor.execute(_TAKEN_BACK, {"bills": bills})
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("SELECT count(*) FROM settlements_settlement")
        count = int(cursor.fetchone()[0])
    write_first_accounts()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return count


MARCH = date(YEAR, 3, 31)
