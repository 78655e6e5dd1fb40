"""Methods, as they were published."""
