"""The benchmarks of libsparkchat: see README.md beside run.py."""
