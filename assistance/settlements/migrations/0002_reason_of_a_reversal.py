from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("settlements", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="settlement",
            name="reversed_because",
            field=models.CharField(blank=True, max_length=200, verbose_name="reason"),
        ),
    ]
