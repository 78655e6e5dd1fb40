from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_person_pseudonym_role")]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
