import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def give_reasons(apps, schema_editor):
    """Accounts entered before had free words at most: they become "another reason" with those words."""
    accounts = apps.get_model("registry", "BankAccount").objects
    accounts.exclude(holder_reason="").update(is_social_security_card=False, reason="other")
    accounts.filter(is_social_security_card=False).update(reason="other")


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        ("registry", "0007_recipient_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="bankaccount",
            name="odd_number_confirmed",
            field=models.BooleanField(default=False, verbose_name="odd number confirmed"),
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="paper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_card", "The patient has no social-security card yet"),
                    ("card_unusable", "The card is lost, frozen or without its bank function"),
                    ("guardian", "Guardian of a minor or of somebody without legal capacity"),
                    ("relative", "Relative whom the patient has authorised in writing"),
                    ("institution", "Institution that cares for the patient"),
                    ("heir", "Heir of the patient who has died"),
                    ("other", "Another reason"),
                ],
                max_length=20,
                verbose_name="why not the social-security card",
            ),
        ),
        migrations.AlterField(
            model_name="bankaccount",
            name="holder_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="explanation"),
        ),
        migrations.RunPython(give_reasons, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_social_security_card", True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="another_account_has_a_reason",
            ),
        ),
    ]
