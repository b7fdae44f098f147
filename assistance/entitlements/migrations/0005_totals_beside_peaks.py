import django.db.models.deletion
from django.db import migrations, models

COLUMNS = ("own_total", "own_in_scope")


def peak(column):
    return f"GREATEST({', '.join(f'{column}[{month}]' for month in range(1, 13))})"


def create(column, beside):
    return (
        f"CREATE INDEX account_by_peak_{column} ON entitlements_personyear"
        f" (year, ({peak(column)})){beside} WHERE {peak(column)} >= 1000000"
    )


class Migration(migrations.Migration):
    """Whoever reached 10,000 yuan lies together with his totals, so that a list reads no account from the table."""

    dependencies = [
        ("entitlements", "0004_entries_of_the_bottom_line"),
        ("registry", "0009_person_of_lists"),
    ]

    operations = [
        migrations.RunSQL(
            f"DROP INDEX account_by_peak_{column};"
            + create(column, " INCLUDE (person_id, own_total, own_in_scope)"),
            f"DROP INDEX account_by_peak_{column};" + create(column, ""),
        )
        for column in COLUMNS
    ] + [
        migrations.AlterField(
            model_name="personyear",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="years",
                to="registry.person",
            ),
        ),
    ]
