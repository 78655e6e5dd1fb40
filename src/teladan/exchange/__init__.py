"""Practices that travel: what they claim and on what evidence, who adopted them and what became of it."""
