"""The tables behind the record. The log itself is `Entry` and `Checkpoint`: rows are only ever added.

Other rooms point at an entry by the identifier of its act, never by foreign key: the record outlives
whatever it speaks of.
"""

from django.db import models


class Outbox(models.Model):
    """An act that waits for its place in the log; written in the transaction of the act itself.

    `body` is canonical JSON, exactly the bytes that will stand in the entry.
    """

    act = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=160)
    role = models.CharField(max_length=40)
    actor = models.CharField(max_length=32, blank=True)  # a pseudonym; blank for the node itself
    replaces = models.CharField(max_length=64, blank=True)  # SHA-256 of the entry it replaces
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        """In the order of writing; the sequencer decides the order of the log."""

        ordering = ("id",)
        indexes = (models.Index(fields=("subject",), name="outbox_by_subject"),)

    def __str__(self) -> str:
        """Return kind and subject."""
        return f"{self.kind}: {self.subject}"


class Entry(models.Model):
    """One entry of the log: its position and its stored bytes. A trigger refuses any change."""

    position = models.BigIntegerField(primary_key=True)
    act = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=160)
    data = models.BinaryField()
    leaf = models.BinaryField()  # RFC 6962 leaf hash, 32 bytes
    time = models.DateTimeField()

    class Meta:
        """In the order of the log."""

        ordering = ("position",)
        verbose_name_plural = "entries"
        indexes = (models.Index(fields=("subject", "position"), name="entry_by_subject"),)

    def __str__(self) -> str:
        """Return the position and what it is."""
        return f"{self.position} {self.kind}: {self.subject}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root. A trigger refuses any change."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()  # the signed note as it was served
    signed_at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ("size",)

    def __str__(self) -> str:
        """Return the size."""
        return str(self.size)


class Commitment(models.Model):
    """What a salted commitment stands for: salt and content, until both are erased.

    The log holds HMAC-SHA256(salt, content). `content` is canonical JSON text. Publication discloses;
    erasing deletes salt and content and leaves the log as it is.
    """

    act = models.UUIDField(primary_key=True)
    salt = models.BinaryField(null=True)
    content = models.TextField(null=True)  # noqa: DJ001  (erased is not empty)
    disclosed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """Salt and content are there together or not at all, and not after erasure."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(salt__isnull=False, content__isnull=False, erased_at__isnull=True)
                | models.Q(salt__isnull=True, content__isnull=True, erased_at__isnull=False),
                name="commitment_is_whole_or_erased",
            ),
        )

    def __str__(self) -> str:
        """Return the act."""
        return str(self.act)


class Audit(models.Model):
    """One run of the audit: what was looked at and every difference it found."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    size = models.BigIntegerField()
    looked_at = models.JSONField(default=dict)  # {"entries": n, "tiles": n, "objects": n, "rows": n}
    findings = models.JSONField(default=list)  # [{place, message}]

    class Meta:
        """Newest first."""

        ordering = ("-started_at",)

    def __str__(self) -> str:
        """Return when it began."""
        return self.started_at.isoformat()
