import csv
from datetime import date
from pathlib import Path

from django.db import migrations

SOURCE = "国务院办公厅节假日安排通知"
CALENDAR = Path(__file__).parent.parent / "data" / "calendar.csv"
ROLES = (
    "township_clerk",
    "township_leader",
    "window_clerk",
    "reviewer",
    "approver",
    "payment_officer",
    "fund_supervisor",
    "city_supervisor",
    "partner",
    "auditor",
    "administrator",
)


def seed_roles(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


def seed_calendar(apps, schema_editor):
    day_model = apps.get_model("accounts", "CalendarDay")
    year_model = apps.get_model("accounts", "CalendarYear")
    with CALENDAR.open(encoding="utf-8", newline="") as file:
        days = [
            day_model(
                day=date.fromisoformat(row["day"]),
                is_workday=row["is_workday"] == "1",
                name=row["name"],
            )
            for row in csv.DictReader(file)
        ]
    day_model.objects.bulk_create(days, ignore_conflicts=True)
    for year in sorted({entry.day.year for entry in days}):
        year_model.objects.get_or_create(year=year, defaults={"source": SOURCE})


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0003_seed_roles_and_calendar"),
    ]
    dependencies = [
        ("accounts", "0001_squashed"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(seed_roles, migrations.RunPython.noop),
        migrations.RunPython(seed_calendar, migrations.RunPython.noop),
    ]
