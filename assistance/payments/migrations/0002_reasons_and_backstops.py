import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="awardchange",
            options={
                "verbose_name": "change of an award",
                "verbose_name_plural": "changes of awards",
            },
        ),
        migrations.AddField(
            model_name="award",
            name="state_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="bankreturn",
            name="filename",
            field=models.CharField(blank=True, max_length=200, verbose_name="file name"),
        ),
        migrations.AddField(
            model_name="batch",
            name="closed_at",
            field=models.DateTimeField(null=True, verbose_name="answered in full at"),
        ),
        migrations.AddField(
            model_name="batch",
            name="discarded_at",
            field=models.DateTimeField(null=True, verbose_name="discarded at"),
        ),
        migrations.AddField(
            model_name="batch",
            name="discarded_because",
            field=models.CharField(blank=True, max_length=300, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="batch",
            name="discarded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="batchline",
            name="dropped_because",
            field=models.CharField(blank=True, max_length=300, verbose_name="taken out because"),
        ),
        migrations.AlterField(
            model_name="ledgertransaction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("budget", "Budget"),
                    ("top_up", "Top-up"),
                    ("carry_over", "Carried over"),
                    ("correction", "Entry taken back"),
                    ("reserve", "Reserved"),
                    ("release", "Released"),
                    ("send", "Sent to the bank"),
                    ("pay", "Paid"),
                    ("bounce", "Returned by the bank"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("account__isnull", False),
                    ("state__in", ["held", "cancelled"]),
                    _connector="OR",
                ),
                name="award_to_be_paid_has_an_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sent", "closed"]), _negated=True),
                    models.Q(
                        ("confirmed_by__isnull", False),
                        ("sent_at__isnull", False),
                        models.Q(("file_digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="batch_is_sent_once_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="batchline",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["pending", "paid", "failed", "dropped"])),
                name="batch_line_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgertransaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "budget",
                            "top_up",
                            "carry_over",
                            "correction",
                            "reserve",
                            "release",
                            "send",
                            "pay",
                            "bounce",
                        ],
                    )
                ),
                name="ledger_kind_is_known",
            ),
        ),
    ]
