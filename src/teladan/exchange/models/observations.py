"""Claim → measure → observation → evidence: what is said to be achieved, and on what it rests."""

from django.db import models

from teladan.exchange.models.adoptions import Adoption
from teladan.exchange.models.practices import Practice, dated
from teladan.registry.models import Person


class Claim(models.Model):
    """What a practice is said to achieve, and what kind of saying it is."""

    class Level(models.TextChoices):
        """What was delivered, what changed, what it helped with, what it alone caused."""

        OUTPUT = "output"
        OUTCOME = "outcome"
        CONTRIBUTION = "contribution"
        ATTRIBUTION = "attribution"

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="claims")
    code = models.CharField(max_length=60)
    statement = models.TextField()
    language = models.CharField(max_length=8)
    level = models.CharField(max_length=12, choices=Level)

    class Meta:
        """In the order they were written."""

        ordering = ("practice", "id")
        constraints = (
            models.UniqueConstraint(fields=("practice", "code"), name="claim_once"),
            models.CheckConstraint(
                condition=models.Q(level__in=("output", "outcome", "contribution", "attribution")),
                name="claim_has_a_level",
            ),
        )

    def __str__(self) -> str:
        """Return practice and code."""
        return f"{self.practice_id} {self.code}"


class Measure(models.Model):
    """What a claim is measured by."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="measures")
    code = models.CharField(max_length=60)
    name = models.TextField()

    class Meta:
        """In the order they were written."""

        ordering = ("claim", "id")
        constraints = (models.UniqueConstraint(fields=("claim", "code"), name="measure_once"),)

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class Observation(models.Model):
    """One figure as one source gives it. Figures that conflict are all kept.

    `value` is text as the source writes it, `exact` the same as a plain decimal where it is a number
    (else ""). `adoption` and `moment` are set where it was observed at an adopter.
    """

    class Nature(models.TextChoices):
        """Whether it was observed at all."""

        RESULT = "result"
        EXPECTED = "expected"
        TARGET = "target"
        BASELINE = "baseline"

    class Moment(models.TextChoices):
        """Of an adopter: before the adoption or after it."""

        BEFORE = "before"
        AFTER = "after"

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="observations")
    adoption = models.ForeignKey(Adoption, null=True, on_delete=models.CASCADE, related_name="observations")
    moment = models.CharField(max_length=6, choices=Moment, blank=True)
    value = models.CharField(max_length=200)
    exact = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=100)
    baseline = models.CharField(max_length=200, blank=True)
    target = models.CharField(max_length=200, blank=True)  # a plain decimal in the same unit, or as written
    target_by = models.CharField(max_length=100, blank=True)
    period = models.CharField(max_length=100, blank=True)
    population = models.CharField(max_length=200, blank=True)
    method = models.TextField(blank=True)
    nature = models.CharField(max_length=10, choices=Nature)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.UUIDField(null=True)

    class Meta:
        """In the order they were written; none without value and unit."""

        ordering = ("measure", "id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(value=""), name="observation_has_a_value"),
            models.CheckConstraint(condition=~models.Q(unit=""), name="observation_has_a_unit"),
            models.CheckConstraint(
                condition=models.Q(nature__in=("result", "expected", "target", "baseline")),
                name="observation_has_a_nature",
            ),
            models.CheckConstraint(
                condition=models.Q(adoption__isnull=True, moment="")
                | models.Q(adoption__isnull=False, moment__in=("before", "after")),
                name="observation_of_an_adopter_has_a_moment",
            ),
        )

    def __str__(self) -> str:
        """Return value and unit."""
        return f"{self.value} {self.unit}"


class Evidence(models.Model):
    """What an observation rests on: a source of one of eight types, and when it was seen.

    `described` keeps how the source was described to us; `sha256` is of the file where one was kept.
    """

    class Type(models.TextChoices):
        """Weakest first: from whoever gains by it, to whoever has no part in it."""

        SELF_REPORT = "self-report"
        NEWS = "news"
        AGENCY_STATISTICS = "agency statistics"
        OFFICIAL_STATISTICS = "official statistics"
        SURVEY = "survey"
        INDEX = "index"
        AUDIT = "audit"
        EVALUATION = "independent evaluation"

    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="evidence")
    type = models.CharField(max_length=24, choices=Type)
    described = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    seen = models.CharField(max_length=10, blank=True)  # "" not seen

    class Meta:
        """In the order they were written; a source is named or its address given."""

        ordering = ("observation", "id")
        verbose_name_plural = "evidence"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    type__in=(
                        "self-report",
                        "news",
                        "agency statistics",
                        "official statistics",
                        "survey",
                        "index",
                        "audit",
                        "independent evaluation",
                    )
                ),
                name="evidence_is_of_a_type",
            ),
            models.CheckConstraint(
                condition=~models.Q(title="", address=""), name="evidence_names_its_source"
            ),
            models.CheckConstraint(condition=dated("seen"), name="evidence_seen_is_a_date"),
            models.CheckConstraint(
                condition=models.Q(sha256="") | models.Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="evidence_sha256_is_a_digest",
            ),
        )

    def __str__(self) -> str:
        """Return type and source."""
        return f"{self.type}: {self.address or self.title}"
