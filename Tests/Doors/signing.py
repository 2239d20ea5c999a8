"""gpg keys for the tests."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

# As with Swift's own keys, these have expired since they signed.
MADE, SIGNED, ENDS = "20240101T000000", "20240201T000000", "2024-06-01"


class Keys:
    """Makes keys, signs with them and revokes them. `close` ends gpg's agent."""

    def __init__(self) -> None:
        # A short path: it contains the agent's socket.
        self._home = tempfile.mkdtemp(prefix="gpg-")

    def make(self, name: str) -> str:
        """Return the fingerprint of a new key."""
        options = ("--passphrase", "", "--faked-system-time", MADE)
        self._gpg(*options, "--quick-gen-key", name, "ed25519", "sign", ENDS)
        listed = self._gpg("--with-colons", "--list-keys", f"={name}").decode()
        return next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))

    def public(self, key: str) -> bytes:
        return self._gpg("--armor", "--export", key)

    def sign(self, key: str, content: bytes) -> bytes:
        options = ("--faked-system-time", SIGNED, "--local-user", key)
        return self._gpg(*options, "--detach-sign", given=content)

    def revoke(self, key: str) -> None:
        certificate = Path(self._home, "openpgp-revocs.d", f"{key}.rev").read_text()
        self._gpg("--import", given=certificate.replace(":-----BEGIN", "-----BEGIN").encode())

    def close(self) -> None:
        subprocess.run(["gpgconf", "--homedir", self._home, "--kill", "gpg-agent"], check=True)
        shutil.rmtree(self._home, ignore_errors=True)

    def _gpg(self, *arguments: str, given: bytes = b"") -> bytes:
        command = ["gpg", "--homedir", self._home, "--batch", "--quiet", *arguments]
        done = subprocess.run(command, input=given, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout
