"""Verbs of a node: the site, its record, its persons, what is published and exchanged."""
