"""The benchmarks of libsparkchat: see the README.md of this folder's parent."""
