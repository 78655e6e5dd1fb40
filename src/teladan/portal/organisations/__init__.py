"""One organisation: its results and how they came about."""
