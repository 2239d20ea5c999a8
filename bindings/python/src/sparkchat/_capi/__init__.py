"""The C interface of libsparkchat, through ctypes."""
