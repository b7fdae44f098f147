import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def note_returned_cases(apps, schema_editor):
    """Cases that are returned today wait for what their last change says."""
    application = apps.get_model("cases", "Application")
    stop = apps.get_model("cases", "ClockStop")
    for case in application.objects.filter(state="returned"):
        last = case.changes.order_by("id").last()
        stop.objects.create(
            application=case,
            kind="papers",
            stage=last.from_state,
            what=last.reason,
            since=last.at,
            by_id=last.by_id,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_plain_names"),
        ("cases", "0002_several_objections"),
        ("payments", "0002_reasons_and_backstops"),
        ("policies", "0001_initial"),
        ("registry", "0003_recipient_categories"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClockStop",
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
                            ("papers", "Papers are missing"),
                            ("decision", "Civil affairs has to decide"),
                        ],
                        max_length=10,
                        verbose_name="waits because",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("first_review", "Township first review"),
                            ("county_review", "County review"),
                            ("proposed", "Proposed for approval"),
                            ("publicity", "Public notice"),
                            ("objected", "Objected to"),
                            ("approved", "Approved"),
                            ("returned", "Returned for completion"),
                            ("waiting", "Waiting for civil affairs"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=16,
                        verbose_name="stage",
                    ),
                ),
                ("what", models.CharField(max_length=500, verbose_name="waits for")),
                (
                    "applied_on",
                    models.DateField(null=True, verbose_name="applied to civil affairs on"),
                ),
                ("since", models.DateTimeField(verbose_name="since")),
                ("remind_on", models.DateField(null=True, verbose_name="ask again on")),
                ("asked_at", models.DateTimeField(null=True, verbose_name="last asked at")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "stop of the clock",
                "verbose_name_plural": "stops of the clock",
            },
        ),
        migrations.RemoveConstraint(
            model_name="application",
            name="application_state_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="application",
            name="one_application_under_way_per_year",
        ),
        migrations.AlterField(
            model_name="application",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("first_review", "Township first review"),
                    ("county_review", "County review"),
                    ("proposed", "Proposed for approval"),
                    ("publicity", "Public notice"),
                    ("objected", "Objected to"),
                    ("approved", "Approved"),
                    ("returned", "Returned for completion"),
                    ("waiting", "Waiting for civil affairs"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                max_length=16,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="stagedeadline",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("first_review", "Township first review"),
                    ("county_review", "County review"),
                    ("proposed", "Proposed for approval"),
                    ("publicity", "Public notice"),
                    ("objected", "Objected to"),
                    ("approved", "Approved"),
                    ("returned", "Returned for completion"),
                    ("waiting", "Waiting for civil affairs"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=16,
                verbose_name="stage",
            ),
        ),
        migrations.AlterField(
            model_name="statuschange",
            name="from_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("draft", "Draft"),
                    ("first_review", "Township first review"),
                    ("county_review", "County review"),
                    ("proposed", "Proposed for approval"),
                    ("publicity", "Public notice"),
                    ("objected", "Objected to"),
                    ("approved", "Approved"),
                    ("returned", "Returned for completion"),
                    ("waiting", "Waiting for civil affairs"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="statuschange",
            name="to_state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("first_review", "Township first review"),
                    ("county_review", "County review"),
                    ("proposed", "Proposed for approval"),
                    ("publicity", "Public notice"),
                    ("objected", "Objected to"),
                    ("approved", "Approved"),
                    ("returned", "Returned for completion"),
                    ("waiting", "Waiting for civil affairs"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "first_review",
                            "county_review",
                            "proposed",
                            "publicity",
                            "objected",
                            "approved",
                            "returned",
                            "waiting",
                            "refused",
                            "withdrawn",
                        ],
                    )
                ),
                name="application_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "county_review",
                            "first_review",
                            "objected",
                            "proposed",
                            "publicity",
                            "returned",
                            "waiting",
                        ],
                    )
                ),
                fields=("person", "programme", "benefit_year"),
                name="one_application_under_way_per_year",
            ),
        ),
        migrations.AddField(
            model_name="clockstop",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stops",
                to="cases.application",
            ),
        ),
        migrations.AddField(
            model_name="clockstop",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="clockstop",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("application",),
                name="one_open_stop_per_application",
            ),
        ),
        migrations.RunPython(note_returned_cases, migrations.RunPython.noop),
    ]
