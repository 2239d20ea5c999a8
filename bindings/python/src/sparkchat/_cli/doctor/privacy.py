"""Finds the secrets of this machine."""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..._recording.redaction import Redaction
from ..._runtime.environment import VARIABLES
from ..credentials import CREDENTIALS
from .network import Proxy


def redaction_for(all_set: Iterable[Proxy], environment: Mapping[str, str]) -> Redaction:
    """Return a redaction that removes all secrets of this machine."""
    logins = [word for proxy in all_set for word in proxy.login or ()]
    names = {environment.get(name, "") for name in ("USER", "LOGNAME", "SUDO_USER")}
    home = environment.get("HOME", "")
    # A container may run as a user without an account.
    with contextlib.suppress(KeyError):
        account = pwd.getpwuid(os.getuid())
        names |= {account.pw_name}
        home = home or account.pw_dir
    names |= {Path(home).name} if home not in ("", "/") else set()
    variables = (name for credential in CREDENTIALS for name in VARIABLES[credential])
    secrets = [environment[name] for name in variables if name in environment]
    return Redaction([*secrets, *logins], names=names - {""}, home=home if home != "/" else "")
