import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shared", "0001_row_change")]

    operations = [
        migrations.AddIndex(
            model_name="rowchange",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("changes", name="jsonb_path_ops"),
                condition=models.Q(("kind", "delete")),
                name="row_change_of_removed",
            ),
        ),
    ]
