"""Adoptions on the desk: begun, weighed, modified, followed and appraised."""
