import datetime
from django.db import migrations

FROM = datetime.date(2019, 1, 1)


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
        (
            model(kind=kind, text=text, verdict=verdict, source=source, first_day=FROM)
            for kind, text, verdict, source in TERMS
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("settlements", "0001_squashed")]

    operations = [migrations.RunPython(add_terms, migrations.RunPython.noop)]
