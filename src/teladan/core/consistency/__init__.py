"""Consistency: whether printed figures can come from the method they are said to come from."""

from teladan.core.consistency.checker import Checker
from teladan.core.consistency.model import CANDIDATES, Finding, IndexRange, Row, Verdict, summary

__all__ = ["CANDIDATES", "Checker", "Finding", "IndexRange", "Row", "Verdict", "summary"]
