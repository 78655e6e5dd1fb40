"""Editions: who got which result, and what the figures say together."""
