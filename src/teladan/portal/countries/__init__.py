"""Countries, one by one and side by side."""
