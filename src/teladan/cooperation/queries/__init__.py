"""Every question that pages ask about cooperation."""
