"""What to answer, for any transport: signatures, checks, models and replies."""
