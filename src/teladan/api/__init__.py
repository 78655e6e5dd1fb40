"""The open data interface: what was published, as JSON described by OpenAPI. It only reads."""
