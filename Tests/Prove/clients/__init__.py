"""Other people's clients, run against the emulator by `sections/clients.py`."""
