"""Editions, answers, scores and results; publications that anyone can recompute."""
