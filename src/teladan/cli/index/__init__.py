"""Verbs that compute from files: evaluate, check, agree, rank, sensitivity, diagnose."""
