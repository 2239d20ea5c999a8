"""Tables that are written from include/sparkchat.h; scripts/generate.py runs this."""
