"""How a verb's help shows its examples."""

from __future__ import annotations


def example(*lines: str) -> str:
    """Return the end of a help text: each line as it is typed."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)
