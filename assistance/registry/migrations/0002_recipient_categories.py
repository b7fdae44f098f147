from django.db import migrations

# Code, name, and whether the person counts as 困难人员 in Jingning (JN21 二(一)1: 特困、低保、低边等).
CATEGORIES = [
    ("TEKUN", "特困供养人员", True),
    ("DIBAO", "最低生活保障家庭成员", True),
    ("DIBIAN", "最低生活保障边缘家庭成员", True),
    ("YINBING", "因病致贫家庭成员", False),
    ("SANLAO", "“三老”人员", False),
    ("YOUFU", "重点优抚对象", False),
    ("JINGJIAN", "精减退职职工", False),
    ("TEKUN_ZHIGONG", "特困职工", False),
    ("OTHER", "其他", False),
]


def add_categories(apps, schema_editor):
    category = apps.get_model("registry", "RecipientCategory")
    for order, (code, name, is_hardship) in enumerate(CATEGORIES, start=1):
        category.objects.get_or_create(
            code=code, defaults={"name": name, "is_hardship": is_hardship, "order": order * 10}
        )


class Migration(migrations.Migration):
    replaces = [
        ("registry", "0003_recipient_categories"),
    ]
    dependencies = [
        ("registry", "0001_squashed"),
    ]

    # Names may have been edited and spans may point here: going back leaves the rows.
    operations = [migrations.RunPython(add_categories, migrations.RunPython.noop)]
