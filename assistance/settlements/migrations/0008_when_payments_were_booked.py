import json

from django.db import migrations, models

from assistance.registry.numbers import id_digest

_BOOKED_AT = """
ALTER TABLE settlements_laterpayment DISABLE TRIGGER USER;
UPDATE settlements_laterpayment l
   SET booked_at = coalesce(
       (SELECT applied_at FROM settlements_payerfile WHERE id = l.file_id),
       (SELECT started_at FROM settlements_billimport WHERE id = l.delivery_id), now());
ALTER TABLE settlements_laterpayment ENABLE TRIGGER USER;
"""


def keep_digests(apps, schema_editor):
    doubts = apps.get_model("settlements", "PayerDoubt").objects.exclude(reason="bad_row")
    for doubt in doubts.filter(settled_at__isnull=True).iterator():
        number = "".join(json.loads(doubt.payload).get("id_number", "").split()).upper()
        doubt.id_digest = id_digest(number)
        doubt.save(update_fields=["id_digest"])


class Migration(migrations.Migration):
    dependencies = [("settlements", "0007_fewer_bill_indexes")]

    operations = [
        migrations.AddField(
            model_name="payerdoubt",
            name="id_digest",
            field=models.BinaryField(editable=False, max_length=32, null=True),
        ),
        migrations.RunPython(keep_digests, migrations.RunPython.noop),
        migrations.AddField(
            model_name="laterpayment",
            name="booked_at",
            field=models.DateTimeField(null=True, verbose_name="booked at"),
        ),
        migrations.RunSQL(_BOOKED_AT, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="laterpayment",
            name="booked_at",
            field=models.DateTimeField(verbose_name="booked at"),
        ),
    ]
