"""What countries agreed on, did together and met for. Read only so far: loaded from files with sources."""

from django.db import models

from teladan.exchange.models import Adoption, Practice, PracticeVersion
from teladan.exchange.models.practices import dated
from teladan.registry.models import Country


class CooperationAgreement(models.Model):
    """What bodies of several countries agreed on: for how long, in which languages, with whose money.

    `parties` is [{country, body}], `money` [{country, amount, currency, note}], `sources` [{address, title}].
    """

    code = models.CharField(max_length=60, primary_key=True)
    titles = models.JSONField()
    parties = models.JSONField()
    languages = models.JSONField(default=list)  # empty: not seen
    authentic = models.CharField(max_length=8, blank=True)  # the language that decides; "" not seen
    signed = models.CharField(max_length=10, blank=True)
    begins = models.CharField(max_length=10, blank=True)
    ends = models.CharField(max_length=10, blank=True)
    money = models.JSONField(default=list)
    committee = models.CharField(max_length=250, blank=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    notes = models.JSONField(default=list)  # [text]
    language = models.CharField(max_length=8, default="en")  # of notes and of what belongs to it
    sources = models.JSONField()
    practice = models.ForeignKey(
        Practice, null=True, on_delete=models.SET_NULL, related_name="agreements"
    )  # the centre itself, as a practice
    made_from = models.CharField(max_length=64)

    class Meta:
        """Oldest first."""

        ordering = ("begins", "code")
        constraints = (
            models.CheckConstraint(
                condition=dated("signed") & dated("begins") & dated("ends"), name="agreement_has_dates"
            ),
        )

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class JointProject(models.Model):
    """One thing done under an agreement in a year, and how far it is known to have come."""

    class Kind(models.TextChoices):
        """What sort of thing."""

        PROJECT = "project"
        TRAINING = "training"
        TALKS = "talks"
        MEMORANDUM = "memorandum"
        OPENING = "opening"
        FORUM = "forum"
        REPORT = "report"

    class Step(models.TextChoices):
        """How far it is known to have come; "" not seen."""

        PROPOSED = "proposed"
        SELECTED = "selected"
        OPENED = "opened"
        OPERATING = "operating"
        CLOSED = "closed"
        AFTER_CLOSURE = "after closure"

    agreement = models.ForeignKey(CooperationAgreement, on_delete=models.CASCADE, related_name="projects")
    code = models.CharField(max_length=60)
    date = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    step = models.CharField(max_length=14, choices=Step, blank=True)
    text = models.TextField()
    sources = models.JSONField()

    class Meta:
        """Oldest first within an agreement."""

        ordering = ("agreement", "date", "id")
        constraints = (
            models.UniqueConstraint(fields=("agreement", "code"), name="joint_project_once"),
            models.CheckConstraint(condition=dated("date"), name="joint_project_has_a_date"),
        )

    def __str__(self) -> str:
        """Return agreement and code."""
        return f"{self.agreement_id} {self.code}"


class CreditedOutput(models.Model):
    """What is said to have come of an agreement, who says so, and the practice or instrument that it is."""

    agreement = models.ForeignKey(CooperationAgreement, on_delete=models.CASCADE, related_name="outputs")
    project = models.ForeignKey(JointProject, null=True, on_delete=models.SET_NULL, related_name="outputs")
    code = models.CharField(max_length=60)
    text = models.TextField()
    credited_by = models.CharField(max_length=250)  # an office
    date = models.CharField(max_length=10, blank=True)  # when it was credited
    practice = models.ForeignKey(Practice, null=True, on_delete=models.SET_NULL, related_name="credited")
    instrument = models.CharField(max_length=60, blank=True)  # slug, by name: its files may be elsewhere
    sources = models.JSONField()

    class Meta:
        """In the order they were written."""

        ordering = ("agreement", "id")
        constraints = (models.UniqueConstraint(fields=("agreement", "code"), name="credited_output_once"),)

    def __str__(self) -> str:
        """Return agreement and code."""
        return f"{self.agreement_id} {self.code}"


class Meeting(models.Model):
    """A symposium or forum. Lists that are empty were not seen; `expected` is [{count, of}] as announced."""

    code = models.CharField(max_length=60, primary_key=True)
    titles = models.JSONField()
    begins = models.CharField(max_length=10)
    ends = models.CharField(max_length=10, blank=True)
    place = models.CharField(max_length=200, blank=True)
    country = models.ForeignKey(Country, null=True, on_delete=models.PROTECT, related_name="meetings")
    theme = models.TextField(blank=True)
    hosts = models.JSONField(default=list)  # [{body, country, sources}]
    supporters = models.JSONField(default=list)
    expected = models.JSONField(default=list)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    agreement = models.ForeignKey(
        CooperationAgreement, null=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    searched = models.TextField(blank=True)  # what was looked for and not found, in our words
    notes = models.JSONField(default=list)
    language = models.CharField(max_length=8, default="en")
    sources = models.JSONField()
    made_from = models.CharField(max_length=64)

    class Meta:
        """Newest first."""

        ordering = ("-begins", "code")
        constraints = (
            models.CheckConstraint(condition=dated("begins") & dated("ends"), name="meeting_has_dates"),
        )

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class MeetingTrack(models.Model):
    """One of the tracks or panels of a meeting; `practices` of this track are found by its title."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="tracks")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=250)
    sources = models.JSONField(default=list)

    class Meta:
        """In the order they were written."""

        ordering = ("meeting", "id")
        constraints = (models.UniqueConstraint(fields=("meeting", "code"), name="meeting_track_once"),)

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class MeetingContribution(models.Model):
    """A speech or paper at a meeting: the speaker's office and organisation, never their name."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="contributions")
    track = models.ForeignKey(
        MeetingTrack, null=True, on_delete=models.SET_NULL, related_name="contributions"
    )
    office = models.CharField(max_length=250, blank=True)  # "" not seen
    organisation = models.CharField(max_length=250)
    country = models.ForeignKey(Country, null=True, on_delete=models.PROTECT, related_name="+")
    topic = models.TextField(blank=True)  # "" not seen
    language = models.CharField(max_length=8, default="en")
    practice = models.ForeignKey(Practice, null=True, on_delete=models.SET_NULL, related_name="contributions")
    sources = models.JSONField()

    class Meta:
        """In the order they were written."""

        ordering = ("meeting", "id")

    def __str__(self) -> str:
        """Return office and organisation."""
        return f"{self.office}, {self.organisation}"


class FollowUp(models.Model):
    """A promise made at a meeting, public once its owner confirmed it, and the adoption that came of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="follow_ups")
    contribution = models.ForeignKey(
        MeetingContribution, null=True, on_delete=models.SET_NULL, related_name="follow_ups"
    )
    promise = models.TextField()
    owner = models.CharField(max_length=250)  # an office
    due = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    version = models.ForeignKey(PracticeVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    adoption = models.ForeignKey(Adoption, null=True, on_delete=models.SET_NULL, related_name="follow_ups")
    done_at = models.DateTimeField(null=True)

    class Meta:
        """By due date; done only after it was confirmed."""

        ordering = ("meeting", "due", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(confirmed_at__isnull=False),
                name="follow_up_is_confirmed_first",
            ),
        )

    def __str__(self) -> str:
        """Return the promise."""
        return self.promise[:60]
