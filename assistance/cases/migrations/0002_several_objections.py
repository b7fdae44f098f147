from django.db import migrations


class Migration(migrations.Migration):
    """Several people may object to the same case at the same time; each of them gets an answer."""

    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="objection", name="one_open_objection_per_line"),
    ]
