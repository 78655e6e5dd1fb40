"""Countries, regions and organisations, and how printed names were matched to them."""
