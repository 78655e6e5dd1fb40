"""A digest of evidence is one: 64 small hexadecimal digits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_modification_act")]

    operations = [
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256", ""), ("sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"),
                name="evidence_sha256_is_a_digest",
            ),
        ),
    ]
