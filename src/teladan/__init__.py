"""Teladan: evaluate public bodies under published methods, exactly and traceably."""

__version__ = "0.1.0"
