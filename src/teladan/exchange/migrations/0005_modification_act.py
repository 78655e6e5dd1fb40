"""The entry of each modification beside it; those there are get theirs, which the record holds in order."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import migrations, models


def find(apps: Any, _schema_editor: object) -> None:
    """Give the modifications of each adoption their acts: both were written in the same order."""
    told: dict[str, list[UUID]] = {}
    outbox, entry = apps.get_model("record", "Outbox"), apps.get_model("record", "Entry")
    for row in entry.objects.filter(kind="adoption").order_by("position").iterator():
        _keep(told, row.act, row.subject, json.loads(bytes(row.data)).get("body"))
    for row in outbox.objects.filter(kind="adoption").order_by("pk").iterator():
        _keep(told, row.act, row.subject, json.loads(bytes(row.body)))
    rows: dict[str, list[Any]] = {}
    for row in apps.get_model("exchange", "Modification").objects.order_by("pk"):
        rows.setdefault(f"adoption/{row.adoption_id}", []).append(row)
    for subject, of in rows.items():
        acts = told.get(subject, [])
        if len(acts) == len(of):  # otherwise nobody can say which is whose: the audit names them
            for row, act in zip(of, acts, strict=True):
                row.act = act
                row.save(update_fields=["act"])


def _keep(told: dict[str, list[UUID]], act: UUID, subject: str, body: object) -> None:
    if isinstance(body, dict) and body.get("what") == "modification":
        told.setdefault(subject, []).append(act)


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0004_codes"),
        ("record", "0002_log_is_only_added_to"),
    ]

    operations = [
        migrations.AddField(
            model_name="modification",
            name="act",
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.RunPython(find, migrations.RunPython.noop),
    ]
