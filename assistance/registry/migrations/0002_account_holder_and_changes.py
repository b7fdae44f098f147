import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="bankaccount",
            name="holder_reason",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="why the holder is somebody else"
            ),
        ),
        migrations.CreateModel(
            name="PersonChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("corrected", "Corrected"),
                            ("moved", "Moved"),
                            ("residence_ended", "Residence ended"),
                            ("residence_voided", "Residence voided"),
                            ("recognised", "Recognised"),
                            ("recognition_ended", "Recognition ended"),
                            ("recognition_voided", "Recognition voided"),
                            ("enrolled", "Enrolled"),
                            ("enrolment_ended", "Enrolment ended"),
                            ("enrolment_voided", "Enrolment voided"),
                            ("died", "Death recorded"),
                            ("death_revoked", "Record of death revoked"),
                            ("account_added", "Bank account added"),
                            ("account_checked", "Bank account checked"),
                            ("account_retired", "Bank account retired"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a person",
                "verbose_name_plural": "changes of people",
                "indexes": [models.Index(fields=["person", "id"], name="change_by_person")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="personchange",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e2d15afb1243d7ffce5bae15aa12b6d392b5f554",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_297c1",
                    table="registry_personchange",
                    when="BEFORE",
                ),
            ),
        ),
    ]
