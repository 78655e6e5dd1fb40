"""Composite indices of research: from indicators to scores and ranks, every change traced."""

from teladan.core.composite.aggregate import Aggregate, Scores, aggregate
from teladan.core.composite.data import Table, read_table
from teladan.core.composite.denominate import Denominate, denominate
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.impute import Impute, impute
from teladan.core.composite.normalise import Normalise, normalise
from teladan.core.composite.override import Override, Overrides
from teladan.core.composite.panel import trend, trends
from teladan.core.composite.pipeline import Outcome, Pipeline, run
from teladan.core.composite.ranks import group_ranks, ranks
from teladan.core.composite.reading import Document, parse
from teladan.core.composite.screen import Screen, screen
from teladan.core.composite.trace import Change, Trace
from teladan.core.composite.treat import Treat, treat
from teladan.core.composite.tree import Element, Tree
from teladan.core.composite.weigh import Weigh, weigh
from teladan.core.composite.weights import effective

__all__ = [
    "Aggregate",
    "Change",
    "CompositeError",
    "Denominate",
    "Document",
    "Element",
    "Impute",
    "Normalise",
    "Outcome",
    "Override",
    "Overrides",
    "Pipeline",
    "Scores",
    "Screen",
    "Table",
    "Trace",
    "Treat",
    "Tree",
    "Weigh",
    "aggregate",
    "denominate",
    "effective",
    "group_ranks",
    "impute",
    "normalise",
    "parse",
    "ranks",
    "read_table",
    "run",
    "screen",
    "treat",
    "trend",
    "trends",
    "weigh",
]
