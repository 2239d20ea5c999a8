"""The package as other Swift packages see it. The proof's section `swiftpm` builds one of them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from support.compiler import run
from support.paths import ROOT

SWITCH = "SPARKCHAT_SHARED_LIBRARY"


def manifest(scratch: Path, **environment: str) -> dict[str, Any]:
    """Return the package's manifest as Swift reads it."""
    inherited = {name: value for name, value in os.environ.items() if name != SWITCH}
    command = ["swift", "package", "--scratch-path", str(scratch), "dump-package"]
    result = run(command, cwd=ROOT, env={**inherited, **environment})
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def targets_of(found: dict[str, Any], product: str) -> set[str]:
    """Return all targets of a product."""
    needs = {
        target["name"]: [next(iter(need.values()))[0] for need in target["dependencies"]]
        for target in found["targets"]
    }
    waiting = next(item["targets"] for item in found["products"] if item["name"] == product)
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += needs[name]
    return reached


# Swift refuses dependencies with such flags.
@pytest.mark.parametrize(("environment", "has_flags"), [({}, False), ({SWITCH: "1"}, True)])
def test_unsafe_flags_are_only_for_the_shared_library(
    environment: dict[str, str], has_flags: bool, tmp_path: Path
) -> None:
    found = manifest(tmp_path, **environment)
    assert ("unsafeFlags" in json.dumps(found)) == has_flags
    own, shared = targets_of(found, "SparkChat"), targets_of(found, "sparkchat")
    assert own - shared == {"SparkChat"}
    assert "SparkChatABI" not in own
