"""Helpers for the tests of the C interface."""
