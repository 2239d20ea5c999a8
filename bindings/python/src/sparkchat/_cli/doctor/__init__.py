"""`sparkchat doctor`, which finds out whether this machine or the service is at fault."""
