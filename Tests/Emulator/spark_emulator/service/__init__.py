"""What to answer: signatures, checks, models and replies. Nothing here knows how bytes travel."""
