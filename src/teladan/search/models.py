"""Passages: every text that is searched, with its vector. A projection, made again by `services.index`."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models


class Passage(models.Model):
    """A piece of text of something that has a page, or a title of it in another language.

    `code` is what the thing is called in its own room, `part` which piece of it. `titles` say what it is
    called, {language: title}. `vector` is 384 bytes (`search.vectors.pack`) of the model `model_id`
    (`search.model.identity`); None
    until it is made, and for what is found by its words alone. `tokens` are the pairs of letters of the text
    (`search.words.document`). `country` (ISO 3166 alpha-3), `theme` and `status` are "" where there is none.
    """

    class Kind(models.TextChoices):
        """What the text is of."""

        PRACTICE = "practice"
        INSTRUMENT = "instrument"
        ORGANISATION = "organisation"
        EDITION = "edition"
        AGREEMENT = "agreement"
        MEETING = "meeting"

    kind = models.CharField(max_length=12, choices=Kind)
    code = models.CharField(max_length=120)
    part = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    text = models.TextField()
    titles = models.JSONField(default=dict)
    country = models.CharField(max_length=3, blank=True)
    theme = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20, blank=True)
    has_meaning = models.BooleanField()  # whether a vector is made of it
    digest = models.CharField(max_length=64)  # SHA-256 of all of the above
    tokens = models.TextField()
    model_id = models.CharField(max_length=200, blank=True)
    vector = models.BinaryField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        """By what it is of; each piece once in a language; a vector has its model."""

        ordering = ("kind", "code", "part", "language")
        constraints = (
            models.UniqueConstraint(fields=("kind", "code", "part", "language"), name="passage_once"),
            models.CheckConstraint(
                condition=models.Q(vector__isnull=True, model_id="")
                | models.Q(models.Q(vector__isnull=False, has_meaning=True), ~models.Q(model_id="")),
                name="passage_vector_has_its_model",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=("practice", "instrument", "organisation", "edition", "agreement", "meeting")
                ),
                name="passage_kind_is_known",
            ),
        )
        indexes = (GinIndex(SearchVector("tokens", config="simple"), name="passage_words"),)

    def __str__(self) -> str:
        """Return what it is of, which piece and in which language."""
        return f"{self.kind} {self.code} {self.part} {self.language}"
