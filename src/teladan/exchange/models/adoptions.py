"""Adoptions: who took over which versions, how far it came, what was changed, how it is judged."""

from django.db import models

from teladan.exchange.adoption_degree import DEGREES, STAGES
from teladan.exchange.models.practices import CoreElement, PracticeVersion, dated
from teladan.registry.models import Country, Organisation, Person


class Adoption(models.Model):
    """One adopter's taking over of one or several parent versions.

    `adopter` is who, as named; `country` and `organisation` where the registry knows them. `name` is what
    it is called there, and `becomes` the version of a practice that came of it, where that is on record
    too. Words of the source stand beside the fixed ones where these say less (`degree_words`).
    """

    class Motive(models.TextChoices):
        """Why."""

        VOLUNTARY = "voluntary"
        CONDITIONAL = "conditional"
        MANDATED = "mandated"

    class Channel(models.TextChoices):
        """How it was learned."""

        VISIT = "visit"
        TRAINING = "training"
        EXPERT = "expert"
        DOCUMENT = "document"
        SYMPOSIUM = "symposium"
        JOINT_PROJECT = "joint project"

    code = models.CharField(max_length=90, primary_key=True)
    adopter = models.CharField(max_length=250)
    country = models.ForeignKey(Country, null=True, on_delete=models.PROTECT, related_name="adoptions")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="adoptions"
    )
    name = models.CharField(max_length=250)
    language = models.CharField(max_length=8)
    becomes = models.ForeignKey(PracticeVersion, null=True, on_delete=models.PROTECT, related_name="came_of")
    degree = models.CharField(max_length=20, choices=[(d, d) for d in DEGREES], blank=True)  # declared
    degree_words = models.CharField(max_length=100, blank=True)
    motive = models.CharField(max_length=12, choices=Motive, blank=True)
    channel = models.CharField(max_length=14, choices=Channel, blank=True)
    funder = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    derivation_note = models.TextField(blank=True)  # what the record of `becomes` says of it
    unverified = models.JSONField(default=list)
    source = models.CharField(max_length=500, blank=True)
    made_from = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        """By code."""

        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(degree__in=("", *DEGREES)), name="adoption_degree_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(motive__in=("", "voluntary", "conditional", "mandated")),
                name="adoption_motive_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    channel__in=(
                        "",
                        "visit",
                        "training",
                        "expert",
                        "document",
                        "symposium",
                        "joint project",
                    )
                ),
                name="adoption_channel_is_known",
            ),
        )

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class AdoptionParent(models.Model):
    """One version that an adoption took from, and its share of it: an exact fraction, or "" not said."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="parents")
    version = models.ForeignKey(PracticeVersion, on_delete=models.PROTECT, related_name="adoptions")
    share = models.CharField(max_length=20, blank=True)

    class Meta:
        """In the order they were written."""

        ordering = ("adoption", "id")
        constraints = (models.UniqueConstraint(fields=("adoption", "version"), name="adoption_parent_once"),)

    def __str__(self) -> str:
        """Return adoption and version."""
        return f"{self.adoption_id} ← {self.version_id}"


class AdoptionStage(models.Model):
    """One stage that an adoption reached, with its date as known; `act` is its entry in the record."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="stages")
    number = models.PositiveIntegerField()  # from 1, in the order they were reached
    stage = models.CharField(max_length=12, choices=[(stage, stage) for stage in STAGES])
    date = models.CharField(max_length=10, blank=True)
    words = models.TextField(blank=True)  # as the source puts it, or the reason
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    act = models.UUIDField(unique=True)

    class Meta:
        """In the order they were reached, each once; a decision not to adopt has its reason."""

        ordering = ("adoption", "number")
        constraints = (
            models.UniqueConstraint(fields=("adoption", "number"), name="adoption_stage_in_order"),
            models.UniqueConstraint(fields=("adoption", "stage"), name="adoption_stage_once"),
            models.CheckConstraint(condition=models.Q(stage__in=STAGES), name="adoption_stage_is_known"),
            models.CheckConstraint(condition=dated("date"), name="adoption_stage_has_a_date"),
            models.CheckConstraint(
                condition=~models.Q(stage__in=("not adopted", "stopped", "reversed"), words=""),
                name="an_end_has_its_reason",
            ),
        )

    def __str__(self) -> str:
        """Return adoption and stage."""
        return f"{self.adoption_id}: {self.stage}"


