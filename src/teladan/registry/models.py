"""What is evaluated: organisations with stable identifiers, in regions and countries."""

from django.db import models


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

    publication = models.CharField(max_length=80)  # by name: the registry lies below evaluation
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
