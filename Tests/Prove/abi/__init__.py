"""What programs that are built already rely on: the C interface against its last baseline."""
