"""The pages behind signing in, and those of signing in itself."""