class ProspectiveEvaluation(models.Model):
    """What was weighed before the decision: preconditions side by side, what is missing, what it takes.

    `rows` is [{kind, precondition, parent, adopter, missing, takes}]; `context` the figures of both
    countries as published at that time.
    """

    adoption = models.OneToOneField(Adoption, on_delete=models.CASCADE, related_name="prospect")
    rows = models.JSONField(default=list)
    context = models.JSONField(default=list)
    conclusion = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        """Return the adoption."""
        return str(self.adoption_id)


class Modification(models.Model):
    """What an adopter did with one core element, or with something beside them: why, and who decided."""

    class Treatment(models.TextChoices):
        """What became of it."""

        KEPT = "kept"
        CHANGED = "changed"
        DROPPED = "dropped"

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="modifications")
    element = models.ForeignKey(
        CoreElement, null=True, on_delete=models.PROTECT, related_name="modifications"
    )
    treatment = models.CharField(max_length=8, choices=Treatment)
    what = models.TextField()
    decided_by = models.CharField(max_length=200, blank=True)  # an office, never a person
    planned = models.BooleanField(null=True)  # planned, or a reaction
    faithful = models.BooleanField(null=True)  # to what makes the practice work
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    act = models.UUIDField(null=True, unique=True)  # null: written before this column, and not found again

    class Meta:
        """Oldest first; one treatment for each core element; what is changed or dropped has a reason."""

        ordering = ("adoption", "id")
        constraints = (
            models.UniqueConstraint(fields=("adoption", "element"), name="one_treatment_of_an_element"),
            models.CheckConstraint(
                condition=models.Q(treatment="kept") | ~models.Q(reason=""), name="modification_says_why"
            ),
            models.CheckConstraint(
                condition=models.Q(treatment__in=("kept", "changed", "dropped")),
                name="modification_is_a_treatment",
            ),
        )

    def __str__(self) -> str:
        """Return what was done."""
        return f"{self.adoption_id}: {self.treatment}"


class Appraisal(models.Model):
    """A look at an adoption by someone who neither owns the practice nor adopted it; and the reply to it."""

    class Completion(models.TextChoices):
        """How much of what was planned was done."""

        NOT_STARTED = "not started"
        LIMITED = "limited"
        SUBSTANTIAL = "substantial"
        COMPLETE = "complete"

    class Fidelity(models.TextChoices):
        """How much of what makes the practice work was kept."""

        FAITHFUL = "faithful"
        ADAPTED = "adapted"
        LOST = "lost"
        NOT_SEEN = "not seen"

    class Results(models.TextChoices):
        """What came of it so far."""

        NONE = "none"
        MARGINAL = "marginal"
        MAJOR = "major"
        OUTSTANDING = "outstanding"
        NOT_SEEN = "not seen"

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="appraisals")
    completion = models.CharField(max_length=12, choices=Completion)
    fidelity = models.CharField(max_length=12, choices=Fidelity)
    results = models.CharField(max_length=12, choices=Results)
    text = models.TextField()
    language = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    act = models.UUIDField(unique=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reply_act = models.UUIDField(null=True, unique=True)

    class Meta:
        """Oldest first; one of each person; the reply is whole and someone else's."""

        ordering = ("adoption", "at", "id")
        constraints = (
            models.UniqueConstraint(fields=("adoption", "by"), name="one_appraisal_of_a_person"),
            models.CheckConstraint(
                condition=models.Q(
                    reply="", replied_at__isnull=True, replied_by__isnull=True, reply_act__isnull=True
                )
                | models.Q(
                    ~models.Q(reply=""),
                    replied_at__isnull=False,
                    replied_by__isnull=False,
                    reply_act__isnull=False,
                ),
                name="reply_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(replied_by=models.F("by")), name="replied_by_another_person"
            ),
        )

    def __str__(self) -> str:
        """Return the adoption."""
        return f"{self.adoption_id}: {self.completion}"
