import assistance.shared.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


def number_old_objections(apps, schema_editor):
    """Objections from before they had numbers; the letter keeps them out of the running series."""
    rows = apps.get_model("cases", "Objection").objects.select_related("line__notice__agency")
    for row in rows.filter(number=None):
        code = row.line.notice.agency.code
        row.number = f"{code}-Y{row.recorded_at:%Y}-A{row.pk:04d}"
        row.save(update_fields=["number"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_plain_names"),
        ("cases", "0009_bulk_runs"),
        ("files", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("claimed_on", models.DateField(verbose_name="handed in on")),
                ("typed_on", models.DateField(verbose_name="typed on")),
                ("reason", models.CharField(max_length=300, verbose_name="why it was typed later")),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "To be confirmed"),
                            ("confirmed", "Confirmed"),
                            ("rejected", "Not confirmed"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
            ],
            options={
                "verbose_name": "earlier day of receipt",
                "verbose_name_plural": "earlier days of receipt",
            },
        ),
        migrations.CreateModel(
            name="EmployerReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("employer", models.CharField(max_length=120, verbose_name="employer")),
                (
                    "credit_code",
                    models.CharField(max_length=18, verbose_name="unified social credit code"),
                ),
                ("opinion", models.CharField(max_length=500, verbose_name="employer's opinion")),
                ("signed_on", models.DateField(verbose_name="signed on")),
                ("filed_at", models.DateTimeField(verbose_name="filed at")),
            ],
            options={
                "verbose_name": "employer's first review",
                "verbose_name_plural": "employers' first reviews",
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "To be accepted"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("taken_back", "Taken back"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="answer")),
            ],
            options={
                "verbose_name": "hand-over",
                "verbose_name_plural": "hand-overs",
            },
        ),
        migrations.AddField(
            model_name="objection",
            name="category",
            field=models.CharField(
                choices=[
                    ("means", "Income or property not as declared"),
                    ("status", "Not the status or household claimed"),
                    ("cost", "Cost or bills not real"),
                    ("other_payer", "Work injury or a third party has to pay"),
                    ("other_aid", "Helped elsewhere for the same cost"),
                    ("procedure", "Procedure not kept"),
                    ("other", "Something else"),
                ],
                default="other",
                max_length=12,
                verbose_name="what it is about",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="channel",
            field=models.CharField(
                choices=[
                    ("web", "On the public page"),
                    ("phone", "By telephone"),
                    ("desk", "At the desk"),
                    ("village", "Through the village or community"),
                ],
                default="desk",
                max_length=10,
                verbose_name="how it came",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="contact",
            field=assistance.shared.fields.EncryptedTextField(
                blank=True, default="", verbose_name="how to reach the objector"
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="effect",
            field=models.CharField(
                choices=[
                    ("stopped", "The case is stopped"),
                    ("taken_back", "The approved case is taken back, its award held"),
                    ("question", "The money is in a batch or has left: a person decides"),
                ],
                default="stopped",
                max_length=12,
                verbose_name="effect",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="investigator",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="investigator",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="number",
            field=models.CharField(max_length=40, null=True, verbose_name="number"),
        ),
        migrations.RunPython(number_old_objections, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="objection",
            name="number",
            field=models.CharField(max_length=40, unique=True, verbose_name="number"),
        ),
        migrations.AddField(
            model_name="objection",
            name="scan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="token",
            field=models.CharField(max_length=40, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="objection",
            name="told_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="told_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("phone", "By telephone"),
                    ("in_person", "In person"),
                    ("letter", "By letter"),
                    ("online", "On the status page only"),
                ],
                max_length=10,
                verbose_name="told",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="told_on",
            field=models.DateField(null=True, verbose_name="told on"),
        ),
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("first_review", "First review"),
                    ("employer_review", "Employer's first review"),
                    ("return", "Returned"),
                    ("proposal", "Proposal"),
                    ("refusal_proposal", "Proposal to refuse"),
                    ("send_back", "Sent back"),
                    ("agreement", "Agreed"),
                    ("refusal", "Refused"),
                    ("recovery_proposal", "Proposal to claim money back"),
                    ("recovery", "Money claimed back"),
                    ("error", "Wrong amount reported"),
                    ("correction", "Correction ordered"),
                    ("no_error", "Amount found right"),
                    ("paid_anyway", "To be paid all the same"),
                    ("ruling", "Ruling on a fact"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="objection",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(
                condition=models.Q(("outcome", "")),
                fields=["deadline_on", "id"],
                name="open_objection_by_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_by__isnull", False), ("channel", "web"), _connector="OR"
                ),
                name="only_the_public_page_records_without_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("told_how", ""), models.Q(("outcome", ""), _negated=True), _connector="OR"
                ),
                name="told_objection_is_decided",
            ),
        ),
        migrations.AddField(
            model_name="earlierreceipt",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="earlier_receipts",
                to="cases.application",
            ),
        ),
        migrations.AddField(
            model_name="earlierreceipt",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="earlierreceipt",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="earlierreceipt",
            name="proof",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
                verbose_name="proof",
            ),
        ),
        migrations.AddField(
            model_name="employerreview",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="employer_reviews",
                to="cases.application",
            ),
        ),
        migrations.AddField(
            model_name="employerreview",
            name="filed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="employerreview",
            name="scan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
                verbose_name="signed paper",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hand_overs",
                to="cases.application",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="from_township",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.division",
                verbose_name="from township",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="to_township",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.division",
                verbose_name="to township",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierreceipt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "open")),
                fields=("application",),
                name="one_open_earlier_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("claimed_on__lt", models.F("typed_on"))),
                name="earlier_receipt_is_earlier",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", "open"),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("entered_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="earlier_receipt_takes_two_people",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="employerreview",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="acadd611ce8004f2d64c2c37cd43156e9deb467b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_a9039",
                    table="cases_employerreview",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "open")),
                fields=("application",),
                name="one_open_hand_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_township", models.F("to_township")), _negated=True),
                name="hand_over_goes_elsewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "accepted"), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="hand_over_is_accepted_by_another",
            ),
        ),
    ]
