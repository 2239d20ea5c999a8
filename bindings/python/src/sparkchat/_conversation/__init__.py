"""The history of a conversation, and the rounds of tools in it."""
