"""The signed-in pages: preparing, releasing and correcting publications."""
