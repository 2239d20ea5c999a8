"""Servers that others have written, to talk to."""
