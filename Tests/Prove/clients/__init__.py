"""Other people's clients, asked against the emulator: for `sections/clients.py`."""
