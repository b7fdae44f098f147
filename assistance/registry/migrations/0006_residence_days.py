from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_staff_ties")]

    operations = [
        migrations.AddIndex(
            model_name="residence",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)),
                fields=["first_day"],
                name="residence_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="residence",
            index=models.Index(
                condition=models.Q(("last_day__isnull", False), ("voided_at__isnull", True)),
                fields=["last_day"],
                name="residence_ends",
            ),
        ),
    ]
