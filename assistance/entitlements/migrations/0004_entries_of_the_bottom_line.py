from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("entitlements", "0003_peaks")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("bucket", "bottom_line")),
                fields=["account"],
                name="entry_of_the_bottom_line",
            ),
        ),
    ]
