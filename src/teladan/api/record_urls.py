"""Addresses of the record's files, below /record/: relative to each other as in an archive."""

from django.urls import URLPattern, path, re_path

from teladan.api import archives, record

app_name = "record"

urlpatterns: list[URLPattern] = [
    path("checkpoint", record.checkpoint, name="checkpoint"),
    path("checkpoints", record.checkpoints, name="checkpoints"),
    path("key", record.key, name="key"),
    path("tile/<path:path>", record.tile, name="tile"),
    path("proof/<str:position>", record.proof, name="proof"),
    path("object/<str:digest>", record.object_, name="object"),
    path("publication/<slug:code>.json", record.manifest, name="manifest"),
    path("publication/<slug:code>/disclosures.json", record.disclosures, name="disclosures"),
    path("archive/<slug:code>/<int:number>.zip", archives.archive, name="archive"),
    path("verify.py", record.verifier, name="verify"),
    re_path("", record.nowhere),
]
