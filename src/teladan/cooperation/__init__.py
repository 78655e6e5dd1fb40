"""Agreements, joint projects and meetings between countries, and what is on record of what followed."""
