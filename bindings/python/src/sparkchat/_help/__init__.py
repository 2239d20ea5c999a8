"""What `help()`, `inspect` and notebooks show of settings and options."""
