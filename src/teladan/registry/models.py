"""What is evaluated: organisations with stable identifiers, in regions and countries."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from teladan.registry.scope import ALL, EXCHANGE, ORGANISATION, SERIES, Scope


class Country(models.Model):
    """A country or economy, keyed by ISO 3166-1 alpha-3 (or the publisher's code)."""

    code = models.CharField(max_length=3, primary_key=True)
    alpha2 = models.CharField(max_length=2, blank=True)
    titles = models.JSONField(default=dict)
    in_exchange = models.BooleanField(default=False)  # Korea and the members of ASEAN

    class Meta:
        """Sorted by code, which no language changes."""

        ordering = ("code",)

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class Region(models.Model):
    """A province or the like, under the name used in its country."""

    code = models.CharField(max_length=60, primary_key=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="regions")
    name = models.CharField(max_length=120)

    class Meta:
        """Sorted by code, which no language changes."""

        ordering = ("code",)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Organisation(models.Model):
    """A public body (or a country, where countries are evaluated) under a stable identifier.

    `name` is in `language`; `search_text` is what a search looks in, made by the application
    because the database has no collation to rely on.
    """

    code = models.CharField(max_length=120, primary_key=True)
    name = models.CharField(max_length=250)
    language = models.CharField(max_length=8, default="en")
    kind = models.CharField(max_length=40)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="organisations")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="organisations")
    valid_from = models.CharField(max_length=10, blank=True)
    valid_until = models.CharField(max_length=10, blank=True)
    note = models.TextField(blank=True)
    search_text = models.TextField()

    class Meta:
        """Sorted by code, which no language changes."""

        ordering = ("code",)

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class NameMatch(models.Model):
    """One printed name in one publication, the organisation it was matched to, and how."""

    publication = models.CharField(max_length=80)  # by name: the registry lies below publication
    printed = models.CharField(max_length=250)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="matches")
    how = models.CharField(max_length=40)
    note = models.TextField(blank=True)

    class Meta:
        """One match for each printed name of a publication."""

        ordering = ("publication", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "printed", "organisation"), name="one_match_per_printed_name"
            ),
        )

    def __str__(self) -> str:
        """Return publication and printed name."""
        return f"{self.publication}: {self.printed}"


class PersonManager(BaseUserManager["Person"]):
    """Makes persons; an address is kept in lower case, so that it stands once."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a person; without a password nobody can sign in as them."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Find by address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Who signs in. Never named in the public record: there a person is a role and a pseudonym."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)  # made by the demo; signs in on loopback only
    joined_at = models.DateTimeField()

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]  # noqa: RUF012  (a list by the base class)

    class Meta:
        """By address."""

        ordering = ("email",)
        constraints = (
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="address_is_in_lower_case"),
        )

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Role(models.Model):
    """What a person may do, and for what, from when until when."""

    class Kind(models.TextChoices):
        """The roles there are."""

        PUBLISHER = "publisher"
        SECOND_PUBLISHER = "second publisher"
        COORDINATOR = "coordinator"
        OBSERVER = "observer"
        EXCHANGE_OFFICER = "exchange officer"
        PRACTICE_OWNER = "practice owner"
        ADOPTER = "adopter"
        APPRAISER = "appraiser"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind)
    scope_kind = models.CharField(max_length=12, default="all")
    scope_code = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """By person. A role has a scope of its own kinds, and is not given twice at once."""

        ordering = ("person", "kind", "scope_kind", "scope_code")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=("publisher", "second publisher", "coordinator", "observer"),
                    scope_kind__in=("all", "series"),
                )
                | models.Q(
                    kind__in=("exchange officer", "practice owner", "adopter", "appraiser"),
                    scope_kind__in=("exchange", "organisation"),
                ),
                name="role_is_known_and_has_its_scope",
            ),
            models.CheckConstraint(
                condition=models.Q(scope_kind__in=("all", "exchange"), scope_code="")
                | models.Q(models.Q(scope_kind__in=("series", "organisation")), ~models.Q(scope_code="")),
                name="role_scope_has_its_code",
            ),
            models.UniqueConstraint(
                fields=("person", "kind", "scope_kind", "scope_code"),
                condition=models.Q(until__isnull=True),
                name="role_given_once",
            ),
        )

    def __str__(self) -> str:
        """Return person and role."""
        return f"{self.person_id}: {self.kind}"

    @property
    def scope(self) -> Scope:
        """What it is for."""
        return Scope(self.scope_kind, self.scope_code)


OF_THE_EXCHANGE = frozenset(
    (Role.Kind.EXCHANGE_OFFICER, Role.Kind.PRACTICE_OWNER, Role.Kind.ADOPTER, Role.Kind.APPRAISER)
)


def scope_named(kind: str, name: str) -> Scope:
    """Return the scope that a name alone means for a role: a series' or organisation's, "exchange", or ""."""
    if kind in OF_THE_EXCHANGE:
        return EXCHANGE if name == EXCHANGE.name else Scope(ORGANISATION, name)
    return Scope(SERIES, name) if name else ALL


class Pseudonym(models.Model):
    """What a person is called in the record of one edition: chance, so that deleting the row unlinks it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="pseudonyms")
    edition = models.CharField(max_length=160)
    code = models.CharField(max_length=32, unique=True)

    class Meta:
        """One for each person and edition."""

        ordering = ("edition", "code")
        constraints = (
            models.UniqueConstraint(fields=("person", "edition"), name="one_pseudonym_per_edition"),
        )

    def __str__(self) -> str:
        """Return the pseudonym."""
        return self.code


class Attempt(models.Model):
    """What was counted to slow guessing down: attempts to sign in, codes already used.

    `key` is a digest, so that neither addresses nor computers can be read off; what has expired is
    deleted by the next attempt.
    """

    key = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return the key."""
        return self.key
