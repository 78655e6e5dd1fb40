"""The engine: exact figures from a published method. No Django, no network, no clock."""
