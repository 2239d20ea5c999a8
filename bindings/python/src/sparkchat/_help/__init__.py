"""Shows settings and options in `help()`, `inspect` and notebooks."""
