"""Practices: what they do, what they rest on, who learned them."""
