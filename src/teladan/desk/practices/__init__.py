"""Practices on the desk: written, observed, translated, handed to a focal point."""
