"""How an answer goes over a WebSocket: frames, connections, and the handshake before them."""
