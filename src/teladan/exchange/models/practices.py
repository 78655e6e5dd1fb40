"""Practices and their versions: what it is, what must be kept of it, whether it still runs."""

from django.db import models

from teladan.exchange.adoption_degree import WEIGHTS
from teladan.registry.models import Country, Organisation, Person

PARTIAL = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


def dated(field: str) -> models.Q:
    """Return that a field holds a year, month or day, or nothing."""
    return models.Q(**{field: ""}) | models.Q(**{f"{field}__regex": PARTIAL})


class Practice(models.Model):
    """A practice that others may adopt. What it says stands in its versions.

    `origin` names the record of the node it was carried from; such a practice is only read here. "" is
    ours. `carried` is the SHA-256 of the file it came in, `carried_position` where its entry is in that
    record. `document` is the SHA-256 of its newest document in the object store, `act` the act that made it.
    """

    class Theme(models.TextChoices):
        """What it is about."""

        PROCUREMENT = "procurement"
        TRADE = "trade and customs"
        TAX = "tax and revenue"
        PROCESS = "administrative process"
        PARTICIPATION = "participation and complaints"
        ONE_STOP = "one-stop services"
        PROTECTION = "social protection"
        SHARING = "data sharing"
        COOPERATION = "international cooperation"
        KNOWLEDGE = "knowledge exchange"
        FINANCE = "public finance"
        HEALTH = "health"
        REFORM = "reform programme management"
        PLATFORMS = "digital platforms"
        IDENTITY = "digital identity"
        LIFE_EVENTS = "life-event services"
        PAYMENTS = "payments"
        REGULATION = "business regulation"
        ACCOUNTABILITY = "accountability and measurement"

    class Track(models.TextChoices):
        """The track of the symposium that it belongs to."""

        DIGITAL = "public-sector reform with digital transformation"
        INSTITUTIONS = "institutional and economic reform"
        SOLIDARITY = "KASI solidarity"

    code = models.CharField(max_length=60, primary_key=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="practices")
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="practices")
    agency = models.CharField(max_length=250)  # as the source names it; the owner is in the registry
    theme = models.CharField(max_length=60, choices=Theme)
    track = models.CharField(max_length=60, choices=Track)
    origin = models.CharField(max_length=200, blank=True)
    carried = models.CharField(max_length=64, blank=True)
    carried_position = models.BigIntegerField(null=True)
    made_from = models.CharField(max_length=64, blank=True)  # digest of the file it was loaded from
    document = models.CharField(max_length=64, blank=True)
    act = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        """By code."""

        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="practice_code_is_plain"
            ),
            models.CheckConstraint(
                condition=models.Q(origin="", carried="", carried_position__isnull=True)
                | models.Q(~models.Q(origin=""), ~models.Q(carried=""), carried_position__isnull=False),
                name="practice_is_ours_or_carried_whole",
            ),
        )

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class PracticeVersion(models.Model):
    """What a practice is, as of one time, in the language it was written in.

    `titles` say the name in other words or languages, {language: text}. A list that is empty means that
    nothing was seen. `unverified` is [{field, note}]: what stands here without having been seen in a source.
    """

    class Status(models.TextChoices):
        """Whether it runs. Stopped and regressed are the most useful to know."""

        PLANNED = "planned"
        STARTED = "started"
        ROLLING_OUT = "rolling out"
        OPERATING = "operating"
        REGRESSED = "regressed"
        STOPPED = "stopped"

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=8)  # of the texts
    name = models.CharField(max_length=250)  # its own
    name_language = models.CharField(max_length=8)
    titles = models.JSONField()
    since = models.CharField(max_length=10, blank=True)  # 2002, 2002-05 or 2002-05-17; "" not seen
    status = models.CharField(max_length=20, choices=Status)
    status_note = models.TextField(blank=True)
    problem = models.TextField()
    does = models.TextField()  # what it does
    causal_model = models.TextField(blank=True)
    preconditions = models.JSONField(default=list)  # [{kind, text}]
    costs = models.JSONField(default=list)  # [text]
    actors = models.JSONField(default=list)  # [text]
    caveats = models.TextField(blank=True)
    unverified = models.JSONField(default=list)
    source = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.UUIDField(null=True, unique=True)  # of a copy none: its owner's entry instead
    owner_entry = models.CharField(max_length=64, blank=True)  # SHA-256 of that entry
    owner_position = models.BigIntegerField(null=True)  # and where it is in the owner's record

    class Meta:
        """Oldest first within a practice; a version is ours, or names its owner's entry whole."""

        ordering = ("practice", "number")
        constraints = (
            models.UniqueConstraint(fields=("practice", "number"), name="practice_version_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="practice_versions_count_from_1"),
            models.CheckConstraint(condition=dated("since"), name="practice_since_is_a_date"),
            models.CheckConstraint(
                condition=models.Q(owner_entry="", owner_position__isnull=True)
                | models.Q(~models.Q(owner_entry=""), owner_position__isnull=False, act__isnull=True),
                name="practice_version_names_one_entry",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=("planned", "started", "rolling out", "operating", "regressed", "stopped")
                ),
                name="practice_status_is_known",
            ),
        )

    def __str__(self) -> str:
        """Return practice and number."""
        return f"{self.practice_id} {self.number}"


