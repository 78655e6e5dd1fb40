"""Teladan: evaluate public bodies under published methods, exactly and traceably."""
