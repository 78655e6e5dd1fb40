"""Publications and their rows: a projection of canonical bytes, rebuilt by loading them again."""

from django.db import models

from teladan.registry.models import Organisation, Person


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
    number = models.PositiveIntegerField(default=1)  # which publication of this code: corrections count on
    inputs_sha256 = models.CharField(max_length=64, blank=True)
    act = models.UUIDField(null=True)  # of its entry in the record; null only before the record began
    uncertainty_sha256 = models.CharField(max_length=64, blank=True)  # blank where made before there was one
    uncertainty = models.JSONField(null=True)  # {kind, ranked, draws, seed, assumptions, reason}

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
    standing = models.JSONField(null=True)  # {rank, bands, not_distinguishable}; null where not drawn

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


class Preparation(models.Model):
    """What becomes a publication by two acts of two persons: *prepare*, then *release*.

    A draft is the dry run: its canonical bytes are kept, nothing is in the record. Preparing fixes
    `prefix`, the length of the log that the publication rests on; releasing cites it. `number` counts
    the publications of one code: the first is 1, each correction one more.
    """

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft"
        PREPARED = "prepared"
        RELEASED = "released"
        WITHDRAWN = "withdrawn"

    code = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    kind = models.CharField(max_length=10, choices=Publication.Kind)
    series = models.CharField(max_length=60)
    titles = models.JSONField()
    results_sha256 = models.CharField(max_length=64)
    inputs_sha256 = models.CharField(max_length=64, blank=True)  # blank where figures are reported
    instrument_sha256 = models.CharField(max_length=64, blank=True)  # blank where no method was seen
    uncertainty_sha256 = models.CharField(max_length=64, blank=True)  # blank where made before there was one
    made_from = models.CharField(max_length=64)
    completeness = models.JSONField(default=dict)
    differences = models.JSONField(default=dict)
    reason = models.TextField(blank=True)  # of a correction
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prefix = models.BigIntegerField(null=True)
    prepared_at = models.DateTimeField(null=True)
    prepared_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    prepared_act = models.UUIDField(null=True, unique=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    released_act = models.UUIDField(null=True, unique=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_act = models.UUIDField(null=True, unique=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        """Two persons, whole acts, and one preparation under way for a code at a time."""

        ordering = ("code", "number", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("code", "number"),
                condition=models.Q(state="released"),
                name="publication_is_released_once",
            ),
            models.UniqueConstraint(
                fields=("code",),
                condition=models.Q(state__in=("draft", "prepared")),
                name="one_preparation_under_way",
            ),
            models.CheckConstraint(
                condition=~models.Q(released_by=models.F("prepared_by")), name="released_by_another_person"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    prefix__isnull=True,
                    prepared_at__isnull=True,
                    prepared_by__isnull=True,
                    prepared_act__isnull=True,
                )
                | models.Q(
                    prefix__isnull=False,
                    prepared_at__isnull=False,
                    prepared_by__isnull=False,
                    prepared_act__isnull=False,
                ),
                name="preparing_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="released",
                    prepared_by__isnull=False,
                    released_at__isnull=False,
                    released_by__isnull=False,
                    released_act__isnull=False,
                )
                | models.Q(
                    ~models.Q(state="released"),
                    released_at__isnull=True,
                    released_by__isnull=True,
                    released_act__isnull=True,
                ),
                name="releasing_is_whole",
            ),
        )

    def __str__(self) -> str:
        """Return code, number and state."""
        return f"{self.code} {self.number} ({self.state})"


class Correction(models.Model):
    """A change of a published figure: asked, decided, then prepared and released like any publication."""

    publication = models.CharField(max_length=80)  # the code
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    element = models.CharField(max_length=60)  # an element's code, "index" or "band"
    was = models.CharField(max_length=60)
    becomes = models.CharField(max_length=60)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_act = models.UUIDField(unique=True)
    accepted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_act = models.UUIDField(null=True, unique=True)
    decision = models.TextField(blank=True)  # the reason of the decision
    # Taken back by who asked, before it was decided.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_act = models.UUIDField(null=True, unique=True)
    withdrawn_reason = models.TextField(blank=True)
    preparation = models.ForeignKey(
        Preparation, null=True, on_delete=models.PROTECT, related_name="corrections"
    )

    class Meta:
        """Decided whole, and not by who asked; taken back whole, and then never decided."""

        ordering = ("-asked_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("asked_by")), name="decided_by_another_person"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    accepted__isnull=True,
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    decided_act__isnull=True,
                )
                | models.Q(
                    accepted__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    decided_act__isnull=False,
                ),
                name="deciding_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_act__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_act__isnull=False, accepted__isnull=True),
                name="withdrawn_whole_and_undecided",
            ),
        )

    def __str__(self) -> str:
        """Return what is to be corrected."""
        return f"{self.publication} {self.organisation_id} {self.element}: {self.was} → {self.becomes}"

    @property
    def is_open(self) -> bool:
        """Say whether it waits to be decided; `rules.OPEN` is the same as a filter."""
        return self.accepted is None and self.withdrawn_act is None


class Erasure(models.Model):
    """An act whose salt and content were erased: when, and for what reason.

    `code` is of the publication that it is about. What it said is in no row any more.
    """

    act = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=80)
    reason = models.TextField()  # of erasing; not of the act
    at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ("at", "act")
        indexes = (models.Index(fields=("code", "at"), name="erasure_by_code"),)

    def __str__(self) -> str:
        """Return the act."""
        return str(self.act)