class CoreElement(models.Model):
    """One thing that makes the practice work: must be kept, may be adapted, or is optional, and why."""

    version = models.ForeignKey(PracticeVersion, on_delete=models.CASCADE, related_name="core")
    code = models.CharField(max_length=60)
    text = models.TextField()
    weight = models.CharField(max_length=12, choices=[(weight, weight) for weight in WEIGHTS])
    reason = models.TextField()

    class Meta:
        """In the order they were written."""

        ordering = ("version", "id")
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="core_element_once"),
            models.CheckConstraint(
                condition=models.Q(weight__in=("must keep", "adaptable", "optional")),
                name="core_element_has_a_weight",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="core_element_says_why"),
        )

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class CheckIn(models.Model):
    """Whether a practice still runs: asked by a day; unanswered after it, "not confirmed since"."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="check_ins")
    due = models.DateField()
    status = models.CharField(max_length=20, choices=PracticeVersion.Status, blank=True)
    answered_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.UUIDField(null=True, unique=True)

    class Meta:
        """Oldest first; one open at a time; answered whole or not at all."""

        ordering = ("practice", "due", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("practice",), condition=models.Q(answered_at__isnull=True), name="one_open_check_in"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, status="", by__isnull=True, act__isnull=True)
                | models.Q(
                    models.Q(answered_at__isnull=False, by__isnull=False, act__isnull=False),
                    ~models.Q(status=""),
                ),
                name="check_in_is_whole",
            ),
        )

    def __str__(self) -> str:
        """Return the practice and the day."""
        return f"{self.practice_id} {self.due}"


class Translation(models.Model):
    """A text of a version in another language, and who made it: a person, or a machine under its model.

    `by` is who wrote or ordered it here; of a practice that was carried here it is nobody here.

    `place` says which text: problem, does, causal_model, caveats, status_note, core/<code>, title.
    """

    version = models.ForeignKey(PracticeVersion, on_delete=models.CASCADE, related_name="translations")
    place = models.CharField(max_length=80)
    language = models.CharField(max_length=8)
    text = models.TextField()
    model = models.CharField(max_length=80, blank=True)  # of the machine; "" where a person wrote it
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """One of persons for each text and language, one of each model; a person's or a machine's."""

        ordering = ("version", "place", "language", "model")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "place", "language", "model"), name="one_translation_of_a_hand"
            ),
        )

    def __str__(self) -> str:
        """Return what is translated."""
        return f"{self.version_id} {self.place} {self.language}"
