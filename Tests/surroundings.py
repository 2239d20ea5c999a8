"""What is started from here begins in the same surroundings, however this was started itself."""

from __future__ import annotations

import resource
import signal


def settle() -> None:
    """Give this process, and with it those it starts, what a terminal would.

    `nohup`, cron and background jobs of scripts leave signals ignored or blocked, which programs
    inherit: a test would press Ctrl-C in vain. SIGHUP stays as it is: who says `nohup` wants just
    that, and SIGPIPE is reset by Python for what it starts.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # Some tests ask a thousand questions at once.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
