"""Sends answers over HTTP: bodies, server-sent events, and connections."""
