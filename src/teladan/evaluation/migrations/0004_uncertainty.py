from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0003_erasure")]

    operations = [
        migrations.AddField(
            model_name="preparation",
            name="uncertainty_sha256",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="publication",
            name="uncertainty_sha256",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="publication",
            name="uncertainty",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="standing",
            field=models.JSONField(null=True),
        ),
    ]
