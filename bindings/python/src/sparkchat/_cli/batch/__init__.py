"""The command `sparkchat batch`: a file of questions becomes a file of answers."""
