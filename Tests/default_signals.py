"""What is started from here begins with default signals, however this was started.

`nohup`, cron and background jobs of scripts leave some of them ignored, which programs inherit: a
test would press Ctrl-C in vain. SIGHUP stays as it is: who says `nohup` wants just that.
"""

from __future__ import annotations

import signal


def restore() -> None:
    """Make the signals that end programs what they are in a terminal; SIGPIPE is Python's affair."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
