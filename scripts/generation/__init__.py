"""Generates files from include/sparkchat.h and Python's settings; scripts/generate.py runs this."""
