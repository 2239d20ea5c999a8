"""Exchanges with the service, recorded in a file without secrets."""
