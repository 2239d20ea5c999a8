"""Sends answers over a WebSocket: frames, connections, and the handshake."""
