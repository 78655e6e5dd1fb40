from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0002_preparation_correction")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("act", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=80)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("at", "act"),
                "indexes": [models.Index(fields=["code", "at"], name="erasure_by_code")],
            },
        ),
    ]
