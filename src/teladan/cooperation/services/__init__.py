"""Loading what is known of cooperation from its files."""
