"""Turns messages and options into a request of the library."""
