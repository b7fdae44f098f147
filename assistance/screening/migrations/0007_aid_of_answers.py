import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0006_review_words"),
        ("settlements", "0005_marks_and_figures"),
    ]

    operations = [
        migrations.AddField(
            model_name="bottomlinecase",
            name="worked_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                default=tuple,
                editable=False,
                size=None,
                verbose_name="worked on by",
            ),
        ),
        migrations.AddField(
            model_name="pushanswer",
            name="aid",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="settlements.otheraid",
            ),
        ),
        # Lists whose review was begun while the state was still called "open".
        migrations.RunSQL(
            "UPDATE screening_bottomlinelist SET state = 'review' WHERE state = 'open'",
            migrations.RunSQL.noop,
        ),
    ]
