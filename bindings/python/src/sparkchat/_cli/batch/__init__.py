"""The command `sparkchat batch`, which answers a file of questions."""
