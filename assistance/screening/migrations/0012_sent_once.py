from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0011_fewer_indexes_of_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="costmark",
            name="token",
            field=models.CharField(max_length=40, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="prospectcall",
            name="token",
            field=models.CharField(max_length=40, null=True, unique=True),
        ),
    ]
