"""`python -m sparkchat doctor`: is it this machine, or the service?"""
