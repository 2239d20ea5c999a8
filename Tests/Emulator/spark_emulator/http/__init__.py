"""How an answer goes over HTTP: bodies, server-sent events, and the connections they share."""
