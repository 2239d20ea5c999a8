"""Compares the C interface, on which existing programs rely, with its last baseline."""
