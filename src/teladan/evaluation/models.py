"""Publications and their rows: a projection of canonical bytes, rebuilt by loading them again."""

from django.db import models

from teladan.registry.models import Organisation


class Publication(models.Model):
    """A frozen released result of one edition, *computed* from scores or *reported* as printed.

    `sha256` names the canonical bytes in the object store; `position` orders publications of one
    instrument by edition. `instrument` is slug@version, blank where the method was not seen.
    """

    class Kind(models.TextChoices):
        """Whether every digit can be recomputed, or a source's figures are only checked."""

        COMPUTED = "computed"
        REPORTED = "reported"

    code = models.CharField(max_length=80, primary_key=True)
    series = models.CharField(max_length=60)  # the instrument's slug, or the publication's own
    instrument = models.CharField(max_length=80, blank=True)
    instrument_sha256 = models.CharField(max_length=64, blank=True)
    edition = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind)
    titles = models.JSONField()
    country = models.CharField(max_length=3, blank=True)
    source = models.JSONField()
    evaluated = models.PositiveIntegerField(null=True)
    national = models.JSONField(null=True)
    notes = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    beside = models.JSONField(default=list)
    elements = models.JSONField(default=list)  # [{code, titles}] of the printed columns
    listed = models.PositiveIntegerField()
    verdicts = models.JSONField()  # {verdict: rows}
    engine = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    made_from = models.CharField(max_length=64)  # digest of the files and engine it was made from
    loaded_at = models.DateTimeField()

    class Meta:
        """Newest edition first within a series; the kind is one of the two words."""

        ordering = ("series", "-edition", "code")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("computed", "reported")),
                name="publication_is_computed_or_reported",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="reported") | ~models.Q(instrument=""),
                name="computed_publication_names_its_instrument",
            ),
        )

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class Result(models.Model):
    """One organisation's row in a publication.

    `elements` is {code: {printed, exact?, contribution?, weight?}} (text, "p/q" where exact).
    `order` sorts by the index to 15 digits; figures are never read from it.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="results")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="results")
    printed_name = models.CharField(max_length=250)
    position = models.PositiveIntegerField()  # the row's place in the source
    index = models.CharField(max_length=60, blank=True)  # as printed
    index_exact = models.CharField(max_length=120, blank=True)  # "p/q"; blank where not computed
    order = models.DecimalField(max_digits=24, decimal_places=15, null=True)
    band = models.CharField(max_length=60, blank=True)
    rank = models.CharField(max_length=10, blank=True)  # only where the source prints one
    scored = models.BooleanField(default=True)
    elements = models.JSONField()
    beside = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)  # {indicator: "4"}, self-assessed
    scores = models.JSONField(default=dict)  # {indicator: "4"}, by an assessor
    self_assessed = models.JSONField(default=dict)  # {code: {printed, exact}} of the own answers
    verdict = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    reason_code = models.CharField(max_length=60, blank=True)
    reason_values = models.JSONField(default=dict)
    candidates = models.JSONField(default=list)  # [{code: "p/q"}]

    class Meta:
        """In the order of the source; an organisation stands once in a publication."""

        ordering = ("publication", "position")
        constraints = (
            models.UniqueConstraint(fields=("publication", "organisation"), name="one_row_per_organisation"),
            models.UniqueConstraint(fields=("publication", "position"), name="one_row_per_position"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=("", "consistent", "inconsistent", "impossible", "undecided")),
                name="verdict_is_one_of_four",
            ),
        )

    def __str__(self) -> str:
        """Return publication and organisation."""
        return f"{self.publication_id}: {self.organisation_id}"
