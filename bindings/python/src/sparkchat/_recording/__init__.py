"""Exchanges with the service in a file, without secrets."""
