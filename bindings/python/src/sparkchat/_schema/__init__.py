"""Describes Python types as JSON schemas, and reads a model's JSON as values of these types."""
