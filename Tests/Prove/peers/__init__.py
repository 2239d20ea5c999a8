"""Other people's servers, to test against."""
