import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FROM = datetime.date(2019, 1, 1)
# Chapter V of ICD-10: psychoses and bipolar disorder are plain; of the rest a person looks at the treatment.
TERMS = [
    ("code", "F2", "yes", "ICD-10 F20–F29 精神分裂症、分裂型障碍和妄想性障碍"),
    ("code", "F30", "yes", "ICD-10 F30 躁狂发作"),
    ("code", "F31", "yes", "ICD-10 F31 双相情感障碍"),
    ("code", "F", "unclear", "ICD-10 第五章 精神和行为障碍"),
    ("name", "精神分裂", "yes", "ICD-10 F20"),
    ("name", "双相情感障碍", "yes", "ICD-10 F31"),
    ("name", "偏执性精神病", "yes", "ICD-10 F22"),
    ("name", "分裂情感", "yes", "ICD-10 F25"),
    ("name", "精神病", "unclear", "名称未注明种类"),
    ("name", "精神障碍", "unclear", "名称未注明种类"),
    ("name", "抑郁", "unclear", "ICD-10 F32、F33"),
]


def add_terms(apps, schema_editor):
    model = apps.get_model("settlements", "PsychiatricTerm")
    model.objects.bulk_create(
        model(kind=kind, text=text, verdict=verdict, source=source, first_day=FROM)
        for kind, text, verdict, source in TERMS
    )


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0010_fewer_list_indexes"),
        ("settlements", "0005_deliveries_at_the_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Institution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hospital", "Hospital"),
                            ("clinic", "Clinic or health centre"),
                            ("pharmacy", "Pharmacy"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("3", "Level three"),
                            ("2", "Level two"),
                            ("1", "Level one"),
                            ("0", "Without a level"),
                        ],
                        default="0",
                        max_length=1,
                        verbose_name="level",
                    ),
                ),
                ("place", models.CharField(max_length=40, verbose_name="place")),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(blank=True, null=True, verbose_name="last day")),
            ],
            options={
                "verbose_name": "designated institution",
                "verbose_name_plural": "designated institutions",
            },
        ),
        migrations.CreateModel(
            name="PsychiatricMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "proposal",
                    models.CharField(
                        choices=[
                            ("yes", "Treatment of mental illness"),
                            ("unclear", "A person decides"),
                        ],
                        max_length=8,
                        verbose_name="proposed",
                    ),
                ),
                ("because", models.CharField(max_length=80, verbose_name="because of")),
                ("decided", models.BooleanField(null=True, verbose_name="decided")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "mark of mental illness",
                "verbose_name_plural": "marks of mental illness",
            },
        ),
        migrations.CreateModel(
            name="PsychiatricTerm",
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
                        choices=[("code", "Code begins with"), ("name", "Name contains")],
                        max_length=4,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.CharField(max_length=40, verbose_name="text")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("yes", "Treatment of mental illness"),
                            ("unclear", "A person decides"),
                        ],
                        max_length=8,
                        verbose_name="means",
                    ),
                ),
                ("source", models.CharField(max_length=120, verbose_name="source")),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(blank=True, null=True, verbose_name="last day")),
            ],
            options={
                "verbose_name": "diagnosis of mental illness",
                "verbose_name_plural": "diagnoses of mental illness",
            },
        ),
        migrations.AddField(
            model_name="settlement",
            name="disease_code",
            field=models.CharField(blank=True, max_length=20, verbose_name="code of the diagnosis"),
        ),
        migrations.AddField(
            model_name="settlement",
            name="disease_name",
            field=models.CharField(blank=True, max_length=80, verbose_name="diagnosis"),
        ),
        migrations.AddField(
            model_name="settlement",
            name="institution_code",
            field=models.CharField(blank=True, max_length=20, verbose_name="code of the hospital"),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(
                condition=models.Q(
                    models.Q(("disease_code", ""), _negated=True),
                    models.Q(("disease_name", ""), _negated=True),
                    _connector="OR",
                ),
                fields=["id"],
                name="bill_with_diagnosis",
            ),
        ),
        migrations.AddIndex(
            model_name="institution",
            index=models.Index(fields=["name"], name="institution_by_name"),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("code", "="),
                    (
                        models.Func(
                            models.F("first_day"),
                            models.F("last_day"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="one_designation_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_day__isnull", True),
                    ("last_day__gte", models.F("first_day")),
                    _connector="OR",
                ),
                name="designation_ends_after_it_begins",
            ),
        ),
        migrations.AddField(
            model_name="psychiatricmark",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="psychiatricmark",
            name="settlement",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="psychiatric_mark",
                to="settlements.settlement",
            ),
        ),
        migrations.AddConstraint(
            model_name="psychiatricterm",
            constraint=models.UniqueConstraint(
                fields=("kind", "text", "first_day"), name="one_term_from_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="psychiatricterm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_day__isnull", True),
                    ("last_day__gte", models.F("first_day")),
                    _connector="OR",
                ),
                name="term_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="psychiatricmark",
            index=models.Index(
                condition=models.Q(("decided__isnull", True), ("proposal", "unclear")),
                fields=["-id"],
                name="mark_to_be_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="psychiatricmark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided__isnull", True), ("decided_at__isnull", True)),
                    models.Q(
                        ("decided__isnull", False),
                        ("decided_at__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="mark_is_decided_whole",
            ),
        ),
        migrations.RunPython(add_terms, migrations.RunPython.noop),
    ]
