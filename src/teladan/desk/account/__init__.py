"""Signing in: password, second factor, recovery codes."""
