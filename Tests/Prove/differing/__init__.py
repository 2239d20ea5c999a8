"""Makes bytes of a format, and decodes them with a library that is not ours."""
