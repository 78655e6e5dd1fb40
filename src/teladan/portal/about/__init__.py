"""The method of this site, its data, its accessibility."""
