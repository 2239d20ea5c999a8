"""Makes bytes of a format, and decodes them with an independent library."""
