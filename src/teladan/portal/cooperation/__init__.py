"""Agreements, joint projects and meetings."""
