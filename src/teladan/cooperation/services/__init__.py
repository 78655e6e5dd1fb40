"""Loading what is known of cooperation from its files."""

from teladan.cooperation.services.loading import load_cooperation

__all__ = ["load_cooperation"]
