"""Whose word the record of another node is taken for."""

from django.db import models

from teladan.registry.models import Country, Person


class AcceptedKey(models.Model):
    """A key of another node's record, the country whose practices it speaks for here, and who accepted that.

    `key` is the public key (Ed25519) in hexadecimal digits, `origin` the record that it signs.
    """

    key = models.CharField(max_length=64)
    origin = models.CharField(max_length=200)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="accepted_keys")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """By record; accepted once for a country."""

        ordering = ("origin", "country", "id")
        constraints = (
            models.UniqueConstraint(fields=("key", "origin", "country"), name="key_accepted_once"),
            models.CheckConstraint(
                condition=models.Q(key__regex=r"^[0-9a-f]{64}$"), name="accepted_key_is_one"
            ),
        )

    def __str__(self) -> str:
        """Return the record and the country."""
        return f"{self.origin}: {self.country_id}"
