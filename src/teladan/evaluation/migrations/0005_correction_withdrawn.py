from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0004_uncertainty")]

    operations = [
        migrations.AddField("correction", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField("correction", "withdrawn_act", models.UUIDField(null=True, unique=True)),
        migrations.AddField(
            "correction", "withdrawn_reason", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddConstraint(
            "correction",
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_act__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_act__isnull=False, accepted__isnull=True),
                name="withdrawn_whole_and_undecided",
            ),
        ),
    ]
