"""Requests to the exchange and questions to the owners of practices, on the desk."""
