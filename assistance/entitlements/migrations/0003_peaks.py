from django.db import migrations

COLUMNS = ("own_total", "own_in_scope")


def peak(column):
    return f"GREATEST({', '.join(f'{column}[{month}]' for month in range(1, 13))})"


class Migration(migrations.Migration):
    """Whoever ever reaches 10,000 yuan in a year is found without reading all accounts (lists)."""

    dependencies = [("entitlements", "0002_bottom_line")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX account_by_peak_{column} ON entitlements_personyear"
            f" (year, ({peak(column)})) WHERE {peak(column)} >= 1000000",
            f"DROP INDEX account_by_peak_{column}",
        )
        for column in COLUMNS
    ]
