"""Frozen results that anyone can recompute: drafted, prepared, released, corrected."""
