"""Reads OpenAI chat completion requests, and writes answers in their form."""
