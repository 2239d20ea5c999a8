"""Gives tests the same surroundings, however they were started."""

from __future__ import annotations

import resource
import signal


def settle() -> None:
    """Give this process, and the processes that it starts, what a terminal would.

    `nohup`, cron and background jobs of scripts leave signals ignored or blocked, and programs
    inherit this: Ctrl-C in a test would have no effect. SIGHUP stays unchanged because users of
    `nohup` want it ignored; Python resets SIGPIPE for the processes that it starts.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # Some tests ask a thousand questions at once.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
