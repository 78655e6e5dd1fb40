"""The index as one expression over a table of any size, for the engine that holds the table.

The expression is built with Ibis and holds no data: DuckDB runs it on one machine, a distributed engine
could run the same. Its figures are those of `core.index.evaluate`, digit for digit, wherever whole
numbers of 38 digits are enough; `Expression.exact` says whether that is so.
"""

from teladan.core.index.expression.build import Expression, express
from teladan.core.index.expression.figures import ExpressionError

__all__ = ["Expression", "ExpressionError", "express"]
