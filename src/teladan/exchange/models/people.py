"""Demand, and the people behind a practice. None of it enters the public record."""

from django.db import models

from teladan.exchange.models.practices import Practice
from teladan.registry.models import Organisation, Person


class PracticeRequest(models.Model):
    """What someone looks for: a problem, under which preconditions, in which language, by when."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="practice_requests")
    problem = models.TextField()
    language = models.CharField(max_length=8)
    theme = models.CharField(max_length=60, choices=Practice.Theme, blank=True)
    preconditions = models.JSONField(default=list)  # [{kind, text}]
    needed_by = models.DateField(null=True)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.TextField(blank=True)

    class Meta:
        """Newest first; closed with its reason."""

        ordering = ("-filed_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_reason="")
                | models.Q(models.Q(closed_at__isnull=False), ~models.Q(closed_reason="")),
                name="request_is_closed_with_a_reason",
            ),
            models.CheckConstraint(condition=~models.Q(problem=""), name="request_has_a_problem"),
        )

    def __str__(self) -> str:
        """Return who looks."""
        return f"{self.organisation_id} {self.filed_at:%Y-%m-%d}"


class FocalPoint(models.Model):
    """The office that answers for a practice; the person in it only with their consent, until handed over."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="focal_points")
    office = models.CharField(max_length=250)
    languages = models.JSONField(default=list)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="focal_points")
    consented_at = models.DateTimeField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    last_contact = models.DateTimeField(null=True)

    class Meta:
        """One at a time; a person only who consented."""

        ordering = ("practice", "since", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("practice",), condition=models.Q(until__isnull=True), name="one_focal_point_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) | models.Q(consented_at__isnull=False),
                name="focal_point_consented",
            ),
        )

    def __str__(self) -> str:
        """Return practice and office."""
        return f"{self.practice_id}: {self.office}"


class Message(models.Model):
    """What someone asked the owner of a practice, and the answer: private to both."""

    focal_point = models.ForeignKey(FocalPoint, on_delete=models.PROTECT, related_name="messages")
    request = models.ForeignKey(
        PracticeRequest, null=True, on_delete=models.SET_NULL, related_name="messages"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first; answered whole."""

        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | models.Q(~models.Q(answer=""), answered_at__isnull=False, answered_by__isnull=False),
                name="message_is_answered_whole",
            ),
        )

    def __str__(self) -> str:
        """Return when."""
        return f"{self.focal_point_id} {self.at:%Y-%m-%d}"
